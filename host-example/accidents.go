package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// accidents shows what the host does when something goes wrong in the middle of a sale.
// After each of them the gateways' ledgers say what is true.
func (d *demo) accidents(ctx context.Context, provider string) error {
	box := d.stage.sandboxes[provider]
	s := &saleDemo{demo: d, provider: provider, out: d.printer(provider), browser: newBrowser(), scope: box.scope}
	account, err := d.admin.account(ctx, provider)
	if err == nil {
		s.method, s.currency, err = account.choose()
	}
	if err != nil {
		return err
	}
	for _, step := range []step{
		{"lost", func(ctx context.Context) error { return s.loseAnAnswer(ctx, box) }},
		{"killed", func(ctx context.Context) error { return s.killTheHost(ctx, box) }},
		{"failover", func(ctx context.Context) error { return s.loseAGateway(ctx, box) }},
	} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("provider %s: step %s: %w", provider, step.name, err)
		}
	}
	return nil
}

// waits reports whether the payer of a sale can pay.
func waits(sale *saleAnswer) bool { return sale.Status == "WAITING" && sale.PayURL != "" }

// loseAnAnswer has the gateway make a payment whose answer the provider never gets.
func (s *saleDemo) loseAnAnswer(ctx context.Context, box *sandbox) error {
	accident := box.front.loseNext()
	close(accident.over)
	sale, err := s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order("order-lost", s.provider))
	if err != nil {
		return err
	}
	if sale.Status != "OPEN" || sale.latest().GatewayID != "" {
		return fmt.Errorf("the sale is %s though the answer was lost", sale.Status)
	}
	s.out.print("lost", "the gateway makes the payment, and its answer is lost: the sale is %s, with key %s", sale.Status, sale.latest().Key)
	return s.isFound(ctx, sale, "payment that was lost")
}

// killTheHost kills the host while the gateway's answer is on its way, and starts it again.
func (s *saleDemo) killTheHost(ctx context.Context, box *sandbox) error {
	accident := box.front.loseNext()
	ended := make(chan struct{})
	go func() { // its connection ends with the host
		defer close(ended)
		_, _ = s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order("order-killed", s.provider))
	}()
	select {
	case <-accident.happened:
	case <-ended:
		return errors.New("the gateway was not asked for the payment")
	}
	err := s.demo.host.kill()
	<-ended
	close(accident.over)
	if err != nil {
		return err
	}
	s.out.print("killed", "the host got SIGKILL when the gateway had made the payment and nobody knew it")
	if err := s.demo.start(ctx); err != nil {
		return err
	}
	sale, err := s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order("order-killed", s.provider)) // the buyer clicks again
	if err != nil {
		return err
	}
	s.out.print("restarted", "the buyer clicks again: the sale is %s, since the call may still be under way until its deadline", sale.Status)
	return s.isFound(ctx, sale, "payment of the host that was killed")
}

// loseAGateway sells through another account when the gateway of the first cannot be
// reached.
func (s *saleDemo) loseAGateway(ctx context.Context, box *sandbox) error {
	if err := box.front.close(); err != nil {
		return err
	}
	twin := s.provider + twinSuffix
	sale, err := s.demo.admin.sale(ctx, http.MethodPost, "/sales", s.order("order-failover", s.provider, twin))
	if err != nil {
		return err
	}
	if sale, err = s.demo.admin.await(ctx, sale.ID, "payment of the other provider", waitTimeout, waits); err != nil {
		return err
	}
	if len(sale.Payments) != 2 || sale.latest().Provider != twin {
		return fmt.Errorf("the sale has %d payments, the last one by %s, instead of one by %s after one that was not made", len(sale.Payments), sale.latest().Provider, twin)
	}
	if err := (&saleDemo{scope: s.demo.stage.sandboxes[twin].scope}).isOnePayment(ctx, sale); err != nil {
		return err
	}
	s.out.print("failover", "the gateway cannot be reached, so nothing can have been made there: %s has made payment %s with key %s",
		twin, sale.latest().GatewayID, sale.latest().Key)
	return nil
}

// isFound waits until the payer of a sale can pay, and compares it with the gateway's
// ledger. What says what is waited for.
func (s *saleDemo) isFound(ctx context.Context, sale *saleAnswer, what string) error {
	found, err := s.demo.admin.await(ctx, sale.ID, what, waitTimeout, waits)
	if err != nil {
		return err
	}
	if err := s.isOnePayment(ctx, found); err != nil {
		return err
	}
	s.out.print("found", "the same key has led to payment %s, and the payer can pay; the gateway's ledger has one", found.latest().GatewayID)
	return nil
}

// isOnePayment compares a sale with the gateway's ledger.
func (s *saleDemo) isOnePayment(ctx context.Context, sale *saleAnswer) error {
	payments, err := s.scope.Payments(ctx, &gateway.Query{Key: sale.latest().Key})
	if errors.Is(err, gateway.ErrUnsupported) {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := s.scope.Payments(ctx, &gateway.Query{Reference: sale.ID})
	if err != nil {
		return err
	}
	if len(payments) != 1 || len(all) != 1 || payments[0].ID != sale.latest().GatewayID {
		return fmt.Errorf("the gateway's ledger has %d payments with the sale's key and %d of its order, instead of one", len(payments), len(all))
	}
	return nil
}
