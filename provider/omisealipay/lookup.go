package omisealipay

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// A window is a span of creation times that is searched, to the second.
type window struct{ from, until time.Time }

// windowOf gives the times in which a charge with this attempt's key can have
// been made, with room for the difference between two clocks.
func (s *session) windowOf(attempt *contract.Attempt) window {
	until := s.now()
	if attempt.Unknown() {
		until = attempt.LastUnknownAt
	}
	skew := s.settings.lookupSkew
	return window{
		from: attempt.FirstAt.Add(-skew).Truncate(time.Second),
		// The gateway counts in seconds: cut off, the bound would leave out the
		// last one.
		until: until.Add(skew).Add(time.Second).Truncate(time.Second),
	}
}

// eachCharge reads every page of the window, oldest first, so that charges
// that are made in the meantime come at the end and move nothing. It fails if
// it cannot read all: a part of the window proves nothing.
func (s *session) eachCharge(ctx context.Context, w window, visit func(*omise.Charge) *contract.Error) *contract.Error {
	for offset := 0; ; {
		page, err := s.client.ListCharges(ctx, &omise.ListOptions{
			From: w.from, To: w.until, Limit: omise.MaxPageSize, Offset: offset, Order: omise.Chronological,
		})
		if err != nil {
			return refusal(err)
		}
		for i := range page.Data {
			if err := visit(&page.Data[i]); err != nil {
				return err
			}
		}
		offset += len(page.Data)
		if offset >= page.Total {
			return nil
		}
		if len(page.Data) == 0 {
			return unbelievable("Omise's list of charges ends before its own total")
		}
	}
}

// A finding is what a search by key ended with, together with what the
// session itself remembers of the key.
type finding struct {
	ids     []string // distinct
	window  window
	settled bool
}

// search looks for the payments that were made with the attempt's key.
func (s *session) search(ctx context.Context, attempt *contract.Attempt) (*finding, *contract.Error) {
	known := s.payments.recall(attempt.Key, s.settings.account)
	whole := known.over(*attempt)
	found := &finding{
		window: s.windowOf(&whole),
		// Judged before the list is read: what is made after that is not in it.
		settled: whole.SettledAt(s.now(), s.settings.lookupSettle),
	}
	if known.id != "" {
		found.ids = append(found.ids, known.id)
	}
	err := s.eachCharge(ctx, found.window, func(charge *omise.Charge) *contract.Error {
		if keyOf(charge.Metadata) == attempt.Key && !charge.Deleted && !slices.Contains(found.ids, charge.ID) {
			found.ids = append(found.ids, charge.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// one gives the id of the only payment that was found; blank if there is none.
func (f *finding) one() (string, *contract.Error) {
	switch len(f.ids) {
	case 0:
		return "", nil
	case 1:
		return f.ids[0], nil
	default:
		return "", contract.NewError(contract.DuplicatePayments,
			"Omise has several charges for this idempotency key; compare them in the dashboard, and refund or expire what is too much").
			With(contract.MetaPaymentIDs, strings.Join(f.ids, ","))
	}
}

// unsettled is the error of a call that must not create anything yet.
func (s *session) unsettled(attempt *contract.Attempt) *contract.Error {
	rest := attempt.LastUnknownAt.Add(s.settings.lookupSettle).Sub(s.now())
	return contract.NewError(contract.AttemptUnsettled,
		"an earlier call with this key may still be under way at Omise, and nothing was found yet: repeat it later with the same key").
		WithRetryAfter(max(rest, time.Second))
}
