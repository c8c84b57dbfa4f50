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

// What the demo sells and refunds first, in the minor unit of the currency.
const (
	preferredCurrency = "THB"
	price             = 1_000_00
	firstPart         = 300_00
)

// saleDemo makes one sale, step by step. Each step prints what it did, or fails.
type saleDemo struct {
	host    *host
	opened  *openedProvider
	out     *printer
	browser *browser

	wait, pollInterval time.Duration // as in demo

	sale    shop.Sale
	link    string
	genuine *contract.WebhookRequest // as the gateway sent it; nil before it came
}

// money returns an amount in baht or, if the account does not accept baht, in the first
// currency that it accepts.
func (s *saleDemo) money(minorUnits int64) contract.Money {
	money := contract.Money{Currency: preferredCurrency, MinorUnits: minorUnits}
	methods := s.opened.client.Account().PaymentMethods
	takes := func(m contract.PaymentMethod) bool { _, ok := m.Currency(preferredCurrency); return ok }
	if len(methods) > 0 && len(methods[0].Currencies) > 0 && !slices.ContainsFunc(methods, takes) {
		money.Currency = methods[0].Currencies[0].Currency
	}
	return money
}

// create makes the sale, and so has the provider create the payment.
func (s *saleDemo) create(ctx context.Context) error {
	var err error
	s.sale, err = s.host.shop.Checkout(ctx, &shop.Order{
		Reference: "order-1001", Description: "Two theatre tickets", Amount: s.money(price), Provider: s.opened.name,
	})
	if err != nil {
		return err
	}
	if s.sale.State != shop.Pending {
		return fmt.Errorf("sale %s is %s instead of PENDING", s.sale.ID, s.sale.State)
	}
	if s.link, err = s.host.shop.Link(s.sale.ID); err != nil {
		return err
	}
	s.out.print("create", "%s by %s, %s, payment %s, key %s", s.sale.Amount, s.sale.Method, s.sale.State, s.sale.PaymentID, s.sale.Attempt.Key)
	s.out.print("link", "%s", s.link)
	return nil
}

// pay plays the buyer, who is redirected to the gateway's page, pays there, and is
// redirected back.
func (s *saleDemo) pay(ctx context.Context) error {
	sent, err := s.browser.get(ctx, s.host.shop.PayURL(s.sale.ID))
	if err != nil {
		return err
	}
	if err := sent.expect(http.StatusSeeOther, "the shop's pay address"); err != nil {
		return err
	}
	if sent.location != s.link {
		return errors.New("the shop redirects the buyer to another URL than the link")
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
	return s.returnToShop(ctx, paid.location)
}

// returnToShop opens the shop's return page, to which the gateway redirects the buyer.
func (s *saleDemo) returnToShop(ctx context.Context, location string) error {
	address, _, _ := strings.Cut(location, "?") // the shop ignores what a gateway adds
	if address != s.host.shop.ReturnURL(s.sale.ID) {
		return errors.New("the gateway redirects the buyer to another URL than the return URL")
	}
	s.out.print("buyer", "paid on the gateway's page, redirected to %s", address)
	back, err := s.browser.get(ctx, location)
	if err != nil {
		return err
	}
	if err := back.expect(http.StatusOK, "the shop's return page"); err != nil {
		return err
	}
	s.out.print("return", "the page shows %s from the record: the return proves nothing and requests a look-up", back.shownState())
	return nil
}

// webhook waits for the gateway's webhook about the payment.
func (s *saleDemo) webhook(ctx context.Context) error {
	observation, err := s.host.recorder.await(ctx, "webhook of the payment", s.opened.client.Done(), func(o *shop.Observation) (bool, error) {
		if o.Provider != s.opened.name || o.Webhook == nil {
			return false, nil
		}
		if o.Webhook.Err != nil {
			return false, fmt.Errorf("the gateway's webhook was answered with %d: %w", o.Webhook.Status, o.Webhook.Err)
		}
		return s.reportsSuccess(o.Webhook.Result), nil
	})
	if err != nil {
		return err
	}
	s.genuine = observation.Webhook.Request
	result := observation.Webhook.Result
	s.out.print("webhook", "%s for payment %s, verified by %s, event %s, answered %d",
		result.Kind, s.sale.PaymentID, strings.ToLower(string(result.Verification)), result.DedupeKey, observation.Webhook.Status)
	return nil
}

func (s *saleDemo) reportsSuccess(result *contract.WebhookResult) bool {
	for i := range result.Events {
		payment := result.Events[i].Payment
		if payment != nil && payment.PaymentID == s.sale.PaymentID && payment.Status == contract.PaymentSucceeded {
			return true
		}
	}
	return false
}

// forged sends the gateway's webhook again with one more byte: it is still JSON, and
// its signature is wrong.
func (s *saleDemo) forged(ctx context.Context) error {
	observation, err := s.deliver(ctx, "forged", slices.Concat([]byte(" "), s.genuine.Body))
	if err != nil {
		return err
	}
	if observation.Webhook.Err == nil || observation.Webhook.Status != http.StatusUnauthorized {
		return fmt.Errorf("a forged webhook was answered with %d instead of 401", observation.Webhook.Status)
	}
	s.out.print("forged", "the same webhook with one more byte: %s, answered %d",
		contract.ReasonOf(observation.Webhook.Err), observation.Webhook.Status)
	return nil
}

// replayed sends the gateway's webhook again unchanged. Gateways do that, too, and it
// must have no effect.
func (s *saleDemo) replayed(ctx context.Context) error {
	observation, err := s.deliver(ctx, "replayed", s.genuine.Body)
	if err != nil {
		return err
	}
	if observation.Webhook.Err != nil {
		return fmt.Errorf("a replayed webhook was answered with %d: %w", observation.Webhook.Status, observation.Webhook.Err)
	}
	if observation.Webhook.First {
		return errors.New("a replayed webhook was taken for a new event")
	}
	s.out.print("replayed", "the same webhook again: event %s is known, answered %d", observation.Webhook.Result.DedupeKey, observation.Webhook.Status)
	return nil
}

// demoHeader marks the requests that the demo sends itself, to distinguish them from
// the gateway's webhooks.
const demoHeader = "Paysocket-Demo"

// deliver sends a body with the headers of the gateway's webhook, and returns what the
// shop observed.
func (s *saleDemo) deliver(ctx context.Context, mark string, body []byte) (*shop.Observation, error) {
	header := http.Header(s.genuine.Headers).Clone()
	header.Set(demoHeader, mark)
	header.Del("Content-Length")
	answer, err := s.browser.send(ctx, http.MethodPost, s.host.shop.WebhookURL(s.opened.name), header, body)
	if err != nil {
		return nil, err
	}
	observation, err := s.host.recorder.await(ctx, "answer to the webhook", s.opened.client.Done(), func(o *shop.Observation) (bool, error) {
		return o.Provider == s.opened.name && o.Webhook != nil && o.Webhook.Request != nil &&
			http.Header(o.Webhook.Request.Headers).Get(demoHeader) == mark, nil
	})
	if err == nil {
		err = answer.expect(observation.Webhook.Status, "the shop's webhook address")
	}
	return observation, err
}
