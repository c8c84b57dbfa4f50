package shop

import (
	"fmt"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// endCall records how a call of Refund ended, and returns what is certain of the
// refund's attempt.
func (r *Refund) endCall(sale *Sale, now time.Time, answer *contract.Refund, callErr error) (contract.Outcome, error) {
	outcome := r.Attempt.endCall(now, callErr)
	switch {
	case callErr == nil:
		return contract.Rejected, r.apply(sale, answer) // a mismatch is never retried
	case outcome == contract.Indeterminate:
		r.State = Unknown
		if needsReview(callErr) {
			sale.flagForReview(callErr.Error())
		}
	case !isRetryable(callErr, outcome):
		r.State = Abandoned
	}
	return outcome, callErr
}

// apply updates the refund from a provider's answer. A refund that failed flags
// the sale for review, since the buyer was promised the money.
func (r *Refund) apply(sale *Sale, answer *contract.Refund) error {
	if err := r.compare(sale, answer); err != nil {
		sale.flagForReview(err.Error())
		return err
	}
	r.RefundID = answer.RefundID
	to := State(answer.Status)
	switch {
	case to == r.State, to == Pending && !r.State.Open():
	case r.State.Open():
		r.State = to
	default:
		sale.flagForReview(fmt.Sprintf("refund %s is %s at the gateway, and %s in the record", answer.RefundID, to, r.State))
	}
	if r.State == Failed {
		sale.flagForReview(fmt.Sprintf("refund %s failed: the buyer is still owed %s", answer.RefundID, r.Amount))
	}
	return nil
}

// compare returns a *MismatchError if an answer is not about this refund.
func (r *Refund) compare(sale *Sale, answer *contract.Refund) error {
	return firstMismatch(sale.ID,
		comparison{"refund id", r.RefundID, answer.RefundID},
		comparison{"refund's payment id", sale.PaymentID, answer.PaymentID},
		comparison{"refund's idempotency key", r.Attempt.Key, answer.IdempotencyKey},
		comparison{"refund's amount", r.Amount.String(), answer.Amount.String()},
		comparison{"refund's live flag", strconv.FormatBool(sale.Live), strconv.FormatBool(answer.Live)},
	)
}
