package acmepay_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	provider "github.com/paysocket/paysocket/conformance/scaffold/template"
	"github.com/paysocket/paysocket/contract"
)

func TestEachStatusOfTheGatewayHasOneMeaning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for to, want := range map[gateway.State]contract.PaymentStatus{
		gateway.StatePending:   contract.PaymentPending,
		gateway.StateSucceeded: contract.PaymentSucceeded,
		gateway.StateFailed:    contract.PaymentFailed,
		gateway.StateExpired:   contract.PaymentExpired,
		gateway.StateCanceled:  contract.PaymentCanceled,
	} {
		payment := b.pay("k-"+string(to), to)
		found, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
		require.NoError(t, err)
		assert.Equal(t, want, found.Status)
	}
}

func TestAPaymentThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, id := range []string{"bill_s0_1", "../account", "?"} {
		_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: id})
		requireError(t, err, contract.PaymentNotFound, "")
	}
	_, err := b.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "bill_s0_1"})
	assert.ErrorContains(t, err, "check the id")
}

func TestAnAddressWithoutAGatewayIsTold(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	p := provider.New(nil)
	_, err := p.Configure(t.Context(), configuration(&gateway.Connection{
		APIBase: server.URL, Credentials: map[string]string{"secret_key": "sk_test_first", "webhook_secret": "whsec_first_first"},
	}))
	require.NoError(t, err)
	_, err = p.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "bill_s0_1"})
	requireError(t, err, contract.ProviderRejected, "")
	assert.ErrorContains(t, err, "check api_base")
}
