package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// What the demo sells, and what it gives back first, in the smallest unit of
// the sale's currency.
const (
	homeCurrency = "THB"
	price        = 1_000_00
	firstPart    = 300_00
)

// sell is one sale, step by step. Each step prints what it did, or fails.
type sell struct {
	host    *host
	opened  *opened
	lines   *lines
	browser *browser

	wait, pause time.Duration // see demo

	sale    shop.Sale
	link    string
	genuine *contract.WebhookRequest // the gateway's own, once it came
}

// money is an amount in baht where the account takes them, and otherwise in the
// first currency that it does: not every gateway sells in every currency.
func (s *sell) money(minorUnits int64) contract.Money {
	money := contract.Money{Currency: homeCurrency, MinorUnits: minorUnits}
	methods := s.opened.client.Account().PaymentMethods
	takes := func(m contract.PaymentMethod) bool { _, ok := m.Currency(homeCurrency); return ok }
	if len(methods) > 0 && len(methods[0].Currencies) > 0 && !slices.ContainsFunc(methods, takes) {
		money.Currency = methods[0].Currencies[0].Currency
	}
	return money
}

// create opens the sale and has the provider make its payment.
func (s *sell) create(ctx context.Context) error {
	var err error
	s.sale, err = s.host.shop.Checkout(ctx, &shop.Order{
		Reference: "order-1001", Description: "Two theatre tickets", Amount: s.money(price), Provider: s.opened.name,
	})
	if err != nil {
		return err
	}
	if s.sale.State != shop.Pending {
		return fmt.Errorf("sale %s is %s, and must be PENDING", s.sale.ID, s.sale.State)
	}
	if s.link, err = s.host.shop.Link(s.sale.ID); err != nil {
		return err
	}
	s.lines.step("create", "%s by %s, %s, payment %s, key %s", s.sale.Amount, s.sale.Method, s.sale.State, s.sale.PaymentID, s.sale.Attempt.Key)
	s.lines.step("link", "%s", s.link)
	return nil
}

// pay plays the buyer: from the shop to the gateway's page, pay, and back.
func (s *sell) pay(ctx context.Context) error {
	sent, err := s.browser.get(ctx, s.host.shop.PayURL(s.sale.ID))
	if err != nil {
		return err
	}
	if err := sent.expect(http.StatusSeeOther, "the shop's pay address"); err != nil {
		return err
	}
	if sent.location != s.link {
		return errors.New("the shop sends the buyer elsewhere than to the link")
	}
	shown, err := s.browser.get(ctx, s.link)
	if err != nil {
		return err
	}
	if err := shown.expect(http.StatusOK, "the gateway's pay page"); err != nil {
		return err
	}
	paid, err := s.browser.submit(ctx, s.link, url.Values{"outcome": {"succeeded"}})
	if err != nil {
		return err
	}
	if err := paid.expect(http.StatusSeeOther, "the gateway's pay page, when paid,"); err != nil {
		return err
	}
	return s.comeBack(ctx, paid.location)
}

// comeBack follows the buyer to the shop's own page, which believes nothing.
func (s *sell) comeBack(ctx context.Context, location string) error {
	address, _, _ := strings.Cut(location, "?") // what a gateway adds there is not read either
	if address != s.host.shop.ReturnURL(s.sale.ID) {
		return errors.New("the gateway sends the buyer elsewhere than to the return URL")
	}
	s.lines.step("buyer", "paid on the gateway's page, sent back to %s", address)
	back, err := s.browser.get(ctx, location)
	if err != nil {
		return err
	}
	if err := back.expect(http.StatusOK, "the shop's return page"); err != nil {
		return err
	}
	s.lines.step("return", "the page shows %s from the record: coming back proves nothing, and starts a look-up", back.shownState())
	return nil
}

// webhook waits for the gateway's own word that the buyer has paid.
func (s *sell) webhook(ctx context.Context) error {
	notice, err := s.host.mailbox.await(ctx, "webhook of the payment", s.opened.client.Done(), func(n *shop.Observation) (bool, error) {
		if n.Provider != s.opened.name || n.Webhook == nil {
			return false, nil
		}
		if n.Webhook.Err != nil {
			return false, fmt.Errorf("the gateway's webhook was answered with %d: %w", n.Webhook.Status, n.Webhook.Err)
		}
		return s.tellsOfPayment(n.Webhook.Result), nil
	})
	if err != nil {
		return err
	}
	s.genuine = notice.Webhook.Request
	result := notice.Webhook.Result
	s.lines.step("webhook", "%s for payment %s, verified by %s, event %s, answered %d",
		result.Kind, s.sale.PaymentID, strings.ToLower(string(result.Verification)), result.DedupeKey, notice.Webhook.Status)
	return nil
}

func (s *sell) tellsOfPayment(result *contract.WebhookResult) bool {
	for i := range result.Events {
		payment := result.Events[i].Payment
		if payment != nil && payment.PaymentID == s.sale.PaymentID && payment.Status == contract.PaymentSucceeded {
			return true
		}
	}
	return false
}

// forged sends the genuine webhook again with one byte more: still JSON, and
// no longer what the gateway signed.
func (s *sell) forged(ctx context.Context) error {
	notice, err := s.deliver(ctx, "forged", slices.Concat([]byte(" "), s.genuine.Body))
	if err != nil {
		return err
	}
	if notice.Webhook.Err == nil || notice.Webhook.Status != http.StatusUnauthorized {
		return fmt.Errorf("a forged webhook was answered with %d, and must be refused with 401", notice.Webhook.Status)
	}
	s.lines.step("forged", "the same webhook with one byte more: %s, answered %d",
		contract.ReasonOf(notice.Webhook.Err), notice.Webhook.Status)
	return nil
}

// replayed sends the genuine webhook again as it was. Gateways do that, and
// nothing may happen twice.
func (s *sell) replayed(ctx context.Context) error {
	notice, err := s.deliver(ctx, "replayed", s.genuine.Body)
	if err != nil {
		return err
	}
	if notice.Webhook.Err != nil || notice.Webhook.First {
		return fmt.Errorf("a webhook that came again was not known as such (answered %d): %w", notice.Webhook.Status, notice.Webhook.Err)
	}
	s.lines.step("replayed", "the same webhook as it was: event %s is known, answered %d", notice.Webhook.Result.DedupeKey, notice.Webhook.Status)
	return nil
}

// demoHeader marks what the demo sends itself, so that its answer is told from
// those to the gateway's webhooks.
const demoHeader = "Paysocket-Demo"

// deliver sends a body with the genuine webhook's headers, and gives what the
// shop made of it.
func (s *sell) deliver(ctx context.Context, mark string, body []byte) (*shop.Observation, error) {
	header := http.Header(s.genuine.Headers).Clone()
	header.Set(demoHeader, mark)
	header.Del("Content-Length")
	answer, err := s.browser.send(ctx, http.MethodPost, s.host.shop.WebhookURL(s.opened.name), header, body)
	if err != nil {
		return nil, err
	}
	notice, err := s.host.mailbox.await(ctx, "answer to the webhook", s.opened.client.Done(), func(n *shop.Observation) (bool, error) {
		return n.Provider == s.opened.name && n.Webhook != nil && n.Webhook.Request != nil &&
			http.Header(n.Webhook.Request.Headers).Get(demoHeader) == mark, nil
	})
	if err == nil {
		err = answer.expect(notice.Webhook.Status, "the shop's webhook address")
	}
	return notice, err
}
