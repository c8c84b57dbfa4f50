package omisealipay

import (
	"context"
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
	if len(list.Data) == 0 && offset < list.Total {
		return nil, malformed("Omise's list of charges ends before its total")
	}
	page := &contract.PaymentPage{}
	for i := range list.Data {
		payment, err := paymentOf(&list.Data[i])
		if err != nil {
			return nil, err
		}
		if !payment.CreatedAt.Before(request.CreatedFrom) && payment.CreatedAt.Before(request.CreatedUntil) {
			page.Payments = append(page.Payments, *payment)
		}
	}
	slices.SortStableFunc(page.Payments, func(a, b contract.Payment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	if next := offset + len(list.Data); next < list.Total {
		page.NextPageToken = strconv.Itoa(next)
	}
	return page, nil
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
