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

// status looks the payment up, which is what makes the sale SUCCEEDED: the webhook alone
// changes nothing.
func (s *saleDemo) status(ctx context.Context) error {
	sale, err := s.host.shop.Confirm(ctx, s.sale.ID)
	if err != nil {
		return err
	}
	s.sale = sale
	switch {
	case sale.State != shop.Succeeded:
		return fmt.Errorf("payment %s is %s (%s at the gateway) instead of SUCCEEDED", sale.PaymentID, sale.State, sale.ProviderStatus)
	case len(sale.Attention) > 0:
		return fmt.Errorf("a person must review sale %s: %s", sale.ID, strings.Join(sale.Attention, "; "))
	}
	s.out.print("status", "%s (%s at the gateway): id, key, %s and test mode are as in the record", sale.State, sale.ProviderStatus, sale.Amount)
	return nil
}

func (s *saleDemo) refundPart(ctx context.Context) error {
	return s.refund(ctx, s.money(firstPart), s.money(firstPart))
}

func (s *saleDemo) refundRest(ctx context.Context) error {
	return s.refund(ctx, s.money(price-firstPart), s.money(price))
}

// refund refunds an amount, and checks the total that the gateway has refunded then.
func (s *saleDemo) refund(ctx context.Context, amount, total contract.Money) error {
	refund, err := s.host.shop.Refund(ctx, s.sale.ID, amount, "the play was canceled")
	if err != nil {
		return err
	}
	if refund.State == shop.Pending {
		if refund, err = s.finishRefund(ctx, &refund); err != nil {
			return err
		}
	}
	if refund.State != shop.Succeeded {
		return fmt.Errorf("refund %s is %s instead of SUCCEEDED", refund.RefundID, refund.State)
	}
	if s.sale, err = s.host.shop.Confirm(ctx, s.sale.ID); err != nil {
		return err
	}
	if s.sale.AmountRefunded != total {
		return fmt.Errorf("the gateway has refunded %s in all instead of %s", s.sale.AmountRefunded, total)
	}
	s.out.print("refund", "%s %s, refund %s, key %s; refunded in all: %s", amount, refund.State, refund.RefundID, refund.Attempt.Key, total)
	return nil
}

// finishRefund makes the sandbox complete a pending refund, and waits until the shop
// has looked the refund up after the webhook.
func (s *saleDemo) finishRefund(ctx context.Context, refund *shop.Refund) (shop.Refund, error) {
	if s.opened.scope == nil {
		return s.awaitRefund(ctx, refund)
	}
	s.out.print("refund", "%s %s, refund %s: the gateway completes it later and sends a webhook then", refund.Amount, refund.State, refund.RefundID)
	err := s.opened.scope.TransitionRefund(ctx, refund.RefundID, &gateway.Transition{To: gateway.StateSucceeded})
	if err != nil {
		return shop.Refund{}, fmt.Errorf("making the sandbox complete refund %s: %w", refund.RefundID, err)
	}
	var settled shop.Refund
	_, err = s.host.recorder.await(ctx, "look-up of the refund", s.opened.client.Done(), func(o *shop.Observation) (bool, error) {
		if o.LookUp == nil || o.Sale.ID != s.sale.ID {
			return false, nil
		}
		at := slices.IndexFunc(o.Sale.Refunds, func(r shop.Refund) bool { return r.ID == refund.ID && !r.State.Open() })
		if at >= 0 {
			settled = o.Sale.Refunds[at]
		}
		return at >= 0, o.LookUp.Err
	})
	return settled, err
}

// directCallTimeout bounds the one call that the demo makes without the shop.
const directCallTimeout = 30 * time.Second

// refundTooMuch requests a refund when nothing is left: first of the shop, whose record
// says so, then of the provider directly.
func (s *saleDemo) refundTooMuch(ctx context.Context) error {
	_, err := s.host.shop.Refund(ctx, s.sale.ID, s.money(firstPart), "once more")
	if _, refused := errors.AsType[*shop.RefundTooLargeError](err); !refused {
		return fmt.Errorf("the shop did not refuse a refund when nothing is left: %w", errorOrNone(err))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), directCallTimeout)
	defer cancel()
	_, err = s.opened.client.Refund(ctx, &contract.RefundRequest{
		Attempt: contract.Attempt{Key: rand.Text()}, PaymentID: s.sale.PaymentID, Amount: s.money(firstPart), Reason: "once more",
	})
	reason, outcome := contract.ReasonOf(err), contract.OutcomeOf(err)
	known := []contract.Reason{contract.RefundExceedsPayment, contract.PaymentNotRefundable}
	if !slices.Contains(known, reason) || outcome == contract.Indeterminate {
		return fmt.Errorf("the provider did not refuse a refund when nothing is left: %w", errorOrNone(err))
	}
	s.out.print("refused", "another %s: refused by the shop, which has nothing left; %s, %s by the provider", s.money(firstPart), reason, outcome)
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
	payments, err := s.opened.scope.Payments(ctx, nil)
	if errors.Is(err, gateway.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(payments) != 1 || payments[0].Key != s.sale.Attempt.Key || payments[0].Amount != price || payments[0].State != gateway.StateSucceeded {
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
