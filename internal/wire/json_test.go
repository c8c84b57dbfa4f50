package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
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
