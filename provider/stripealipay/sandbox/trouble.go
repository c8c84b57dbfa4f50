package sandbox

// Trouble is an answer to the creation of a PaymentIntent that is legal and seldom
// seen.
type Trouble string

// The troubles.
const (
	// TroubleDecline refuses the payment at once: 402, with the PaymentIntent in
	// the error.
	TroubleDecline Trouble = "decline"

	// TroubleFault creates the payment and answers 500 all the same, which is
	// stored under the key and repeated for a day.
	TroubleFault Trouble = "fault"
)

// Inject answers the next request that creates a payment with the secret key by
// this trouble; called twice, the next two.
func (s *Sandbox) Inject(secretKey string, trouble Trouble) error {
	a, known := s.ByKey(secretKey)
	if !known {
		return errNoAccount
	}
	a.Lock()
	defer a.Unlock()
	a.trouble = append(a.trouble, trouble)
	return nil
}

// nextTrouble is called with the account's lock held.
func (a *account) nextTrouble() Trouble {
	if len(a.trouble) == 0 {
		return ""
	}
	next := a.trouble[0]
	a.trouble = a.trouble[1:]
	return next
}
