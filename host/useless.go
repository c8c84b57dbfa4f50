package host

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host/internal/ledger"
)

// maxUseless is after how many answers in a row that cannot be used a person is shown the
// attempt: a gateway that lags, or is out of order for a moment, is nobody's business.
const maxUseless = 4

// Why a person is shown an attempt of which nothing is learned. Each is taken back when
// something is.
const (
	whyNotFound = "the gateway does not find it any more, and has had it"
	whyUnusable = "the provider's answers about it cannot be used"
	whyLink     = "the gateway sent a link that is not https, which no payer is sent to"
	whyHinted   = "a webhook came for it, and looking at it has failed ever since"
)

// countUseless counts an answer that says nothing of an attempt which can be used, though
// the gateway was reached, and shows the attempt to a person if it is one of many. Nothing
// else changes: a payment that is not found has not failed, and may still be paid.
func (m *move) countUseless(a *ledger.Attempt, err error) {
	if isOver(a.Status) { // nothing is left to be learned, or the gateway may forget it
		return
	}
	why := whyUnusable
	switch contract.ReasonOf(err) { //nolint:exhaustive // Others pass, or are decided about elsewhere.
	case contract.MalformedResponse, contract.ProviderBug:
	case contract.ProviderRejected:
		if a.GatewayID == "" {
			return
		}
	case contract.PaymentNotFound, contract.RefundNotFound:
		if a.GatewayID == "" {
			return
		}
		why = whyNotFound
	default:
		return
	}
	if a.Useless++; a.Useless == maxUseless { // not again once a person has seen it
		m.note(a, "answer", "%s", err)
		m.attend(a, why)
	}
}

// refuseLink keeps a link from the payer, and shows the attempt to a person unless one
// was shown that before.
func (m *move) refuseLink(a, before *ledger.Attempt) {
	a.NextAction, a.Useless = nil, maxUseless
	known := before.Useless >= maxUseless && before.Status == contract.PaymentPending && before.NextAction == nil
	if !known || strings.Contains(before.Attention, whyUnusable) {
		m.attend(a, whyLink)
	}
}

// found takes back what a person was shown since nothing was learned of an attempt.
func (m *move) found(a *ledger.Attempt) {
	a.Useless = 0
	m.takeBack(a, whyNotFound, whyUnusable, whyHinted)
}

// takeBack ends what a person was shown that is so no more.
func (m *move) takeBack(a *ledger.Attempt, whys ...string) {
	const between = "; "
	shown := strings.Split(a.Attention, between)
	left := slices.DeleteFunc(slices.Clone(shown), func(why string) bool { return slices.Contains(whys, why) })
	if len(left) < len(shown) {
		a.Attention = strings.Join(left, between)
		m.note(a, "attention", "what a person was shown is so no more")
	}
}

// isBlocked reports whether the payer has nothing to follow, and will not have without a
// person.
func isBlocked(a *ledger.Attempt) bool {
	return a.Operation == contract.OperationCreatePayment && a.Useless >= maxUseless && a.NextAction == nil && !a.Released && !isOver(a.Status)
}
