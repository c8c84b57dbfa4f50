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
	statusReversed   chargeStatus = "reversed" // Omise reverses card charges only; a test may ask for it
)

// charge is Omise's record of a payment. It is guarded by its account's lock. Its
// source and metadata are never changed, only replaced.
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
	dueAt     time.Time // when an unpaid charge ends
	expiresAt time.Time // what the charge says, which may differ
	expiredAt time.Time
	paidAt    time.Time
	reversed  time.Time
}

func (c *charge) itemID() string      { return c.id }
func (c *charge) itemTime() time.Time { return c.createdAt }

func (c *charge) paid() bool { return c.status == statusSuccessful }

// snapshot returns a copy of the charge as it is now, for an event.
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

// bangkok needs no time zone database, since Bangkok has no summer time.
func bangkok() *time.Location { return time.FixedZone("Asia/Bangkok", 7*60*60) }

// Omise shows its fee before a charge is paid: 3.65 %, and 7 % VAT of that, each
// rounded to the subunit.
func (c *charge) fee() int64    { return share(c.amount, 365) }
func (c *charge) feeVAT() int64 { return share(c.fee(), 700) }
func (c *charge) net() int64    { return c.amount - c.fee() - c.feeVAT() }

// share returns a part of an amount; rate is in hundredths of a percent.
func share(of, rate int64) int64 { return (of*rate + 5000) / 10_000 }

// metadataText returns the value of a metadata name if it is a string.
func metadataText(metadata object, name string) string {
	text, _ := metadata.text(name)
	return text
}

// The metadata names under which a provider keeps its idempotency key and
// reference. The ledger finds payments by them.
const (
	keyName       = "paysocket_key"
	referenceName = "paysocket_reference"
)

// addCharge stores a charge and adds it to all indexes.
func (a *account) addCharge(c *charge) {
	a.charges.add(c)
	a.index(c)
	if !slices.Contains(a.chargesOf[c.source.id], c.id) {
		a.chargesOf[c.source.id] = append(a.chargesOf[c.source.id], c.id)
	}
	a.due.add(c)
	if len(a.due.charges) > 2*a.charges.limit {
		a.due.retain(func(c *charge) bool { _, kept := a.charges.get(c.id); return kept })
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

// removeCharge removes a charge that was dropped from the store from all indexes.
func (a *account) removeCharge(c *charge) {
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
