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

// pollPause is about how long the demo waits between two looks at a gateway.
const pollPause = 3 * time.Second

// person has somebody pay in a browser. A real gateway cannot send webhooks to
// this machine, so the demo asks it now and then, as a host does for every
// payment whose webhook does not come.
func (s *sell) person(ctx context.Context) error {
	s.lines.step("person", "open the link in a browser and choose how the payment ends; waiting for %s", s.wait)
	s.lines.step("webhook", "none: this gateway cannot reach this machine, so the demo looks the payment up instead")
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

// awaitRefund waits for a refund that the gateway has accepted and not done.
func (s *sell) awaitRefund(ctx context.Context, refund *shop.Refund) (shop.Refund, error) {
	s.lines.step("refund", "%s %s, refund %s: the gateway takes its time, and the demo looks it up", refund.Amount, refund.State, refund.RefundID)
	var settled shop.Refund
	err := s.poll(ctx, func() (bool, error) {
		// The return page has the shop look up whatever of the sale is open.
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

// poll looks until it is done, the wait is over, or a person would have to look.
// A look that fails is not the end: the next one may succeed.
func (s *sell) poll(ctx context.Context, look func() (done bool, err error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, s.wait, fmt.Errorf("still open after %s", s.wait))
	defer cancel()
	for {
		done, err := look()
		if done {
			return nil
		}
		if len(s.sale.Attention) > 0 {
			return fmt.Errorf("a person would have to look at it: %s", strings.Join(s.sale.Attention, "; "))
		}
		// Jitter keeps many hosts from asking at the same moment.
		timer := time.NewTimer(s.pause + rand.N(s.pause/5+1)) //nolint:gosec // Chance enough for a pause.
		select {
		case <-timer.C:
		case <-s.opened.client.Done():
			timer.Stop()
			return fmt.Errorf("the provider's process: %w", errEnded)
		case <-ctx.Done():
			timer.Stop()
			if err != nil {
				return fmt.Errorf("%w; the last look failed: %w", context.Cause(ctx), err)
			}
			return context.Cause(ctx)
		}
	}
}
