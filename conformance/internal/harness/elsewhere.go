package harness

import (
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// CreateElsewhere makes a payment at the sandbox, as if in the gateway's dashboard.
func (s *Scenario) CreateElsewhere(t *T) *gateway.Payment {
	fixtures := &s.env.Manifest.Fixtures
	made, err := s.Scope.CreatePayment(t.Context(), gateway.Money{Amount: fixtures.Amounts.OK, Currency: fixtures.Currency})
	t.SetupFailed("make a payment at the sandbox", err)
	return made
}

// RefundElsewhere refunds a payment likewise.
func (s *Scenario) RefundElsewhere(t *T, paymentID string, amount int64) *gateway.Refund {
	made, err := s.Scope.CreateRefund(t.Context(), paymentID, gateway.Money{Amount: amount})
	t.SetupFailed("refund a payment at the sandbox", err)
	return made
}

// Advance moves the gateway's clock forward, and reports false if the sandbox has none.
func (s *Scenario) Advance(t *T, by time.Duration) bool {
	if !s.env.HasFeature(gateway.FeatureClock) {
		return false
	}
	t.SetupFailed("move the sandbox's clock", s.Scope.Advance(t.Context(), by))
	return true
}
