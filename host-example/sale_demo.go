package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// What the demo sells and refunds first, in the minor unit of the currency.
const (
	price     = 1_000_00
	firstPart = 300_00
)

// saleDemo makes one sale, step by step. Each step prints what it did, or fails.
type saleDemo struct {
	demo     *demo
	provider string
	out      *printer
	browser  *browser
	scope    gateway.Scope // nil for a real gateway

	method, currency string
	sale             *saleAnswer
	genuine          *gateway.Webhook // as the gateway sends it
}

// order returns the body of an order. The ID is the shop's own.
func (s *saleDemo) order(id string, providers ...string) map[string]any {
	return map[string]any{
		"id": id, "amount": s.money(price), "method": s.method, "providers": providers, "description": "Two theatre tickets",
	}
}

func (s *saleDemo) orderID() string { return "order-" + s.provider }

func (s *saleDemo) money(minorUnits int64) amountAnswer {
	return amountAnswer{Currency: s.currency, MinorUnits: minorUnits}
}

// String returns the amount for people.
func (a amountAnswer) String() string { return contract.Money(a).String() }

// account chooses how the buyer pays.
func (s *saleDemo) account(ctx context.Context) error {
	account, err := s.demo.admin.account(ctx, s.provider)
	if err != nil {
		return err
	}
	var codes []string
	for _, m := range account.Methods {
		codes = append(codes, m.Method)
	}
	s.out.print("account", "%s, %s, payment methods: %s", map[bool]string{true: "live mode", false: "test mode"}[account.Live],
		accountName(account.AccountID, account.AccountName), strings.Join(codes, ", "))
	s.method, s.currency, err = account.choose()
	return err
}

func accountName(id, name string) string {
	switch {
	case id == "":
		return "an account without an id"
	case name == "":
		return id
	}
	return id + " (" + name + ")"
}

// create asks to be paid, and so has the provider create the payment.
func (s *saleDemo) create(ctx context.Context) (err error) {
	if s.sale, err = s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order(s.orderID(), s.provider)); err != nil {
		return err
	}
	if s.sale.Status != "WAITING" || s.sale.PayURL == "" {
		return fmt.Errorf("sale %s is %s instead of WAITING for its payer", s.sale.ID, s.sale.Status)
	}
	payment := s.sale.latest()
	s.out.print("create", "%s by %s, %s, payment %s, key %s", s.money(price), s.method, payment.Status, payment.GatewayID, payment.Key)
	s.out.print("link", "%s", s.sale.PayURL)
	return nil
}

// again sends the same order again, and the same ID with another price.
func (s *saleDemo) again(ctx context.Context) error {
	same, err := s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order(s.orderID(), s.provider))
	if err != nil {
		return err
	}
	if len(same.Payments) != 1 || same.latest().Key != s.sale.latest().Key {
		return errors.New("the same order sent again has become another payment")
	}
	cheaper := s.order(s.orderID(), s.provider)
	cheaper["amount"] = s.money(price - 1)
	var refused saleAnswer
	status, err := s.demo.admin.call(ctx, http.MethodPost, "/sales", cheaper, &refused)
	if err != nil {
		return err
	}
	if status != http.StatusConflict || refused.Error == nil || refused.Error.Reason != "ORDER_DIFFERS" {
		return fmt.Errorf("the same ID with another price was answered with %d", status)
	}
	s.out.print("again", "the same order once more: the same payment; with another price: %s, answered %d", refused.Error.Reason, status)
	return nil
}

