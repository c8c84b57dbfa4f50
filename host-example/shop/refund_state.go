package shop

import (
	"fmt"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// end notes how a call of Refund ended, and gives what is certain of the
// refund's attempt.
func (r *Refund) end(sale *Sale, now time.Time, answer *contract.Refund, callErr error) (contract.Outcome, error) {
	certain := r.Attempt.end(now, callErr)
	switch {
	case callErr == nil:
		return contract.Rejected, r.take(sale, answer) // a mismatch is never repeated
	case certain == contract.Indeterminate:
		r.State = Unknown
		if needsPerson(callErr) {
			sale.alarm(callErr.Error())
		}
	case !worthRepeating(callErr, certain):
		r.State = Abandoned
	}
	return certain, callErr
}

// take moves the refund to where the provider's answer says it is. A failed
// refund needs a person: the buyer was promised the money.
func (r *Refund) take(sale *Sale, answer *contract.Refund) error {
	if err := r.compare(sale, answer); err != nil {
		sale.alarm(err.Error())
		return err
	}
	r.RefundID = answer.RefundID
	to := State(answer.Status)
	switch {
	case to == r.State, to == Pending && !r.State.Open():
	case r.State.Open():
		r.State = to
	default:
		sale.alarm(fmt.Sprintf("the gateway says %s of refund %s, and it is %s", to, answer.RefundID, r.State))
	}
	if r.State == Failed {
		sale.alarm(fmt.Sprintf("refund %s failed: the buyer still waits for %s", answer.RefundID, r.Amount))
	}
	return nil
}

// compare finds the first field in which an answer is not about this refund.
func (r *Refund) compare(sale *Sale, answer *contract.Refund) error {
	return firstMismatch(sale.ID,
		comparison{"refund id", r.RefundID, answer.RefundID},
		comparison{"refund's payment id", sale.PaymentID, answer.PaymentID},
		comparison{"refund's idempotency key", r.Attempt.Key, answer.IdempotencyKey},
		comparison{"refund's amount", r.Amount.String(), answer.Amount.String()},
		comparison{"refund's live flag", strconv.FormatBool(sale.Live), strconv.FormatBool(answer.Live)},
	)
}
