package acmepay

import (
	"cmp"
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Options are the surroundings of a [Provider]. The zero value of every field
// means its default.
type Options struct {
	// Logger gets one record for every request to the gateway, at debug level;
	// default none.
	Logger *slog.Logger
}

// Provider is the contract's PaymentProvider for this gateway. Make it with
// [New]; it is safe for concurrent use.
type Provider struct {
	// It answers for operations that are not written yet.
	contract.UnimplementedPaymentProvider

	logger  *slog.Logger
	session atomic.Pointer[session] // nil: not configured
}

var _ contract.PaymentProvider = (*Provider)(nil)

// New makes a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	options = cmp.Or(options, &Options{})
	return &Provider{logger: cmp.Or(options.Logger, slog.New(slog.DiscardHandler))}
}

// session is one configuration at work. It never changes: Configure makes
// another one, and calls keep the one that they began with.
type session struct {
	settings *settings
	gateway  *client
}

// inSession runs one operation with the configuration in force, for no longer
// than the setting timeout.
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

// keyLife stands for the gateway's "as long as its bill", which is for ever.
const keyLife = 10 * 365 * 24 * time.Hour
