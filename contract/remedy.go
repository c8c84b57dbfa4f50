package contract

import "slices"

// Remedy says who or what can mend the cause of an error.
type Remedy string

// The remedies.
const (
	// RemedyTime means that the cause may pass by itself. What the host may do
	// meanwhile depends on the outcome, and is what Decide says.
	RemedyTime Remedy = "TIME"

	// RemedyRequest means that the same request will fail again: the one who
	// makes it, or the payer, chooses something else.
	RemedyRequest Remedy = "REQUEST"

	// RemedyOperator means that whoever runs the host must change something: the
	// configuration, a clock, the version of a plugin, or the account at the gateway.
	RemedyOperator Remedy = "OPERATOR"

	// RemedyDecision means that a person must look at this payment and decide.
	RemedyDecision Remedy = "DECISION"

	// RemedyAuthor means that the author of the provider must mend it.
	RemedyAuthor Remedy = "AUTHOR"
)

// Remedy returns who or what can mend the cause of an error with this reason. For
// a reason that this version does not know, that is a person.
func (r Reason) Remedy() Remedy {
	if terms, known := reasons[r]; known {
		return terms.remedy
	}
	return RemedyDecision
}

// Transient reports whether the same call, repeated later, may end differently
// though nobody has changed anything. Whether it may be repeated is another
// question, which [Decide] answers.
func (r Reason) Transient() bool { return r.Remedy() == RemedyTime }

// unsettling reports whether the reason says that something was made with the key
// that is not what was asked for, so that no program can go on.
func (r Reason) unsettling() bool {
	return slices.Contains([]Reason{DuplicatePayments, DuplicateRefunds, IdempotencyKeyReused}, r)
}
