package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
)

func TestADescriptorInJSONHasTheNamesOfTheProto(t *testing.T) {
	t.Parallel()
	described := &contract.Descriptor{
		ProviderID: "memory", Operations: []contract.Operation{contract.OperationCreatePayment},
		PaymentMethods: []contract.PaymentMethod{{Code: "wallet", PaymentLifetime: 30 * time.Minute}},
	}
	text, err := wire.DescriptorJSON(described)
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, map[string]any{
		"provider_id": "memory", "operations": []any{"OPERATION_CREATE_PAYMENT"},
		"payment_methods": []any{map[string]any{"code": "wallet", "payment_lifetime": "1800s"}},
	}, read)
	assert.Contains(t, string(text), "\n  \"provider_id\": \"memory\",\n", "lines, for people, and always the same")
}

func TestJSON_HasZerosAndLeavesOutWhatIsAbsent(t *testing.T) {
	t.Parallel()
	text, err := wire.JSON(&v1.GetStatusResponse{Payment: &v1.Payment{
		PaymentId: "pay_1", AmountRefunded: &v1.Money{Currency: "THB"},
	}})
	require.NoError(t, err)
	var read struct{ Payment map[string]any }
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, map[string]any{"currency": "THB", "minor_units": "0"}, read.Payment["amount_refunded"])
	assert.Equal(t, false, read.Payment["live"])
	assert.Contains(t, read.Payment, "reference")
	assert.NotContains(t, read.Payment, "amount", "an absent message")
	assert.NotContains(t, read.Payment, "failure")
}
