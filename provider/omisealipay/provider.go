package omisealipay

import (
	"log/slog"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Options are the surroundings of a [Provider]. The zero value of every field
// means its default.
type Options struct {
	// Logger gets what an operator should know and no error says, such as a
	// method that the account lacks, and at debug level a record for every
	// request to Omise; default none.
	Logger *slog.Logger

	// Now is the clock that says whether a look-up is settled, among others;
	// default time.Now. Deadlines follow the contexts'.
	Now func() time.Time
}

// Provider is the contract's PaymentProvider for Alipay through Omise. Make it
// with [New]; it is safe for concurrent use.
type Provider struct {
	// It answers for operations that later versions of the contract add.
	contract.UnimplementedPaymentProvider

	logger   *slog.Logger
	now      func() time.Time
	backoff  func(attempt int) time.Duration // between attempts to read; nil: the client's
	keys     *keys
	sessions kit.Sessions[*session]
}

var _ contract.PaymentProvider = (*Provider)(nil)

// New returns a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	p := &Provider{logger: slog.New(slog.DiscardHandler), now: time.Now, keys: newKeys()}
	if options == nil {
		options = &Options{}
	}
	if options.Logger != nil {
		p.logger = options.Logger
	}
	if options.Now != nil {
		p.now, p.sessions.Now = options.Now, options.Now
	}
	return p
}
