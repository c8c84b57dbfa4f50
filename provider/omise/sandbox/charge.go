package sandbox

import (
	"slices"
	"time"
)

type chargeStatus string

const (
	statusPending    chargeStatus = "pending"
	statusSuccessful chargeStatus = "successful"
	statusFailed     chargeStatus = "failed"
	statusExpired    chargeStatus = "expired"
	statusReversed   chargeStatus = "reversed" // seen of cards only; a tester may ask for it
)

// A charge is a payment, as Omise keeps it. It is guarded by its account's
// lock. Its source and metadata are never changed, only replaced.
type charge struct {
	id           string
	reference    string // of the pay page: ofsp_test_..., pay2_test_...
	authorizeURI string
	amount       int64
	currency     string // ISO 4217
	source       *source
	description  any // a string or nil
	metadata     object
	returnURI    string
	ip           any // a string or nil
	endpoints    []string

	status         chargeStatus
	failureCode    string
	failureMessage string
	transaction    string
	voided         bool
	refunds        []*refund

	createdAt time.Time
	dueAt     time.Time // when Omise gives the payer up
	expiresAt time.Time // what the charge says; not the same
	expiredAt time.Time
	paidAt    time.Time
	reversed  time.Time
}

func (c *charge) ident() string   { return c.id }
func (c *charge) made() time.Time { return c.createdAt }

func (c *charge) paid() bool { return c.status == statusSuccessful }

// snapshot is the charge as it is now, for an event.
func (c *charge) snapshot() *charge {
	clone := *c
	clone.refunds = nil
	for _, r := range c.refunds {
		clone.refunds = append(clone.refunds, r.snapshot())
	}
	return &clone
}

func (c *charge) refunded() int64 {
	var sum int64
	for _, r := range c.refunds {
		if r.status != refundFailed {
			sum += r.amount
		}
	}
	return sum
}

func (c *charge) refundable(now time.Time) bool {
	return c.paid() && c.refunded() < c.amount && !now.After(c.refundsEnd())
}

func (c *charge) partlyRefundable(now time.Time) bool {
	return c.refundable(now) && len(c.refunds) < maxPartialRefunds
}

// bangkok has no summer time, and a sandbox should not need a time zone
// database.
func bangkok() *time.Location { return time.FixedZone("Asia/Bangkok", 7*60*60) }

// refundsEnd is the last moment of a refund: the end of the same day of the
// third month after the charge, as Bangkok counts days.
func (c *charge) refundsEnd() time.Time {
	year, month, day := c.createdAt.In(bangkok()).Date()
	lastDay := time.Date(year, month+4, 0, 0, 0, 0, 0, bangkok())
	end := time.Date(year, month+3, min(day, lastDay.Day())+1, 0, 0, 0, 0, bangkok())
	return end.Add(-time.Second)
}

// Omise tells its own part of a charge before it is paid: 3.65 %, and 7 % VAT
// of that, each rounded to the subunit.
func (c *charge) fee() int64    { return share(c.amount, 365) }
func (c *charge) feeVAT() int64 { return share(c.fee(), 700) }
func (c *charge) net() int64    { return c.amount - c.fee() - c.feeVAT() }

// share takes the rate in hundredths of a percent.
func share(of, rate int64) int64 { return (of*rate + 5000) / 10_000 }

// metadataText is the value of a metadata name that is a string.
func metadataText(metadata object, name string) string {
	text, _ := metadata.text(name)
	return text
}

// The names under which a merchant's plugin may keep its own idempotency key
// and reference; the ledger finds payments by them.
const (
	keyName       = "paysocket_key"
	referenceName = "paysocket_reference"
)

// keep puts a charge where every look-up finds it.
func (a *account) keep(c *charge) {
	a.charges.add(c)
	a.index(c)
	if !slices.Contains(a.chargesOf[c.source.id], c.id) {
		a.chargesOf[c.source.id] = append(a.chargesOf[c.source.id], c.id)
	}
	a.due.add(c)
	if len(a.due.charges) > 2*a.charges.limit {
		a.due.keep(func(c *charge) bool { _, kept := a.charges.get(c.id); return kept })
	}
	a.byReference[c.reference] = c
	a.sandbox.pages.put(c.reference, a)
}

func (a *account) index(c *charge) {
	for name, of := range a.byMetadata {
		if text := metadataText(c.metadata, name); text != "" && !slices.Contains(of[text], c) {
			of[text] = append(of[text], c)
		}
	}
}

// forget is the opposite of keep, for charges that leave the shelf.
func (a *account) forget(c *charge) {
	a.unindex(c)
	delete(a.chargesOf, c.source.id)
	delete(a.byReference, c.reference)
	a.sandbox.pages.drop(c.reference)
}

func (a *account) unindex(c *charge) {
	for name, of := range a.byMetadata {
		text := metadataText(c.metadata, name)
		left := slices.DeleteFunc(of[text], func(other *charge) bool { return other == c })
		if len(left) == 0 {
			delete(of, text)
			continue
		}
		of[text] = left
	}
}
