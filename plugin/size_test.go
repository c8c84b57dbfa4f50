package plugin_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

func webhook(size int) *contract.WebhookRequest {
	return &contract.WebhookRequest{Method: "POST", Path: "/" + strconv.Itoa(size), ReceivedAt: plugintest.Epoch()}
}

func TestClient_RefusesAnOversizeAnswerAndStaysConnected(t *testing.T) {
	t.Parallel()
	for _, role := range []string{plugintest.RoleProvider, plugintest.RoleForeign} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			client, err := plugintest.Start(t, role, plugin.OpenOptions{Configuration: plugintest.Configuration()})
			require.NoError(t, err)
			_, err = client.ParseWebhook(t.Context(), webhook(1<<20))
			require.NoError(t, err)
			_, err = client.ParseWebhook(t.Context(), webhook(5<<20))
			require.ErrorContains(t, err, "larger than max")
			plugintest.Pay(t, client, "order 1")
			faults.Proved(t, faults.Injected{How: "an answer of 5 MiB", Times: faults.Observed(err != nil)}, "HP13")
		})
	}
}

func TestClient_DoesNotSendAnOversizeRequest(t *testing.T) {
	t.Parallel()
	client := plugintest.Open(t, plugin.OpenOptions{})
	const method = "/paymentprovider.v1.PaymentProvider/ParseWebhook"
	raw := func(ctx context.Context, size int) error {
		return plugin.Conn(client).Invoke(ctx, method, wrapperspb.Bytes(make([]byte, size)), &wrapperspb.BytesValue{})
	}
	err := raw(t.Context(), 5<<20)
	assert.Equal(t, codes.ResourceExhausted, status.Code(err), err)
	assert.ErrorContains(t, err, "trying to send", "the host itself must refuse it")
	plugintest.Pay(t, client, "order 1")
}
