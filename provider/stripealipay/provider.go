package stripealipay

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Options are the surroundings of a [Provider]. The zero value of every field
// means its default.
type Options struct {
	// Logger gets one record for every request to Stripe, at debug level;
	// default none. Stripe's own SDK logs nothing.
	Logger *slog.Logger

	// Now is the clock that says whether a key is still alive and whether a
	// look-up is settled; default time.Now. Deadlines follow the contexts'.
	Now func() time.Time
}

// Provider is the contract's PaymentProvider for Alipay through Stripe. Make
// it with [New]; it is safe for concurrent use.
type Provider struct {
	// It answers for operations that later versions of the contract add.
	contract.UnimplementedPaymentProvider

	logger  *slog.Logger
	now     func() time.Time
	session atomic.Pointer[session] // nil: not configured
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

// inSession runs one operation with the configuration in force, which a later
// Configure does not take away from it, for no longer than the setting timeout.
//
// Operations inside of the package give *contract.Error, so that the compiler
// sees that no other error gets out. The exported ones must not return such a
// pointer as it is: a nil *contract.Error in an error is not nil.
func inSession[Request, Answer any](
	ctx context.Context, p *Provider, request *Request,
	operation func(*session, context.Context, *Request) (*Answer, *contract.Error),
) (*Answer, *contract.Error) {
	s := p.session.Load()
	if s == nil {
		return nil, contract.NewError(contract.NotConfigured, "the provider has no configuration yet; call Configure first")
	}
	ctx, cancel := context.WithTimeout(ctx, s.settings.timeout)
	defer cancel()
	return operation(s, ctx, request)
}
