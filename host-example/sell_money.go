package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// status looks the payment up and takes the answer if it agrees with the
// record; the webhook alone changed nothing.
func (s *sell) status(ctx context.Context) error {
	sale, err := s.host.shop.Confirm(ctx, s.sale.ID)
	if err != nil {
		return err
	}
	s.sale = sale
	switch {
	case sale.State != shop.Succeeded:
		return fmt.Errorf("payment %s is %s (%s at the gateway), and must be SUCCEEDED", sale.PaymentID, sale.State, sale.ProviderStatus)
	case len(sale.Attention) > 0:
		return fmt.Errorf("a person would have to look at sale %s: %s", sale.ID, strings.Join(sale.Attention, "; "))
	}
	s.lines.step("status", "%s (%s at the gateway): id, key, %s and test mode are as in the record", sale.State, sale.ProviderStatus, sale.Amount)
	return nil
}

func (s *sell) refundPart(ctx context.Context) error {
	return s.refund(ctx, s.money(firstPart), s.money(firstPart))
}

func (s *sell) refundRest(ctx context.Context) error {
	return s.refund(ctx, s.money(price-firstPart), s.money(price))
}

// refund gives an amount back, and has the gateway say what it gave back in all.
func (s *sell) refund(ctx context.Context, amount, total contract.Money) error {
	refund, err := s.host.shop.Refund(ctx, s.sale.ID, amount, "the play was called off")
	if err != nil {
		return err
	}
	if refund.State == shop.Pending {
		if refund, err = s.settle(ctx, &refund); err != nil {
			return err
		}
	}
	if refund.State != shop.Succeeded {
		return fmt.Errorf("refund %s is %s, and must be SUCCEEDED", refund.RefundID, refund.State)
	}
	if s.sale, err = s.host.shop.Confirm(ctx, s.sale.ID); err != nil {
		return err
	}
	if s.sale.AmountRefunded != total {
		return fmt.Errorf("the gateway says that %s was refunded in all, and it must be %s", s.sale.AmountRefunded, total)
	}
	s.lines.step("refund", "%s %s, refund %s, key %s; refunded in all: %s", amount, refund.State, refund.RefundID, refund.Attempt.Key, total)
	return nil
}

// settle has the stand-in finish a refund for which its gateway takes its time,
// and waits until the shop has heard of it by webhook and looked it up.
func (s *sell) settle(ctx context.Context, refund *shop.Refund) (shop.Refund, error) {
	if s.opened.scope == nil {
		return s.awaitRefund(ctx, refund)
	}
	s.lines.step("refund", "%s %s, refund %s: the gateway takes its time, and sends a webhook when it is done", refund.Amount, refund.State, refund.RefundID)
	err := s.opened.scope.TransitionRefund(ctx, refund.RefundID, &gateway.Transition{To: gateway.StateSucceeded})
	if err != nil {
		return shop.Refund{}, fmt.Errorf("have the stand-in finish refund %s: %w", refund.RefundID, err)
	}
	var settled shop.Refund
	_, err = s.host.mailbox.await(ctx, "look-up of the refund", s.opened.client.Done(), func(n *shop.Observation) (bool, error) {
		if n.LookUp == nil || n.Sale.ID != s.sale.ID {
			return false, nil
		}
		at := slices.IndexFunc(n.Sale.Refunds, func(r shop.Refund) bool { return r.ID == refund.ID && !r.State.Open() })
		if at >= 0 {
			settled = n.Sale.Refunds[at]
		}
		return at >= 0, n.LookUp.Err
	})
	return settled, err
}

// lastCall is the deadline of the one call that the demo makes past the shop.
const lastCall = 30 * time.Second

// refundTooMuch asks for a refund when nothing is left: first the shop, which
// knows that by itself, then the provider behind the shop's back.
func (s *sell) refundTooMuch(ctx context.Context) error {
	_, err := s.host.shop.Refund(ctx, s.sale.ID, s.money(firstPart), "once more")
	if _, refused := errors.AsType[*shop.RefundTooLargeError](err); !refused {
		return fmt.Errorf("the shop must refuse a refund when nothing is left, and gave: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCall)
	defer cancel()
	_, err = s.opened.client.Refund(ctx, &contract.RefundRequest{
		Attempt: contract.Attempt{Key: rand.Text()}, PaymentID: s.sale.PaymentID, Amount: s.money(firstPart), Reason: "once more",
	})
	reason, outcome := contract.ReasonOf(err), contract.OutcomeOf(err)
	known := []contract.Reason{contract.RefundExceedsPayment, contract.PaymentNotRefundable}
	if !slices.Contains(known, reason) || outcome == contract.Indeterminate {
		return fmt.Errorf("the provider must refuse a refund when nothing is left, and gave: %w", orNothing(err))
	}
	s.lines.step("refused", "another %s: nothing is left for the shop; %s, %s by the provider", s.money(firstPart), reason, outcome)
	return nil
}

var errAccepted = errors.New("no error")

func orNothing(err error) error {
	if err == nil {
		return errAccepted
	}
	return err
}

// ledger asks the gateway's own books, past the provider: one payment and two
// refunds for everything that was said.
func (s *sell) ledger(ctx context.Context) error {
	payments, err := s.opened.scope.Payments(ctx, nil)
	if errors.Is(err, gateway.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(payments) != 1 || payments[0].Key != s.sale.Attempt.Key || payments[0].Amount != price || payments[0].State != gateway.StateSucceeded {
		return fmt.Errorf("the gateway's books show %d payments, and must show the one of %s", len(payments), s.money(price))
	}
	var refunded int64
	for _, refund := range payments[0].Refunds {
		refunded += refund.Amount
	}
	if len(payments[0].Refunds) != 2 || refunded != price {
		return fmt.Errorf("the gateway's books show %d refunds of %s in all, and must show 2 of %s", len(payments[0].Refunds), s.money(refunded), s.money(price))
	}
	s.lines.step("ledger", "the gateway's own books: one payment of %s, two refunds of %s in all", s.money(price), s.money(refunded))
	return nil
}
