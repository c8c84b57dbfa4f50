// Sale sells something with Omise's own library for Go, which is not changed.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func main() {
	client, err := omise.NewClient(os.Args[2], os.Args[3])
	if err != nil {
		fail("new client", err)
	}
	client.Endpoints["https://api.omise.co"] = os.Args[1]
	s := &seller{client}
	charge := s.sell()
	s.refund(charge)
	s.lookAround(charge)
	s.refusals(charge)
}

type seller struct{ *omise.Client }

func (s *seller) sell() *omise.Charge {
	var account omise.Account
	check("account", s.Do(&account, &operations.RetrieveAccount{}), account.Object, "account")
	var capability omise.Capability
	check("capability", s.Do(&capability, &operations.RetrieveCapability{}), len(capability.PaymentMethods) > 0, true)

	var source, again omise.Source
	check("source", s.Do(&source, &operations.CreateSource{Type: "alipay", Amount: 100000, Currency: "thb"}), source.Flow, "redirect")
	check("source read", s.Do(&again, &operations.RetrieveSource{SourceID: source.ID}), again, source)

	kept := map[string]any{"order": "1", "nested": map[string]any{"kept": true}}
	var charge, updated, paid omise.Charge
	check("charge", s.Do(&charge, &operations.CreateCharge{
		Amount: 100000, Currency: "thb", Source: source.ID, ReturnURI: "https://shop.example/orders/1", Description: "Order 1", Metadata: kept,
	}), charge.Status, omise.ChargePending)
	check("metadata", nil, charge.Metadata, kept)
	check("update", s.Do(&updated, &operations.UpdateCharge{ChargeID: charge.ID, Description: "Order 2", Metadata: kept}), *updated.Description, "Order 2")

	http.DefaultClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	page, err := http.PostForm(charge.AuthorizeURI, url.Values{"outcome": {"succeeded"}})
	check("payment page", err, page.Header.Get("Location"), "https://shop.example/orders/1")
	check("paid charge", s.Do(&paid, &operations.RetrieveCharge{ChargeID: charge.ID}), paid.Status, omise.ChargeSuccessful)
	check("paid", nil, paid.Paid, true)
	return &paid
}

func (s *seller) refund(charge *omise.Charge) {
	var refund, again omise.Refund
	var refunded omise.Charge
	var list omise.RefundList
	check("refund", s.Do(&refund, &operations.CreateRefund{ChargeID: charge.ID, Amount: 30000, Metadata: map[string]any{"why": "broken"}}), refund.Amount, int64(30000))
	check("refund read", s.Do(&again, &operations.RetrieveRefund{ChargeID: charge.ID, RefundID: refund.ID}), again, refund)
	check("refunds", s.Do(&list, &operations.ListRefunds{ChargeID: charge.ID, List: operations.List{Limit: 1}}), len(list.Data), 1)
	check("refunded", s.Do(&refunded, &operations.RetrieveCharge{ChargeID: charge.ID}), refunded.RefundedAmount, int64(30000))
}

func (s *seller) lookAround(charge *omise.Charge) {
	var charges omise.ChargeList
	order := operations.List{Limit: 1, Order: omise.ReverseChronological}
	check("charges", s.Do(&charges, &operations.ListCharges{List: order}), len(charges.Data), 1)
	check("order", nil, charges.Order, omise.ReverseChronological)
	var events omise.EventList
	check("events", s.Do(&events, &operations.ListEvents{List: operations.List{Limit: 2}}), len(events.Data), 2)
	var event omise.Event
	check("event", s.Do(&event, &operations.RetrieveEvent{EventID: events.Data[0].ID}), event.Data.(*omise.Charge).ID, charge.ID)
	var found omise.ChargeSearchResult
	check("search", s.Do(&found, &operations.Search{Scope: "charge", Query: "Order 2"}), found.Data[0].ID, charge.ID)
}

func (s *seller) refusals(charge *omise.Charge) {
	for code, operation := range map[string]error{
		"failed_refund":  s.Do(nil, &operations.CreateRefund{ChargeID: charge.ID, Amount: 70001}),
		"failed_reverse": s.Do(nil, &operations.ReverseCharge{ChargeID: charge.ID}),
		"failed_capture": s.Do(nil, &operations.CaptureCharge{ChargeID: charge.ID}),
		"not_found":      s.Do(nil, &operations.RetrieveCharge{ChargeID: "chrg_test_none"}),
		"bad_request":    s.Do(nil, &operations.CreateSource{Type: "alipay", Amount: 100000, Currency: "xxx"}),
	} {
		var refused *omise.Error
		if !errors.As(operation, &refused) {
			fail(code, operation)
		}
		check("code", nil, refused.Code, code)
	}
}

func check(what string, err error, got, want any) {
	if err != nil || !reflect.DeepEqual(got, want) {
		fail(what, fmt.Errorf("%v: got %v, want %v", err, got, want))
	}
}

func fail(what string, err error) {
	fmt.Fprintln(os.Stderr, what+":", err)
	os.Exit(1)
}
