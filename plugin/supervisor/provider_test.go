package supervisor

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestProvider_ReportsEachCallOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		var seen []CallRecord
		type key struct{}
		s := w.supervise(t, &Options{Observe: func(ctx context.Context, call CallRecord) {
			assert.Equal(t, "a trace", ctx.Value(key{}))
			seen = append(seen, call)
		}})
		ctx := context.WithValue(t.Context(), key{}, "a trace")
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		client, _ := s.Provider("wallet")
		request := &contract.CreatePaymentRequest{
			Attempt: contract.Attempt{Key: "key-1"}, Reference: "2s", Method: "alipay",
			Amount: contract.Money{MinorUnits: 1, Currency: "THB"}, ReturnURL: "https://shop.example/",
		}
		_, err := client.CreatePayment(ctx, request)
		require.NoError(t, err)
		_, err = client.CreatePayment(ctx, &contract.CreatePaymentRequest{})
		require.Error(t, err)
		_, err = client.GetStatus(ctx, &contract.GetStatusRequest{PaymentID: "payment_1"})
		require.Error(t, err)
		w.kill()
		_, err = client.CreatePayment(ctx, request)
		require.Error(t, err)

		require.Len(t, seen, 4)
		began := seen[0].Began
		assert.Equal(t, CallRecord{Provider: "wallet", Operation: contract.OperationCreatePayment, Generation: 1, Began: began, Duration: 2 * time.Second}, seen[0])
		assert.Equal(t, contract.InvalidRequest, seen[1].Reason)
		assert.Equal(t, contract.NotAttempted, seen[1].Outcome)
		assert.Equal(t, contract.CapabilityUnsupported, seen[2].Reason)
		assert.Empty(t, seen[2].Outcome, "a read has none")
		assert.Equal(t, CallRecord{
			Provider: "wallet", Operation: contract.OperationCreatePayment, Began: seen[3].Began,
			Reason: contract.ProviderUnreachable, Outcome: contract.NotAttempted,
		}, seen[3])
	})
}
