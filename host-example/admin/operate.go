package admin

import (
	"log/slog"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// refundRequest is the body of POST /sales/ID/refunds.
type refundRequest struct {
	ID      string `json:"id"`
	Amount  amount `json:"amount"`
	Payment int    `json:"payment"` // by its n; the one that paid the sale if absent
	Reason  string `json:"reason"`  // may be empty
}

func (a *Admin) serveRefund(w http.ResponseWriter, r *http.Request) {
	var request refundRequest
	if !a.readJSON(w, r, &request) {
		return
	}
	if err := shop.CheckID(request.ID); err != nil {
		a.fail(w, r, "refund", err)
		return
	}
	refund, err := a.shop.Engine().Refund(r.Context(), r.PathValue("id"), &host.RefundOrder{
		ID: request.ID, Amount: contract.Money(request.Amount), Payment: request.Payment, Reason: request.Reason,
	})
	if err != nil {
		a.fail(w, r, "refund", err)
		return
	}
	a.log(r, "a refund was asked for", slog.String("sale", r.PathValue("id")), slog.String("refund", refund.OrderID), slog.String("status", string(refund.Status)))
	writeJSON(w, http.StatusOK, newAttemptResponse(refund))
}

func (a *Admin) serveCancel(w http.ResponseWriter, r *http.Request) {
	sale, err := a.shop.Engine().Cancel(r.Context(), r.PathValue("id"))
	after, err := a.saleAfter(r.Context(), sale, err)
	a.answerSale(w, r, "cancel", after, err)
}

// resolveRequest is the body of POST /sales/ID/resolve.
type resolveRequest struct {
	Key           string `json:"idempotency_key"`
	Adopt         string `json:"adopt"`
	Release       bool   `json:"release"`
	AcceptAccount bool   `json:"accept_account"`
	NothingLost   bool   `json:"nothing_lost"`
	By            string `json:"by"`
	Why           string `json:"why"`
}

func (a *Admin) serveResolve(w http.ResponseWriter, r *http.Request) {
	var request resolveRequest
	if !a.readJSON(w, r, &request) {
		return
	}
	sale, err := a.shop.Engine().Resolve(r.Context(), r.PathValue("id"), request.Key, &host.Resolution{
		Adopt: request.Adopt, Release: request.Release, AcceptAccount: request.AcceptAccount, NothingLost: request.NothingLost,
		By: request.By, Why: request.Why,
	})
	after, err := a.saleAfter(r.Context(), sale, err)
	a.answerSale(w, r, "resolve", after, err)
}
