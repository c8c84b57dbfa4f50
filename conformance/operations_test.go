package conformance_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// An operation that no clause is about would be promised and never checked.
func TestCatalogue_HasClausesForEveryOperation(t *testing.T) {
	t.Parallel()
	groups := map[string]string{
		"Describe": "DSC", "Configure": "CFG", "CreatePayment": "CRE", "GetStatus": "STS", "CancelPayment": "CAN",
		"Refund": "REF", "GetRefund": "REF", "ListPayments": "LST", "ParseWebhook": "WHK",
	}
	c := catalogue(t)
	provider := reflect.TypeFor[contract.PaymentProvider]()
	for method := range provider.Methods() {
		operation := method.Name
		assert.True(t, slices.ContainsFunc(c.Clauses, func(clause conformance.Clause) bool {
			return clause.Group() == groups[operation]
		}), "no group of clauses.yaml is about %s: add clauses for it, and their group to this test", operation)
	}
}
