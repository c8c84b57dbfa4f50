package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// payInBrowser waits for somebody to pay in a browser. The webhooks of a real gateway do
// not reach this machine, so the host finds out by looking, ever more rarely.
func (s *saleDemo) payInBrowser(ctx context.Context) (err error) {
	s.out.print("person", "open the link in a browser and choose how the payment ends; waiting for %s", s.demo.wait)
	s.out.print("webhook", "none: this gateway cannot reach this machine, so the host looks the payment up, after half a minute first")
	over := func(sale *saleAnswer) bool { return sale.Status == "PAID" || sale.Status == "UNPAID" }
	if s.sale, err = s.demo.admin.await(ctx, s.orderID(), "end of the payment", s.demo.wait, over); err != nil {
		return err
	}
	if s.sale.Status != "PAID" {
		return fmt.Errorf("the sale is %s, its payment %s", s.sale.Status, s.sale.latest().Status)
	}
	s.out.print("status", "%s, the shop's own order is %s", s.sale.latest().Status, s.sale.Order.Status)
	return nil
}

func (s *saleDemo) refundPart(ctx context.Context) error {
	return s.refund(ctx, "part", firstPart, firstPart)
}

func (s *saleDemo) refundRest(ctx context.Context) error {
	return s.refund(ctx, "rest", price-firstPart, price)
}

// refund refunds an amount, and waits until the gateway has refunded the total.
func (s *saleDemo) refund(ctx context.Context, id string, part, total int64) (err error) {
	var refund attemptAnswer
	body := map[string]any{"id": s.orderID() + "-" + id, "amount": s.money(part), "reason": "the play was canceled"}
	status, err := s.demo.admin.call(ctx, http.MethodPost, "/sales/"+s.orderID()+"/refunds", body, &refund)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("the refund was answered with %d (%+v): %w", status, refund.Error, errorOrNone(err))
	}
	if refund.Status == "PENDING" {
		s.out.print("refund", "%s %s, refund %s: the gateway completes it later", s.money(part), refund.Status, refund.GatewayID)
		if s.scope != nil {
			if err := s.scope.TransitionRefund(ctx, refund.GatewayID, &gateway.Transition{To: gateway.StateSucceeded}); err != nil {
				return fmt.Errorf("making the sandbox complete refund %s: %w", refund.GatewayID, err)
			}
		}
	}
	s.sale, err = s.demo.admin.await(ctx, s.orderID(), "refund", s.demo.wait, func(sale *saleAnswer) bool {
		last := sale.Refunds[len(sale.Refunds)-1]
		return last.Status == "SUCCEEDED" && sale.Payments[0].Refunded.MinorUnits == total
	})
	if err != nil {
		return err
	}
	s.out.print("refund", "%s SUCCEEDED, refund %s, key %s; refunded in all: %s", s.money(part), refund.GatewayID, refund.Key, s.money(total))
	return nil
}

// refundTooMuch asks for a refund when nothing is left.
func (s *saleDemo) refundTooMuch(ctx context.Context) error {
	var refused attemptAnswer
	body := map[string]any{"id": s.orderID() + "-more", "amount": s.money(firstPart), "reason": "once more"}
	status, err := s.demo.admin.call(ctx, http.MethodPost, "/sales/"+s.orderID()+"/refunds", body, &refused)
	if err != nil {
		return err
	}
	if status != http.StatusConflict || refused.Error == nil || refused.Error.Reason != "NOT_FREE" {
		return fmt.Errorf("a refund when nothing is left was answered with %d", status)
	}
	s.out.print("refused", "another %s: %s, answered %d, and nothing was sent", s.money(firstPart), refused.Error.Reason, status)
	return nil
}

var errNone = errors.New("no error")

func errorOrNone(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

// ledger reads the gateway's own ledger, without the provider. All steps together must
// have made one payment and two refunds.
func (s *saleDemo) ledger(ctx context.Context) error {
	payments, err := s.scope.Payments(ctx, nil)
	if errors.Is(err, gateway.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(payments) != 1 || payments[0].Key != s.sale.Payments[0].Key || payments[0].Amount != price || payments[0].State != gateway.StateSucceeded {
		return fmt.Errorf("the gateway's ledger has %d payments instead of one of %s, succeeded, with the sale's key", len(payments), s.money(price))
	}
	var refunded int64
	for _, refund := range payments[0].Refunds {
		refunded += refund.Amount
	}
	if len(payments[0].Refunds) != 2 || refunded != price {
		return fmt.Errorf("the gateway's ledger has %d refunds of %s in all instead of 2 of %s", len(payments[0].Refunds), s.money(refunded), s.money(price))
	}
	s.out.print("ledger", "the gateway's own ledger: one payment of %s, two refunds of %s in all", s.money(price), s.money(refunded))
	return nil
}
