package plugin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// leaker is a provider that says its key. A payment's reference says where.
type leaker struct {
	*plugintest.Provider

	key atomic.Value
}

func newLeaker() *leaker { return &leaker{Provider: plugintest.NewProvider(nil)} }

func serveLeaker() { plugin.Serve(newLeaker(), nil) }

// Configure implements contract.PaymentProvider.
func (l *leaker) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	key := configuration.Secrets["secret_key"].Reveal()
	l.key.Store(key)
	if strings.HasPrefix(key, "wrong") {
		return nil, contract.NewError(contract.ProviderAuthFailed, "the key "+key+" is refused")
	}
	account, err := l.Provider.Configure(ctx, configuration)
	if err == nil {
		account.Name = "the account of " + key
	}
	return account, err
}

// Describe implements contract.PaymentProvider.
func (l *leaker) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := l.Provider.Describe(ctx)
	if key, _ := l.key.Load().(string); err == nil && key != "" {
		d.DisplayName = "Tester with " + key
	}
	return d, err
}

// leaks are the errors that a leaker returns, by the reference.
func leaks(where, key string) *contract.Error {
	e := contract.NewError(contract.ProviderFault, "it failed").WithOutcome(contract.Indeterminate)
	switch where {
	case "message":
		return contract.NewError(contract.ProviderFault, "the gateway refused key "+key+", status 401")
	case "part":
		return contract.NewError(contract.ProviderFault, "the gateway refused key "+key[:14]+"... and Basic "+key[len(key)-13:])
	case "cut":
		return contract.NewError(contract.ProviderFault, "the gateway refused key "+key[:7])
	case "violation":
		return e.WithViolation("settings["+key+"]", "%s is wrong", key)
	case "metadata":
		return e.With(contract.MetaProviderCode, key).With(key, "a").With(contract.MetaPaymentID, "payment_1")
	case "reason":
		return contract.NewError(contract.Reason("NO_"+key), "it failed")
	case "id in metadata":
		return e.With(contract.MetaPaymentID, "payment_"+key)
	}
	return nil
}

// CreatePayment implements contract.PaymentProvider.
func (l *leaker) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	key, _ := l.key.Load().(string)
	if e := leaks(request.Reference, key); e != nil {
		return nil, e
	}
	if request.Reference == "phone" {
		return nil, contract.NewError(contract.ProviderFault, "nobody has the phone "+request.Payer.Phone.Reveal())
	}
	payment, err := l.Provider.CreatePayment(ctx, request)
	if err != nil {
		return nil, err
	}
	switch request.Reference {
	case "escaped log":
		escaped := regexp.MustCompile(".").ReplaceAllStringFunc(key, func(letter string) string { return fmt.Sprintf("\\u%04x", letter[0]) })
		fmt.Fprintf(os.Stderr, `{"@level":"info","@message":"m %s","key":["%s"],"of":{"%s":1}}`+"\n", escaped, escaped, escaped)
	case "status":
		payment.ProviderStatus = "pending, " + key
	case "failure":
		payment.Status, payment.Failure = contract.PaymentFailed, &contract.Failure{Code: contract.FailureOther, ProviderCode: key, Message: "no " + key}
	case "id":
		payment.PaymentID += key
	case "link":
		payment.NextAction, err = contract.RedirectTo("https://pay.example/?key=" + key)
	}
	return payment, err
}

// ParseWebhook implements contract.PaymentProvider.
func (l *leaker) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	key, _ := l.key.Load().(string)
	result, err := l.Provider.ParseWebhook(ctx, request)
	if err != nil {
		return nil, err
	}
	body, _ := json.Marshal(map[string]string{"key": key})
	result.Kind += "." + key
	result.Ack = contract.Ack{Status: 200, Headers: map[string][]string{"X-Key": {key}}, Body: body}
	if request.Path == "/dedupe" {
		result.DedupeKey = "event of " + key
	}
	return result, nil
}
