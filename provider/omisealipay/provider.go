package omisealipay

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Options are the surroundings of a Provider. The zero value of every field
// means its default.
type Options struct {
	// Logger gets what an operator should know and no error tells, such as a
	// method that the account lacks, and at debug level a record for every
	// request to Omise; default none.
	Logger *slog.Logger

	// Now is the clock; default time.Now. Deadlines follow the contexts'.
	Now func() time.Time
}

// Provider is the contract's PaymentProvider for Alipay through Omise. Make it
// with [New].
type Provider struct {
	contract.UnimplementedPaymentProvider

	logger  *slog.Logger
	now     func() time.Time
	keys    *keys
	session atomic.Pointer[session]
}

var _ contract.PaymentProvider = (*Provider)(nil)

// New makes a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	p := &Provider{logger: slog.New(slog.DiscardHandler), now: time.Now}
	if options == nil {
		options = &Options{}
	}
	if options.Logger != nil {
		p.logger = options.Logger
	}
	if options.Now != nil {
		p.now = options.Now
	}
	p.keys = newKeys(p.now)
	return p
}

// Describe says what the provider can do for every account.
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) { return descriptor(), nil }

// configured gives the session in force.
func (p *Provider) configured() (*session, *contract.Error) {
	if s := p.session.Load(); s != nil {
		return s, nil
	}
	return nil, contract.NewError(contract.NotConfigured, "the provider is not configured; call Configure first")
}
