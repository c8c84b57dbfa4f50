package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/host-example/shop"
)

// pollInterval is about how long the demo waits between two look-ups.
const pollInterval = 3 * time.Second

// payInBrowser waits for somebody to pay in a browser. The webhooks of a real gateway
// do not reach this machine, so the demo looks the payment up at intervals, as every
// host does for a payment without a webhook.
func (s *saleDemo) payInBrowser(ctx context.Context) error {
	s.out.print("person", "open the link in a browser and choose how the payment ends; waiting for %s", s.wait)
	s.out.print("webhook", "none: this gateway cannot reach this machine, so the demo looks the payment up instead")
	err := s.poll(ctx, func() (bool, error) {
		sale, err := s.host.shop.Confirm(ctx, s.sale.ID)
		if err == nil {
			s.sale = sale
		}
		return err == nil && !sale.State.Open(), err
	})
	if err != nil {
		return fmt.Errorf("payment %s: %w", s.sale.PaymentID, err)
	}
	return s.status(ctx)
}

// awaitRefund waits for a refund that the gateway has accepted and not completed.
func (s *saleDemo) awaitRefund(ctx context.Context, refund *shop.Refund) (shop.Refund, error) {
	s.out.print("refund", "%s %s, refund %s: the gateway completes it later, and the demo looks it up", refund.Amount, refund.State, refund.RefundID)
	var settled shop.Refund
	err := s.poll(ctx, func() (bool, error) {
		// Serving the return page, the shop requests a look-up of the sale.
		if _, err := s.browser.get(ctx, s.host.shop.ReturnURL(s.sale.ID)); err != nil {
			return false, err
		}
		sale, err := s.host.shop.Sale(s.sale.ID)
		if err != nil {
			return false, err
		}
		at := slices.IndexFunc(sale.Refunds, func(r shop.Refund) bool { return r.ID == refund.ID && !r.State.Open() })
		if at >= 0 {
			settled = sale.Refunds[at]
		}
		return at >= 0, nil
	})
	if err != nil {
		return shop.Refund{}, fmt.Errorf("refund %s: %w", refund.RefundID, err)
	}
	return settled, nil
}

// poll calls look until it is done, the time is over, or the sale is flagged for
// review. An error of look does not end it: the next look may succeed.
func (s *saleDemo) poll(ctx context.Context, look func() (done bool, err error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.wait, fmt.Errorf("still open after %s", s.wait))
	defer cancel()
	for {
		done, err := look()
		if done {
			return nil
		}
		if len(s.sale.Attention) > 0 {
			return fmt.Errorf("a person must review the sale: %s", strings.Join(s.sale.Attention, "; "))
		}
		// Jitter keeps many hosts from looking at the same moment.
		timer := time.NewTimer(s.pollInterval + rand.N(s.pollInterval/5+1)) //nolint:gosec // It spreads load and guards no secret.
		select {
		case <-timer.C:
		case <-s.opened.client.Done():
			timer.Stop()
			return errProcessEnded
		case <-ctx.Done():
			timer.Stop()
			if err != nil {
				return fmt.Errorf("%w; the last look-up failed: %w", context.Cause(ctx), err)
			}
			return context.Cause(ctx)
		}
	}
}
