package staff

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

func number(n int) string { return strconv.Itoa(n) }

// terms is what a provider says of refunds of one payment.
type terms struct {
	Left  contract.Money // what of the amount is not paid back
	Parts bool           // whether a part can be paid back
	Whole bool           // whether all of it can
	Until time.Time      // when the window ends; zero if that is not known
	Over  bool           // whether it has ended
	Texts []string
}

// termsOf returns what may be refunded of a payment; nil if nothing can be.
func (s *Staff) termsOf(a *host.Attempt) *terms {
	if a.Status != contract.PaymentSucceeded {
		return nil
	}
	t := &terms{Left: a.Left}
	if a.Left.MinorUnits == 0 {
		t.Texts = []string{"All of it was paid back, or is being paid back."}
		return t
	}
	provider, listed := s.providers.Provider(a.Provider)
	if !listed || provider.Descriptor() == nil {
		t.Texts = []string{"The provider " + a.Provider + " is not there now, so a refund is stored and made when it is back."}
		t.Parts, t.Whole = true, true
		return t
	}
	declared := provider.Descriptor().RefundTerms(a.Method, provider.Account())
	if declared == nil || declared.None() {
		t.Texts = []string{"The gateway makes no refunds of " + a.Method + "."}
		return t
	}
	t.Parts, t.Whole = declared.Partial, declared.Full
	t.Texts = textsOf(declared)
	if w := declared.Window; w != nil {
		if end, err := endOf(w, a.CreatedAt); err == nil {
			t.Until, t.Over = end, !s.now().Before(end)
		}
	}
	return t
}

func textsOf(t *contract.RefundTerms) []string {
	var texts []string
	switch {
	case !t.Partial:
		texts = append(texts, "The gateway refunds the whole amount only.")
	case !t.Multiple:
		texts = append(texts, "The gateway makes one refund of a payment only.")
	case t.MaxCount > 0:
		texts = append(texts, fmt.Sprintf("The gateway makes at most %d refunds of a payment.", t.MaxCount))
	}
	if t.Window == nil {
		texts = append(texts, "How long refunds are possible is not known.")
	}
	return texts
}

// endOf returns when the window of a payment ends: with the end of its last day in the
// zone of the window.
func endOf(w *contract.RefundWindow, paid time.Time) (time.Time, error) {
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := paid.In(zone).Date()
	months := int(month) - 1 + w.Months
	first := time.Date(year, time.January, 1, 0, 0, 0, 0, zone).AddDate(0, months, 0)
	lastOfMonth := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(day, lastOfMonth)+w.Days+1, 0, 0, 0, 0, zone), nil
}

// newRefundID returns an id for the refund that a form makes. The form carries it, so that
// a form that is sent twice makes one refund.
func (s *Staff) newRefundID(sale *host.Sale) string {
	const random, longest = 10, 64
	suffix := "-r" + number(len(sale.Refunds)+1) + "-" + strings.ToLower(rand.Text()[:random])
	return sale.ID[:min(len(sale.ID), longest-len(suffix))] + suffix
}

// maxReason bounds a reason, in bytes.
const maxReason = 255

// reasonOf returns the reason of a form. Every action of a person has one.
func reasonOf(r *http.Request) (string, error) {
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || len(reason) > maxReason || !utf8.ValidString(reason) || strings.ContainsFunc(reason, unicode.IsControl) {
		return "", invalid("reason", "must be there, as one line of up to 255 bytes")
	}
	return reason, nil
}

func invalid(field, description string) error {
	err := contract.NewError(contract.InvalidRequest, "the form is not valid")
	err.Violations = []contract.Violation{{Field: field, Description: description}}
	return err
}

// refundOf returns what the form of a refund asks for.
func (s *Staff) refundOf(r *http.Request, sale *host.Sale) (*host.RefundOrder, error) {
	form := r.PostForm
	n, err := strconv.Atoi(form.Get("payment"))
	if err != nil || n < 1 || n > len(sale.Payments) {
		return nil, invalid("payment", "must be one of the order")
	}
	payment := &sale.Payments[n-1]
	order := &host.RefundOrder{ID: form.Get("id"), Payment: payment.N}
	if err := shop.CheckID(order.ID); err != nil {
		return nil, err
	}
	if order.Reason, err = reasonOf(r); err != nil {
		return nil, err
	}
	switch form.Get("how") {
	case "whole":
		// The amount is the one that was shown: if less is left by now, nothing is to be sent.
		if order.Amount, err = parseAmount(form.Get("left"), payment.Amount.Currency); err != nil {
			return nil, invalid("amount", "is not one")
		}
	case "part":
		if order.Amount, err = parseAmount(form.Get("amount"), payment.Amount.Currency); err != nil || order.Amount.Currency != payment.Amount.Currency {
			return nil, invalid("amount", "must be one in "+payment.Amount.Currency+", such as 100.00")
		}
	default:
		return nil, invalid("how", "must say whether all that is left is to be refunded, or a part")
	}
	return order, nil
}

func (s *Staff) refund(w http.ResponseWriter, r *http.Request, who *session) {
	id := r.PathValue("sale")
	sale, err := s.shop.Sale(r.Context(), id)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	order, err := s.refundOf(r, sale.Sale)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	if err := s.record(r.Context(), who, "refund", id, order.Amount.String()+" as "+order.ID+": "+order.Reason); err != nil {
		s.fail(w, r, err)
		return
	}
	refund, err := s.shop.Engine().Refund(r.Context(), id, order)
	if err != nil {
		s.refuse(w, r, who, err)
		return
	}
	s.log(r, slog.LevelInfo, "somebody has refunded", slog.String("user", who.user.Name), slog.String("sale", id),
		slog.String("refund", refund.OrderID), slog.String("amount", refund.Amount.String()))
	redirect(w, id, "refund")
}
