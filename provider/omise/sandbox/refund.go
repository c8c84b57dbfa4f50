package sandbox

import "time"

// maxPartialRefunds is how many partial refunds a charge can have.
const maxPartialRefunds = 15

type refundStatus string

// Omise closes a refund when it makes it. The others are only in its documentation;
// a test may ask for them.
const (
	refundClosed  refundStatus = "closed"
	refundPending refundStatus = "pending"
	refundFailed  refundStatus = "failed"
)

// refund is guarded by its account's lock.
type refund struct {
	id          string
	status      refundStatus
	chargeID    string
	amount      int64
	currency    string
	voided      bool
	transaction string
	metadata    object
	createdAt   time.Time
}

func (r *refund) itemID() string      { return r.id }
func (r *refund) itemTime() time.Time { return r.createdAt }

func (r *refund) snapshot() *refund {
	clone := *r
	return &clone
}

// createRefund answers POST /charges/:id/refunds.
func createRefund(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	amount, reason := readAmount(c.params)
	if reason != "" {
		return nil, badRequest(reason)
	}
	metadata, err := readMetadata(c.params)
	if err != nil {
		return nil, err
	}
	made, err := a.refund(found, amount, metadata, isTrue(c.params, "void"))
	if err != nil {
		return nil, err
	}
	return c.view.refund(made), nil
}

// refund makes a refund that is closed at once, as Omise's are.
func (a *account) refund(c *charge, amount int64, metadata object, onlyVoid bool) (*refund, error) {
	now := a.second()
	if err := refundable(c, amount, now); err != nil {
		return nil, err
	}
	void := a.voids(c, amount, now)
	if onlyVoid && !void {
		return nil, refuse("failed_void", "void failed")
	}
	made := &refund{
		id: a.newID("rfnd"), status: refundClosed, chargeID: c.id, amount: amount, currency: c.currency,
		voided: void, transaction: a.newID("trxn"), metadata: metadata, createdAt: now,
	}
	c.refunds = append(c.refunds, made)
	c.voided = c.voided || void
	a.refunds.add(made)
	a.emitRefund(c, made)
	return made, nil
}

// refundable returns the refusal of a refund, if there is one.
func refundable(c *charge, amount int64, now time.Time) error {
	left := c.amount - c.refunded()
	switch {
	case !c.paid():
		return refuse("failed_refund", "charge is not captured")
	case left == 0:
		return refuse("failed_refund", "charge was already fully refunded")
	case amount <= 0:
		return badRequest("amount must be greater than 0")
	case amount > left:
		return refuse("failed_refund", "amount is greater than the amount that is left to refund")
	case now.After(c.refundsEnd()):
		return refuse("failed_refund", "charge is too old to be refunded")
	case amount < left && len(c.refunds) >= maxPartialRefunds:
		return refuse("failed_refund", "charge has too many partial refunds")
	}
	return nil
}

// canVoid reports whether a full refund would void the charge.
func (c *charge) canVoid(now time.Time, dials *Dials) bool {
	return c.refundable(now) && len(c.refunds) == 0 && now.Before(c.paidAt.Add(dials.settlement()))
}

// voids reports whether the refund voids the charge: it is made before settlement,
// and the charge never appears on a statement.
func (a *account) voids(c *charge, amount int64, now time.Time) bool {
	return amount == c.amount && c.canVoid(now, a.dials)
}

func getRefund(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	for _, r := range found.refunds {
		if r.id == c.ids[1] {
			return c.view.refund(r), nil
		}
	}
	return nil, notFound("refund", c.ids[1])
}

func listRefunds(a *account, c *call) (any, error) {
	return list(a, c, a.refunds, "/refunds", c.view.refund)
}

func listChargeRefunds(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	own := newStore[*refund](maxPartialRefunds+1, nil)
	for _, r := range found.refunds {
		own.add(r)
	}
	return list(a, c, own, "/charges/"+found.id+"/refunds", c.view.refund)
}