// pay plays the buyer, who is redirected to the gateway's page, pays there, and is
// redirected back.
func (s *saleDemo) pay(ctx context.Context) error {
	sent, err := s.browser.get(ctx, s.sale.PayURL)
	if err != nil {
		return err
	}
	if err := sent.expect(http.StatusSeeOther, "the shop's pay address"); err != nil {
		return err
	}
	shown, err := s.browser.get(ctx, sent.location)
	if err != nil {
		return err
	}
	if err := shown.expect(http.StatusOK, "the gateway's pay page"); err != nil {
		return err
	}
	paid, err := s.browser.submit(ctx, sent.location, url.Values{"outcome": {"succeeded"}})
	if err != nil {
		return err
	}
	if err := paid.expect(http.StatusSeeOther, "the gateway's pay page, when paid,"); err != nil {
		return err
	}
	address, _, _ := strings.Cut(paid.location, "?") // the shop ignores what a gateway adds
	if !strings.HasPrefix(address, "http://"+s.demo.addresses.shop+"/return/") {
		return errors.New("the gateway redirects the buyer to another URL than the return URL")
	}
	s.out.print("buyer", "paid on the gateway's page, redirected to %s", address)
	back, err := s.browser.get(ctx, paid.location)
	if err != nil {
		return err
	}
	if err := back.expect(http.StatusOK, "the shop's return page"); err != nil {
		return err
	}
	s.out.print("return", "the page shows %s from the record: that the buyer returns proves nothing", back.shownStatus())
	return nil
}

// webhook waits until the gateway's webhook has made the host look, and the sale is paid.
func (s *saleDemo) webhook(ctx context.Context) (err error) {
	if s.sale, err = s.demo.admin.await(ctx, s.orderID(), "webhook", waitTimeout, isPaid); err != nil {
		return err
	}
	webhooks, err := s.webhooks(ctx)
	if err != nil {
		return err
	}
	if webhooks == 0 {
		return errors.New("the sale was paid without a webhook")
	}
	s.out.print("webhook", "verified, and the payment read at the gateway: %s %s; the shop's own order is %s",
		s.sale.latest().GatewayID, s.sale.latest().Status, s.sale.Order.Status)
	return nil
}

func isPaid(s *saleAnswer) bool { return s.Status == "PAID" && s.Order.Status == "TO_FULFIL" }

// webhooks returns how many webhooks had an effect on the sale, by its timeline.
func (s *saleDemo) webhooks(ctx context.Context) (int, error) {
	var answer struct {
		Timeline []struct{ Kind string }
	}
	if _, err := s.demo.admin.call(ctx, http.MethodGet, "/sales/"+s.orderID()+"/timeline", nil, &answer); err != nil {
		return 0, err
	}
	n := 0
	for _, entry := range answer.Timeline {
		if entry.Kind == "webhook" {
			n++
		}
	}
	return n, nil
}

// forged sends a webhook of the gateway with one more byte: it is still JSON, and its
// signature is wrong.
func (s *saleDemo) forged(ctx context.Context) (err error) {
	s.genuine, err = s.scope.BuildWebhook(ctx, &gateway.WebhookSpec{Payment: s.sale.latest().GatewayID, Event: gateway.EventPaymentUpdated})
	if err != nil {
		return err
	}
	status, err := s.deliver(ctx, append([]byte(" "), s.genuine.Body...))
	if err != nil {
		return err
	}
	if status != http.StatusUnauthorized {
		return fmt.Errorf("a forged webhook was answered with %d instead of 401", status)
	}
	s.out.print("forged", "a webhook with one more byte than the gateway has signed: answered %d", status)
	return nil
}

// replayed sends a webhook of the gateway twice. Gateways do that, too, and the second
// one must have no effect.
func (s *saleDemo) replayed(ctx context.Context) error {
	var counts [2]int
	for i := range counts {
		status, err := s.deliver(ctx, s.genuine.Body)
		if err != nil {
			return err
		}
		if status/100 != 2 {
			return fmt.Errorf("a genuine webhook was answered with %d", status)
		}
		if counts[i], err = s.webhooks(ctx); err != nil {
			return err
		}
	}
	if counts[0] != counts[1] {
		return errors.New("a replayed webhook was taken for a new event")
	}
	s.out.print("replayed", "the same webhook twice: the second one is known and has no effect")
	return nil
}

// deliver sends a body with the headers of the gateway's webhook.
func (s *saleDemo) deliver(ctx context.Context, body []byte) (status int, err error) {
	header := http.Header{}
	for _, each := range s.genuine.Headers {
		header.Add(each[0], each[1])
	}
	answer, err := s.browser.send(ctx, http.MethodPost, s.demo.addresses.webhookURL(s.provider), header, body)
	if err != nil {
		return 0, err
	}
	return answer.status, nil
}
