package memory

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// maxPageSize is how many payments a page has at most. Twenty of the largest
// payments, with every character escaped, fit into roundtrip.DefaultMaxBody. A
// larger page might not fit, and then it could never be read.
const maxPageSize = 20

var errOtherPage = errors.New("it is not the page that was asked for")

// ListPayments reads one page of the payments created in a window of time.
func (p *Provider) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return kit.Run(ctx, &p.sessions, request, nil, (*session).listPayments)
}

func (s *session) listPayments(ctx context.Context, r *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	size := maxPageSize
	if r.PageSize > 0 {
		size = min(size, r.PageSize)
	}
	query := url.Values{
		"created_from":  {r.CreatedFrom.UTC().Format(time.RFC3339Nano)},
		"created_until": {r.CreatedUntil.UTC().Format(time.RFC3339Nano)},
		"page_size":     {strconv.Itoa(size)},
	}
	if r.PageToken != "" {
		query.Set("page_token", r.PageToken)
	}
	found, e := s.payments(ctx, query)
	if e != nil {
		return nil, e
	}
	if found.Payments == nil || len(found.Payments) > size || len(found.NextPageToken) > contract.MaxURLLength ||
		found.NextPageToken != "" && found.NextPageToken == r.PageToken { // the host would read this page for ever
		return nil, kit.Malformed(errOtherPage)
	}
	return found.page(r)
}

// page translates all payments that the host made, or fails: a page without some
// of them would look complete. What the dashboard made is left out if it cannot be
// translated, so that it does not hide the host's.
func (a *paymentsAnswer) page(r *contract.ListPaymentsRequest) (*contract.PaymentPage, *contract.Error) {
	page := &contract.PaymentPage{Payments: make([]contract.Payment, 0, len(a.Payments)), NextPageToken: a.NextPageToken}
	for i := range a.Payments {
		listed := &a.Payments[i]
		payment, e := listed.payment()
		if e != nil && listed.showsNoKey() {
			continue
		}
		if e != nil {
			return nil, e
		}
		if payment.CreatedAt.Before(r.CreatedFrom) || !payment.CreatedAt.Before(r.CreatedUntil) {
			return nil, kit.Malformed(errOtherPage)
		}
		page.Payments = append(page.Payments, *payment)
	}
	if err := page.Validate(); err != nil {
		return nil, kit.Malformed(err)
	}
	return page, nil
}
