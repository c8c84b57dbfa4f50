package sandbox

import "errors"

// apiVersion is the version of answers, whatever Stripe-Version asks for, and of
// the events of an endpoint for which SetEndpointVersion set no other.
const apiVersion = "2026-03-25.dahlia"

// The versions from which on events differ from those of older ones. The names of
// versions are in the order of time.
const (
	// A PaymentIntent has the id of its latest charge; before, a list of charges.
	sinceLatestCharge = "2022-11-15"

	// Events of refunds are about the refund. Before, its creation is told by
	// charge.refunded, about the charge, and what follows by charge.refund.updated.
	sinceRefundEvents = "2024-10-28"
)

// SetEndpointVersion gives the webhook endpoint of an account an API version, as
// in 2022-11-15. Its events look from now on as they do in that version.
func (s *Sandbox) SetEndpointVersion(secretKey, version string) error {
	a, known := s.ByKey(secretKey)
	if !known {
		return errNoAccount
	}
	a.Lock()
	defer a.Unlock()
	a.endpointVersion = version
	return nil
}

var errNoAccount = errors.New("no account has this secret key")
