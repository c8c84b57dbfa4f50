package omisealipay

import (
	"context"
	"log/slog"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/omise"
)

// ListPayments reads one page of the account's charges, cards and all others
// among them. The page token is how many charges of the window were read before.
func (p *Provider) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).listPayments)
}

func (s *session) listPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	offset, failed := readPageToken(request.PageToken)
	if failed != nil {
		return nil, failed
	}
	size := request.PageSize
	if size == 0 {
		size = omise.MaxPageSize
	}
	list, err := s.client.ListCharges(ctx, &omise.ListOptions{
		// Omise counts in seconds. The window is widened to whole ones, and what
		// that lets in is left out again.
		From:   request.CreatedFrom.Truncate(time.Second),
		To:     request.CreatedUntil.Add(time.Second).Truncate(time.Second),
		Limit:  size,
		Offset: offset,
		Order:  omise.Chronological,
	})
	if err != nil {
		return nil, errorOf(err)
	}
	if list.Len() == 0 && offset < list.Total {
		return nil, malformed("Omise's list of charges ends before its total")
	}
	if failed := s.withoutStrangers(ctx, list); failed != nil {
		return nil, failed
	}
	page := &contract.PaymentPage{}
	for i := range list.Data {
		charge := &list.Data[i]
		payment, err := paymentOf(charge)
		if err != nil && !isOurs(charge) {
			s.logLeftOut(ctx, charge.ID)
			continue
		}
		if err != nil {
			return nil, err
		}
		if !payment.CreatedAt.Before(request.CreatedFrom) && payment.CreatedAt.Before(request.CreatedUntil) {
			page.Payments = append(page.Payments, *payment)
		}
	}
	slices.SortStableFunc(page.Payments, func(a, b contract.Payment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if next := offset + list.Len(); next < list.Total {
		page.NextPageToken = strconv.Itoa(next)
	}
	return page, nil
}

// withoutStrangers returns an error if a charge of the page that cannot be read is
// ours: a page without it would look complete. A charge that others made is left
// out, so that it does not hide ours.
func (s *session) withoutStrangers(ctx context.Context, list *omise.List[omise.Charge]) *contract.Error {
	for i := range list.Unreadable {
		left := &list.Unreadable[i]
		if left.Problem == nil && isOurRemnant(left) {
			return malformed("a charge in Omise's list cannot be read").With(contract.MetaPaymentID, left.ID)
		}
		s.logLeftOut(ctx, left.ID)
	}
	return nil
}

func (s *session) logLeftOut(ctx context.Context, id string) {
	s.logger.LogAttrs(ctx, slog.LevelWarn, "a charge that was not made through this provider cannot be read, and is left out of the list",
		slog.String("charge", id))
}

// maxTokenLength keeps a page token within what an int holds on every machine.
const maxTokenLength = 9

func readPageToken(token string) (int, *contract.Error) {
	if token == "" {
		return 0, nil
	}
	offset, err := strconv.Atoi(token)
	if err != nil || offset < 0 || len(token) > maxTokenLength {
		return 0, contract.NewError(contract.InvalidRequest, "the page token is unknown; nothing was sent").
			WithViolation("page_token", "must be the next_page_token of an earlier page")
	}
	return offset, nil
}
