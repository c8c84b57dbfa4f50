package harness

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func TestShow_CutsNoCharacterInTwo(t *testing.T) {
	t.Parallel()
	for _, long := range []string{"a" + strings.Repeat("บาท", 100), "ab" + strings.Repeat("é", 300)} {
		shown := show(long)
		assert.True(t, utf8.ValidString(shown), "%q", shown)
		assert.True(t, strings.HasSuffix(shown, " …"))
		assert.LessOrEqual(t, len(shown), maxShown+len(" …"))
	}
}

func TestShow_HasNoAddressesInMemory(t *testing.T) {
	t.Parallel()
	payment := &contract.Payment{PaymentID: "pay_1", Failure: &contract.Failure{Code: "declined"}}
	for _, value := range []any{payment, []contract.Event{{Kind: "paid", Payment: payment}}, payment.Failure} {
		assert.NotContains(t, show(value), "0xc0")
		assert.Contains(t, show(value), "declined")
	}
	assert.Contains(t, show(payment), `{"payment_id":"pay_1","idempotency_key":""`, "not every author reads Go")
	assert.NotContains(t, show(payment), "null")
	assert.NotContains(t, show(payment), "0001-01-01")
	assert.Equal(t, "THB 123.45", strings.TrimSpace(show(contract.Money{Currency: "THB", MinorUnits: 12345})))
	assert.Equal(t, "[a b]", show([]string{"a", "b"}))
}

func TestDescribe_SaysHowOldAnAttemptIs(t *testing.T) {
	t.Parallel()
	began := time.Now()
	call := &Call{Began: began, Method: "CreatePayment", Request: &v1.CreatePaymentRequest{Attempt: &v1.Attempt{
		Key: "k1", FirstAt: timestamppb.New(began.Add(-90 * time.Second)), LastUnknownAt: timestamppb.New(began.Add(-5 * time.Second)),
	}}}
	assert.Contains(t, Describe(call), "CreatePayment (key k1, first asked 1m30s before, unknown since 5s before)")
	assert.NotContains(t, Describe(&Call{Method: "Describe", Request: &v1.DescribeRequest{}}), "(")
}

func TestDescribe_ShowsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	request := &v1.CreatePaymentRequest{
		Attempt: &v1.Attempt{Key: "k1"}, Method: "wallet", Amount: &v1.Money{Currency: "THB", MinorUnits: 12345},
		Payer: &v1.Payer{Phone: Phone, Ip: "192.0.2.7"},
	}
	line := Describe(&Call{Method: "CreatePayment", Request: request})
	assert.Contains(t, line, `CreatePayment (key k1) {"amount":{"currency":"THB","minor_units":"12345"}`)
	assert.NotContains(t, line, Phone)
	assert.Equal(t, Phone, request.GetPayer().GetPhone(), "the request itself is as it was")
	configure := &v1.ConfigureRequest{Settings: map[string]string{"b": "1", "a": "2"}, Secrets: map[string]string{"secret_key": "sk"}}
	assert.Contains(t, Describe(&Call{Method: "Configure", Request: configure}), "with a, b")
	assert.Contains(t, Describe(&Call{Method: "ParseWebhook", Request: &v1.ParseWebhookRequest{Body: []byte("{}\xff")}}), "{0 headers, 3 bytes: {}�}")
}
