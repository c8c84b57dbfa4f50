package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// teaAccount is an account at the sandbox of a gateway that has payments only. It
// embeds what the accounts of all sandboxes share.
type teaAccount struct {
	*gateway.AccountBase

	payments []*gateway.Payment
}

// Tick has nothing to do: payments of this gateway never expire.
func (a *teaAccount) Tick() {}

func (a *teaAccount) Ledger(query *gateway.Query) []gateway.Payment {
	var found []gateway.Payment
	for _, p := range a.payments {
		if query.Matches(p.Key, p.Reference) {
			found = append(found, *p)
		}
	}
	return found
}

func (a *teaAccount) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	p := &gateway.Payment{
		ID: a.IDs.ID("tea_"), Amount: amount.Amount, Currency: amount.Currency,
		State: gateway.StatePending, RawState: "open", CreatedAt: a.Now(),
	}
	p.RedirectURL = a.PayURL(p.ID)
	a.payments = append(a.payments, p)
	return p, nil
}

func (a *teaAccount) MakeRefund(string, gateway.Money) (*gateway.Refund, error) {
	return nil, fmt.Errorf("refunds: %w", gateway.ErrUnsupported)
}

func (a *teaAccount) MovePayment(id string, transition *gateway.Transition) error {
	i := slices.IndexFunc(a.payments, func(p *gateway.Payment) bool { return p.ID == id })
	if i < 0 {
		return fmt.Errorf("payment %s: %w", id, gateway.ErrNotFound)
	}
	p := a.payments[i]
	switch {
	case p.State != gateway.StatePending:
		return fmt.Errorf("payment %s from %s to %s: %w", id, p.State, transition.To, gateway.ErrIllegal)
	case transition.To != gateway.StateSucceeded:
		return fmt.Errorf("to %s: %w", transition.To, gateway.ErrUnsupported)
	}
	p.State, p.RawState = gateway.StateSucceeded, "paid"
	a.Send(&gateway.Delivery{EventID: a.IDs.ID("evt_"), Body: fmt.Appendf(nil, `{"paid":%q}`, id)})
	return nil
}

func (a *teaAccount) MoveRefund(string, *gateway.Transition) error {
	return fmt.Errorf("refunds: %w", gateway.ErrUnsupported)
}

func (a *teaAccount) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	return json.Marshal(map[string]string{"paid": spec.Payment})
}

// teaSandbox imitates the gateway. It embeds a Server and adds the gateway's API.
type teaSandbox struct {
	*gateway.Server[*teaAccount]
}

func newTeaSandbox(options *gateway.ServerOptions) (*teaSandbox, error) {
	server, err := gateway.NewServer(&gateway.ServerConfig{
		Name: "tea-sandbox",
		Features: []gateway.Feature{
			gateway.FeatureLedger, gateway.FeaturePaymentCreate, gateway.FeatureTransition(gateway.StateSucceeded),
			gateway.FeatureWebhookBuild, gateway.FeatureWebhookDeliver, gateway.FeatureClock,
		},
		KeyPrefix: "sk_test_",
		Sign:      gateway.TimedSignature("Tea-Signature", "v1"),
	}, func(base *gateway.AccountBase) *teaAccount { return &teaAccount{AccountBase: base} }, options)
	return &teaSandbox{server}, err
}

// Handler serves the gateway's API, here a single request.
func (s *teaSandbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/payments", func(w http.ResponseWriter, r *http.Request) {
		account, known := s.ByBearer(r)
		if !known {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		account.Lock()
		defer account.Unlock()
		_ = json.NewEncoder(w).Encode(account.payments)
	})
	return mux
}

// A sandbox of a gateway. The main function of its program is
//
//	gateway.Main("tea-sandbox", 4590, newTeaSandbox, nil)
func Example() {
	sandbox, err := newTeaSandbox(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sandbox.Close()

	// A test opens an account and pays a payment.
	ctx := context.Background()
	scope, err := sandbox.NewScope(ctx, &gateway.ScopeSpec{Seed: "1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	payment, err := scope.CreatePayment(ctx, gateway.Money{Amount: 2000, Currency: "THB"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(payment.State)
	paid := &gateway.Transition{To: gateway.StateSucceeded}
	fmt.Println(scope.Transition(ctx, payment.ID, paid))
	payments, err := scope.Payments(ctx, nil)
	fmt.Println(payments[0].State, payments[0].RawState, err)

	// The author checks the sandbox against the protocol.
	for _, finding := range gateway.Check(ctx, sandbox, gateway.Money{Amount: 2000, Currency: "THB"}) {
		if finding.Err != nil {
			fmt.Println(finding.Name, finding.Err)
		}
	}
	// Output:
	// pending
	// <nil>
	// succeeded paid <nil>
}

// A test starts the sandbox of a gateway as a child process.
func ExampleStartSandbox() {
	ctx := context.Background()
	sandbox, err := gateway.StartSandbox(ctx, []string{"bin/memory-sandbox", "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sandbox.Close() }()

	scope, err := sandbox.Client.NewScope(ctx, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scope.Connection().APIBase)
}
