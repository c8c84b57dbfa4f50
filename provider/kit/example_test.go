package kit_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// acme is a provider for a gateway that can read payments, and nothing else.
type acme struct {
	contract.UnimplementedPaymentProvider

	sessions kit.Sessions[*acmeSession]
}

// acmeSession is one configuration in use. Its Timeout and Close are the API's.
type acmeSession struct {
	*kit.API
}

var secretKeyForm = regexp.MustCompile(`^sk_test_[a-z0-9]+$`)

func (p *acme) Configure(_ context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	settings, e := kit.ReadSettings(&contract.Descriptor{
		Modes: []contract.Mode{contract.ModeTest},
		ConfigFields: []contract.ConfigField{
			kit.APIBaseField("https://api.acme.example"), kit.TimeoutField(), kit.MinTimeLeftField(),
			{Name: "secret_key", Kind: contract.ConfigString, Secret: true, Required: true, Description: "The account's key."},
		},
	}, configuration)
	if e != nil {
		return nil, e
	}
	base := settings.APIBase()
	secretKey := settings.Secret("secret_key", secretKeyForm, "sk_test_...")
	timeout, minTimeLeft := settings.Times()
	if e := settings.Err(); e != nil { // everything that is wrong, at once
		return nil, e
	}
	p.sessions.Replace(&acmeSession{kit.NewAPI(base, kit.Bearer(secretKey), acmeRefusal, &kit.APIOptions{
		Timeout: timeout, MinTimeLeft: minTimeLeft,
	})})
	return &contract.Account{}, nil
}

// acmeRefusal is where a provider's table of the gateway's error codes is used.
func acmeRefusal(x *roundtrip.Exchange) *contract.Error {
	if x.Status == http.StatusNotFound {
		return kit.Refusal(x, contract.PaymentNotFound, "", "")
	}
	return kit.Refusal(x, kit.ReasonOfStatus(x.Status), "", "")
}

func (p *acme) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*acmeSession).getStatus)
}

func (s *acmeSession) getStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	var answer struct {
		ID    string `json:"id"`
		State string `json:"state"`
	}
	_, e := s.Do(ctx, &kit.Request{Method: http.MethodGet, Path: "/payments/" + url.PathEscape(request.PaymentID)}, &answer)
	if e != nil {
		return nil, e
	}
	payment := &contract.Payment{PaymentID: answer.ID, Status: contract.PaymentUnknown, ProviderStatus: kit.Clip(answer.State, 64)}
	if answer.State == "paid" {
		payment.Status = contract.PaymentSucceeded
	}
	return payment, nil
}

// A provider on the kit: Configure makes a session, Run finds it for each call,
// and API.Do sends one request.
func Example() {
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/payments/pay_1" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, `{"id": "pay_1", "state": "paid"}`)
	}))
	defer gateway.Close()

	ctx := context.Background()
	provider := &acme{}
	_, err := provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "pay_1"})
	fmt.Println(err)

	_, err = provider.Configure(ctx, &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": gateway.URL},
		Secrets:  map[string]contract.Secret{"secret_key": contract.NewSecret("sk_test_1")},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	payment, err := provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "pay_1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(payment.PaymentID, payment.Status)

	_, err = provider.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "pay_2"})
	fmt.Println(err)
	// Output:
	// NOT_CONFIGURED (NOT_ATTEMPTED): the provider has no configuration yet; call Configure first
	// pay_1 SUCCEEDED
	// PAYMENT_NOT_FOUND (REJECTED): the gateway has no such payment
}

// Settings are read by name and kind, and everything that is wrong is reported
// at once.
func ExampleReadSettings() {
	descriptor := &contract.Descriptor{
		Modes: []contract.Mode{contract.ModeTest},
		ConfigFields: []contract.ConfigField{
			kit.APIBaseField("https://api.acme.example"), kit.TimeoutField(), kit.MinTimeLeftField(),
		},
	}
	settings, e := kit.ReadSettings(descriptor, &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": "http://api.acme.example", "timeout": "5s"},
	})
	if e != nil {
		fmt.Println(e)
		return
	}
	settings.APIBase() // the secret key would travel in the clear
	settings.Times()   // min_time_left is 10s by default
	for _, violation := range settings.Err().Violations {
		fmt.Println(violation.Field, violation.Description)
	}
	// Output:
	// settings[api_base] must be only scheme, host and port, with https, or http on this machine, since the secret key is sent there
	// settings[min_time_left] must be less than timeout
}

// A webhook is read only after its signature was verified.
func ExampleTimedSignature() {
	secret := contract.NewSecret("whsec_acme")
	signature := &kit.TimedSignature{
		Header: "Acme-Signature", Secrets: []contract.Secret{secret}, Tolerance: 5 * time.Minute,
	}
	webhook := &contract.WebhookRequest{
		ReceivedAt: time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC),
		Body:       []byte(`{"payment": "pay_1"}`),
	}
	at := strconv.FormatInt(webhook.ReceivedAt.Unix(), 10)
	sum := hmac.New(sha256.New, []byte(secret.Reveal()))
	fmt.Fprintf(sum, "%s.%s", at, webhook.Body)
	webhook.Headers = map[string][]string{"Acme-Signature": {"t=" + at + ",v1=" + hex.EncodeToString(sum.Sum(nil))}}

	fmt.Println(signature.Verify(webhook) == nil)
	webhook.Body = []byte(`{"payment": "pay_2"}`)
	fmt.Println(signature.Verify(webhook).Reason)
	// Output:
	// true
	// WEBHOOK_SIGNATURE_INVALID
}
