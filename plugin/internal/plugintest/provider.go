package plugintest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// Provider is the smallest legal provider. The reference of a payment can tell
// it to misbehave.
type Provider struct {
	contract.UnimplementedPaymentProvider

	logger *slog.Logger
	secret atomic.Value

	mu   sync.Mutex
	kept [][]byte
}

// NewProvider returns a provider that logs to the logger; nil discards.
func NewProvider(logger *slog.Logger) *Provider {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Provider{logger: logger}
}

// What the reference of a payment can ask a [Provider] for.
const (
	WaitFor  = "wait-for:"  // and a named pipe: answer when somebody has written to it
	PrintOut = "print-out:" // and a text, for the standard output
	PrintErr = "print-err:" // and a text, for the standard error output
	LogText  = "log:"       // and a text, for the log
	TellAll  = "tell-all"   // print and log the secret
	Grow     = "grow:"      // and a number: keep so many MiB of memory
	Crash    = "crash"
)

// Describe implements [contract.PaymentProvider].
func (p *Provider) Describe(context.Context) (*contract.Descriptor, error) {
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

// Configure implements [contract.PaymentProvider]. It refuses keys that begin
// with "wrong"; the account's id tells how long the key is.
func (p *Provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
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

// CreatePayment implements [contract.PaymentProvider], and does what the
// reference asks for.
func (p *Provider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	switch what, text := cutReference(request.Reference); what {
	case WaitFor:
		p.logger.LogAttrs(ctx, slog.LevelInfo, "the call waits")
		_, _ = os.ReadFile(text)
	case PrintOut:
		fmt.Fprintln(os.Stdout, text)
	case PrintErr:
		fmt.Fprintln(os.Stderr, text)
	case LogText:
		p.logger.LogAttrs(ctx, slog.LevelWarn, text, slog.Int64("order", 1234567890123456789))
	case TellAll:
		secret, _ := p.secret.Load().(string)
		fmt.Fprintln(os.Stdout, "secret", secret)
		fmt.Fprintln(os.Stderr, "secret", secret)
		p.logger.LogAttrs(ctx, slog.LevelInfo, "secret", slog.String("secret", secret))
	case Grow:
		p.grow(text)
	case Crash:
		go func() { panic("crash as asked") }()
		<-ctx.Done()
	}
	return &contract.Payment{
		PaymentID: "payment_1", IdempotencyKey: request.Attempt.Key, Reference: request.Reference, Method: request.Method,
		Status: contract.PaymentPending, Amount: request.Amount,
		AmountRefunded: contract.Money{Currency: request.Amount.Currency}, CreatedAt: Epoch(),
	}, nil
}

func (p *Provider) grow(mebibytes string) {
	number, _ := strconv.Atoi(mebibytes)
	for range number {
		page := make([]byte, 1<<20)
		for i := 0; i < len(page); i += 4096 {
			page[i] = 1 // which makes it resident
		}
		p.mu.Lock()
		p.kept = append(p.kept, page)
		p.mu.Unlock()
	}
}

func cutReference(reference string) (what, text string) {
	before, after, found := strings.Cut(reference, ":")
	if found {
		before += ":"
	}
	return before, after
}

// Epoch returns a time at which a payment can have been made and a webhook can
// have come.
func Epoch() time.Time { return time.Unix(1700000000, 0).UTC() }

// ParseWebhook implements [contract.PaymentProvider]. It answers with as many
// bytes as the path says, or logs them if the query is "log".
func (p *Provider) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
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
