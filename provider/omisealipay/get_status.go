package omisealipay

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// GetStatus reads a charge by its id, or finds it by the key in its metadata.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).getStatus)
}

func (s *session) getStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	if request.Attempt != nil {
		return s.findPayment(ctx, request.Attempt)
	}
	return s.readPayment(ctx, request.PaymentID)
}

func (s *session) readPayment(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	charge, err := s.readCharge(ctx, id)
	if err != nil {
		return nil, err
	}
	return paymentOf(charge)
}

// readCharge reads a charge of the account's mode.
func (s *session) readCharge(ctx context.Context, id string) (*omise.Charge, *contract.Error) {
	charge, err := s.client.RetrieveCharge(ctx, id)
	if err != nil {
		return nil, errorOf(err)
	}
	if isLive(charge.Live, charge.ID) != s.settings.live {
		return nil, malformed("Omise returned a charge of the other mode, test or live, than the key's").With(contract.MetaPaymentID, id)
	}
	return charge, nil
}

// findPayment looks a payment up by its key, and reads what it finds once more,
// because a list may be older than the charge.
func (s *session) findPayment(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	_, made, _ := kit.HoldKey(ctx)
	found, err := s.search(ctx, attempt, made)
	if err != nil {
		return nil, err
	}
	id, err := found.onlyID()
	switch {
	case err != nil:
		return nil, err
	case id == "":
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, !found.doubtful, found.settled, found.window.from, found.window.until)
	}
	payment, err := s.readPayment(ctx, id)
	switch {
	case err != nil && err.Reason == contract.PaymentNotFound: // the list has it
		return nil, contract.NotFoundByKey(err.Reason, false, found.settled, found.window.from, found.window.until).With(contract.MetaPaymentID, id)
	case err != nil:
		return nil, err.With(contract.MetaPaymentID, id)
	}
	if err := (&contract.GetStatusRequest{Attempt: attempt}).CheckAnswer(payment); err != nil {
		return nil, kit.Malformed(err).With(contract.MetaPaymentID, id)
	}
	return payment, nil
}

// A window is a span of creation times that is searched, in whole seconds.
type window struct{ from, until time.Time }

// lookupWindow returns when a charge with the attempt's key can have been made,
// with room for the difference between two clocks.
func (s *session) lookupWindow(attempt *contract.Attempt) window {
	until := s.now()
	if attempt.Unknown() {
		until = attempt.LastUnknownAt
	}
	skew := s.settings.lookupSkew
	return window{
		from: attempt.FirstAt.Add(-skew).Truncate(time.Second),
		// Omise counts in seconds: cut off, the bound would leave out the last one.
		until: until.Add(skew).Add(time.Second).Truncate(time.Second),
	}
}

// eachCharge reads every page. It returns an error if it cannot read all pages,
// because a part of the window proves nothing. A charge in it that cannot be read
// must not hide the others.
func (s *session) eachCharge(pages *chargePages, visit func(*omise.Charge), unreadable func(*omise.Remnant)) *contract.Error {
	for offset := 0; ; {
		page, err := pages.next(offset)
		if err != nil {
			return errorOf(err)
		}
		for i := range page.Data {
			visit(&page.Data[i])
		}
		for i := range page.Unreadable {
			unreadable(&page.Unreadable[i])
		}
		before := offset
		offset = pages.end(before, page)
		if offset >= page.Total {
			return nil
		}
		if offset <= before {
			return malformed("Omise's list of charges ends before its total")
		}
	}
}

// A searchResult is what a search by key found, at Omise and in this process.
type searchResult struct {
	ids     []string // distinct
	window  window
	settled bool
	// doubtful says that the window has a charge of which nobody can know whose it
	// is. Then nothing proves that there is no other with the key.
	doubtful bool
}

// search looks for the payments that were made with the attempt's key. made is the
// id of one that is known; empty if none is.
func (s *session) search(ctx context.Context, attempt *contract.Attempt, made string) (*searchResult, *contract.Error) {
	found := &searchResult{
		window: s.lookupWindow(attempt),
		// Judged before the list is read: what is made after that is not in it.
		settled: attempt.SettledAt(s.now(), s.settings.lookupSettle),
	}
	if made != "" {
		found.ids = append(found.ids, made)
	}
	pages := s.chargePages(ctx, found.window, attempt)
	defer func() { pages.close() }()
	for {
		err := s.eachCharge(pages, func(charge *omise.Charge) {
			found.doubtful = found.doubtful || charge.MetadataLost
			if keyOf(charge.Metadata) == attempt.Key && !charge.Deleted && !slices.Contains(found.ids, charge.ID) {
				found.ids = append(found.ids, charge.ID)
			}
		}, func(left *omise.Remnant) { found.addUnreadable(left, attempt.Key) })
		switch {
		case err != nil:
			return nil, err
		case pages.era == 0 || s.clock.isOf(pages.era):
			found.window = pages.window
			return found, nil
		}
		// The clock that narrowed the window was set meanwhile.
		pages.close()
		pages = s.chargePages(ctx, found.window, nil)
	}
}

// addUnreadable adds a charge that cannot be read, if it has the key. Its id is
// enough: it is read again, and then says what is wrong with it.
func (r *searchResult) addUnreadable(left *omise.Remnant, key string) {
	hasID := omise.ValidID(left.ID, omise.ChargePrefix)
	switch {
	case left.Problem == nil && keyOf(left.Metadata) != key:
	case left.Problem != nil, !hasID:
		r.doubtful = true
	case !slices.Contains(r.ids, left.ID):
		r.ids = append(r.ids, left.ID)
	}
}

// onlyID returns the id of the only payment that was found, and "" if there is
// none.
func (r *searchResult) onlyID() (string, *contract.Error) {
	switch len(r.ids) {
	case 0:
		return "", nil
	case 1:
		return r.ids[0], nil
	default:
		return "", contract.NewError(contract.DuplicatePayments,
			"Omise has several charges for one idempotency key; compare them in the dashboard, and refund or expire what is too much").
			With(contract.MetaPaymentIDs, strings.Join(r.ids, ","))
	}
}

// doubtful returns the error of a call that must not create anything, because the
// list has something that may be what an earlier call made.
func (s *session) doubtful() *contract.Error {
	return contract.NewError(contract.AttemptUnsettled,
		"Omise's list has an object with unreadable metadata, which may be what an earlier call with this key made; look at it in Omise's dashboard, and repeat the call with the same key").
		WithRetryAfter(s.settings.lookupSettle)
}

// unsettled returns the error of a call that must not create anything yet.
func (s *session) unsettled(attempt *contract.Attempt) *contract.Error {
	wait := attempt.LastUnknownAt.Add(s.settings.lookupSettle).Sub(s.now())
	return contract.NewError(contract.AttemptUnsettled,
		"an earlier call with this key may still be under way at Omise, and nothing was found yet; repeat the call later with the same key").
		WithRetryAfter(max(wait, time.Second))
}
