package stripealipay

import (
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Options are the surroundings of a [Provider]. The zero value of every field
// means its default.
type Options struct {
	// Logger gets one record for every request to Stripe, at debug level;
	// default none. Stripe's SDK logs nothing here.
	Logger *slog.Logger

	// Now is the clock that says whether Stripe still knows a key and whether a
	// look-up is settled; default time.Now. Deadlines follow the contexts'.
	Now func() time.Time
}

// Provider is the contract's PaymentProvider for Alipay through Stripe. Make
// it with [New]; it is safe for concurrent use.
type Provider struct {
	// It answers for operations that later versions of the contract add.
	contract.UnimplementedPaymentProvider

	logger   *slog.Logger
	now      func() time.Time
	sessions kit.Sessions[*session]
}

var _ contract.PaymentProvider = (*Provider)(nil)

// New makes a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	p := &Provider{logger: slog.New(slog.DiscardHandler), now: time.Now}
	if options == nil {
		return p
	}
	if options.Logger != nil {
		p.logger = options.Logger
	}
	if options.Now != nil {
		p.now = options.Now
	}
	return p
}
