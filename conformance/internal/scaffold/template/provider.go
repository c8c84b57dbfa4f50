package acmepay

import (
	"cmp"
	"log/slog"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// Options are optional settings of [New]. The zero value of every field means
// its default.
type Options struct {
	// Logger gets one record for every request to the gateway, at debug level;
	// default none.
	Logger *slog.Logger
}

// Provider is a contract.PaymentProvider for this gateway. Create it with [New].
// It is safe for concurrent use.
type Provider struct {
	// This answers the operations that are not written yet.
	contract.UnimplementedPaymentProvider

	logger   *slog.Logger
	sessions kit.Sessions[*session]
}

// New returns a provider that is not configured yet. options may be nil.
func New(options *Options) *Provider {
	return &Provider{logger: cmp.Or(options, &Options{}).Logger}
}
