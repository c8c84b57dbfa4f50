package plugin_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// provider is the smallest legal one. The reference of a payment tells it to
// misbehave.
type provider struct {
	contract.UnimplementedPaymentProvider

	logger *slog.Logger
	secret atomic.Value
}

// What a reference can ask for.
const (
	waitFor  = "wait-for:"  // and a named pipe: answer when somebody has written to it
	printOut = "print-out:" // and a text, for the standard output
	printErr = "print-err:" // and a text, for the standard error output
	logText  = "log:"       // and a text, for the log
	tellAll  = "tell-all"   // print and log the secret
	crash    = "crash"
)

func (p *provider) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "tester", DisplayName: "Tester", Version: "1.2.3", SpecVersion: contract.SpecVersion,
		Operations: []contract.Operation{
			contract.OperationCreatePayment, contract.OperationGetStatus,
			contract.OperationCancelPayment, contract.OperationParseWebhook,
		},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "alipay", Flow: contract.FlowRedirect, PayerAction: contract.PayerActionNone,
			Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
		}},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		Webhooks:          &contract.WebhookTerms{Verifications: []contract.Verification{contract.VerificationSignature}},
		Modes:             []contract.Mode{contract.ModeTest},
		ConfigFields: []contract.ConfigField{{
			Name: "secret_key", Kind: contract.ConfigString, Required: true, Secret: true, Description: "Any key.",
		}},
	}, nil
}

func (p *provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	key := configuration.Secrets["secret_key"].Reveal()
	if strings.HasPrefix(key, "wrong") {
		return nil, contract.NewError(contract.ProviderAuthFailed, "the key is wrong")
	}
	p.secret.Store(key)
	descriptor, err := p.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return &contract.Account{ID: fmt.Sprintf("account_of_%d", len(key)), PaymentMethods: descriptor.PaymentMethods}, nil
}

func (p *provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	switch what, text := cutReference(request.Reference); what {
	case waitFor:
		p.logger.InfoContext(ctx, "the call waits")
		_, _ = os.ReadFile(text)
	case printOut:
		fmt.Fprintln(os.Stdout, text)
	case printErr:
		fmt.Fprintln(os.Stderr, text)
	case logText:
		p.logger.LogAttrs(ctx, slog.LevelWarn, text, slog.Int64("order", 1234567890123456789))
	case tellAll:
		secret, _ := p.secret.Load().(string)
		fmt.Fprintln(os.Stdout, "secret", secret)
		fmt.Fprintln(os.Stderr, "secret", secret)
		p.logger.LogAttrs(ctx, slog.LevelInfo, "secret", slog.String("secret", secret))
	case crash:
		go func() { panic("crash as asked") }()
		<-ctx.Done()
	}
	return &contract.Payment{
		PaymentID: "payment_1", IdempotencyKey: request.Attempt.Key, Reference: request.Reference, Method: request.Method,
		Status: contract.PaymentPending, Amount: request.Amount,
		AmountRefunded: contract.Money{Currency: request.Amount.Currency}, CreatedAt: epoch,
	}, nil
}

func cutReference(reference string) (what, text string) {
	before, after, found := strings.Cut(reference, ":")
	if found {
		before += ":"
	}
	return before, after
}

// epoch is a time that a webhook can have come.
var epoch = time.Unix(1700000000, 0).UTC()

// ParseWebhook answers with as many bytes as the path says, or logs them.
func (p *provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	var size int
	_, _ = fmt.Sscanf(request.Path, "/%d", &size)
	if request.Query == "log" {
		// Once through the log, which bounds lines, and once past it.
		p.logger.LogAttrs(ctx, slog.LevelInfo, "long", slog.String("text", strings.Repeat("z", size)))
		fmt.Fprintln(os.Stderr, strings.Repeat("z", size))
		size = 0
	}
	return &contract.WebhookResult{
		Disposition: contract.DispositionIgnored, Kind: "test", Verification: contract.VerificationSignature, DedupeKey: "1",
		Ack: contract.Ack{Status: 200, Body: make([]byte, size)},
	}, nil
}
