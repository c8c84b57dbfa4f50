package memory

import (
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Options are optional settings of [New]. The zero value of every field means
// its default.
type Options struct {
	// Logger gets one record for every request to the gateway, at debug level;
	// default none.
	Logger *slog.Logger

	// Now returns the time by which a look-up is settled or not; default
	// time.Now. Deadlines come from the context alone.
	Now func() time.Time
}

// Provider is a contract.PaymentProvider for the Memory gateway. Create it with
// [New]. It is safe for concurrent use.
type Provider struct {
	// Later versions of the contract may add operations. This answers them.
	contract.UnimplementedPaymentProvider

	logger   *slog.Logger
	now      func() time.Time
	sessions kit.Sessions[*session]
}

var _ contract.PaymentProvider = (*Provider)(nil)

// New returns a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	p := &Provider{now: time.Now}
	if options == nil {
		return p
	}
	p.logger = options.Logger
	if options.Now != nil {
		p.now, p.sessions.Now = options.Now, options.Now
	}
	return p
}
