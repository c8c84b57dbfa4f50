package wire_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestServer_InterceptorsSeeCallsThatTheGateLetThroughWithTheirHeaders(t *testing.T) {
	t.Parallel()
	var seen []contract.Call
	note := func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
		seen = append(seen, call)
		return next(ctx, call)
	}
	client, _, _ := serve(t, &scripted{payment: paid()}, note)
	_, err := client.CreatePayment(t.Context(), create())
	assert.Equal(t, contract.NotConfigured, contract.ReasonOf(err))
	assert.Empty(t, seen)

	configure(t, client)
	_, err = client.Call(t.Context(), contract.Call{
		Operation: contract.OperationCreatePayment, Request: create(), Header: map[string]string{"traceparent": "00-1", "tracestate": "a=b"},
	})
	require.NoError(t, err)
	require.Len(t, seen, 2)
	assert.Equal(t, contract.OperationConfigure, seen[0].Operation)
	assert.Empty(t, seen[0].Header)
	assert.Equal(t, contract.OperationCreatePayment, seen[1].Operation)
	assert.Equal(t, create(), seen[1].Request)
	assert.Equal(t, map[string]string{"traceparent": "00-1", "tracestate": "a=b"}, seen[1].Header)
}

func TestClient_SendsNoCallThatItCannotCarry(t *testing.T) {
	t.Parallel()
	provider := &scripted{payment: paid()}
	client := configured(t, provider)
	for name, call := range map[string]contract.Call{
		"a header with a line break": {Operation: contract.OperationCreatePayment, Request: create(), Header: map[string]string{"a": "b\nc"}},
		"another request":            {Operation: contract.OperationCreatePayment, Request: &contract.GetStatusRequest{PaymentID: "p1"}},
		"no request":                 {Operation: contract.OperationCreatePayment},
		"a nil request":              {Operation: contract.OperationCreatePayment, Request: (*contract.CreatePaymentRequest)(nil)},
		"an unknown operation":       {Operation: "TRANSFER"},
	} {
		_, err := client.Call(t.Context(), call)
		require.Error(t, err, name)
		if call.Operation.MovesMoney() {
			assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err), name)
		}
	}
	assert.Zero(t, provider.calls)
}

func TestServer_APanicOfAnInterceptorIsAnErrorToo(t *testing.T) {
	t.Parallel()
	client, _, _ := serve(t, &scripted{}, func(context.Context, contract.Call, contract.Handler) (any, error) { panic("boom") })
	_, err := client.Configure(t.Context(), &contract.Configuration{
		Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("canary-5fzcso1ns6")},
	})
	assert.Equal(t, contract.ProviderBug, contract.ReasonOf(err))
	assert.NotContains(t, err.Error(), "boom")
}
