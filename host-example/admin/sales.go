package admin

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// effort is how long calls of one sale are repeated. A call that has begun is
// not cut off by its end.
const effort = 20 * time.Second

type money struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

// order is the body of POST /sales.
type order struct {
	Reference   string `json:"reference"`
	Description string `json:"description"`
	Amount      money  `json:"amount"`
	Provider    string `json:"provider"`
}

// sale is the answer about a sale.
type sale struct {
	ID             string     `json:"id"`
	Reference      string     `json:"reference"`
	Provider       string     `json:"provider"`
	Method         string     `json:"method"`
	State          shop.State `json:"state"`
	Amount         money      `json:"amount"`
	AmountRefunded money      `json:"amount_refunded"`
	PaymentID      string     `json:"payment_id,omitempty"`
	Key            string     `json:"idempotency_key"`
	PayURL         string     `json:"pay_url,omitempty"`
	Attention      []string   `json:"attention,omitempty"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
	Error          *problem   `json:"error,omitempty"`
}

// saleOf shows the record of a sale, and the error of the call that was made
// for it. The shop's own address is what a buyer gets: the gateway's may change.
func (a *Admin) saleOf(s *shop.Sale, err error) *sale {
	shown := &sale{
		ID: s.ID, Reference: s.Reference, Provider: s.Provider, Method: s.Method, State: s.State,
		Amount: money(s.Amount), AmountRefunded: money(s.AmountRefunded),
		PaymentID: s.PaymentID, Key: s.Attempt.Key, Attention: s.Attention, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if _, linkErr := a.shop.Link(s.ID); linkErr == nil {
		shown.PayURL = a.shop.PayURL(s.ID)
	}
	if err != nil {
		shown.Error = problemOf(err)
		if s.State == shop.Unknown {
			shown.Error.Outcome = contract.Indeterminate // of the attempt as a whole, whatever the last call said
		}
	}
	return shown
}

// making runs one sale, unless there are too many or no more are taken. The
// context ends with the request, the effort, or the drain.
func (a *Admin) making(w http.ResponseWriter, r *http.Request, sell func(context.Context)) {
	leave, ok := a.enter()
	if !ok {
		w.Header().Set("Retry-After", "5")
		fail(w, http.StatusServiceUnavailable, &problem{
			Reason: "BUSY", Outcome: notAttempted, Message: "the host is shutting down, or makes too many sales at the same time; try again",
		})
		return
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), effort)
	defer cancel()
	defer context.AfterFunc(a.draining, cancel)() //nolint:contextcheck // The end of the host ends the effort, too.
	sell(ctx)
}

func (a *Admin) serveSell(w http.ResponseWriter, r *http.Request) {
	var o order
	if err := decode(w, r, &o); err != nil {
		fail(w, http.StatusBadRequest, &problem{Reason: string(contract.InvalidRequest), Outcome: notAttempted, Message: err.Error()})
		return
	}
	a.making(w, r, func(ctx context.Context) {
		made, err := a.shop.Checkout(ctx, &shop.Order{
			Reference: o.Reference, Description: o.Description, Amount: contract.Money(o.Amount), Provider: o.Provider,
		})
		if made.ID == "" { // not even kept
			p := problemOf(err)
			p.Outcome = notAttempted
			fail(w, refusalStatus(p), p)
			return
		}
		a.log(r, "a sale was made", slog.String("sale", made.ID), slog.String("provider", made.Provider),
			slog.String("state", string(made.State)), slog.Any("error", err))
		w.Header().Set("Location", "/sales/"+made.ID)
		answer(w, http.StatusCreated, a.saleOf(&made, err))
	})
}

// refusalStatus is the status for an order that was not kept.
func refusalStatus(p *problem) int {
	switch contract.Reason(p.Reason) { //nolint:exhaustive // all others are the order's own fault
	case contract.ProviderUnreachable:
		return http.StatusServiceUnavailable
	case contract.ModeMismatch:
		return http.StatusConflict
	default:
		return http.StatusUnprocessableEntity
	}
}

func (a *Admin) serveResume(w http.ResponseWriter, r *http.Request) {
	a.making(w, r, func(ctx context.Context) {
		resumed, err := a.shop.Resume(ctx, r.PathValue("id"))
		if resumed.ID == "" {
			fail(w, http.StatusNotFound, problemOf(err))
			return
		}
		a.log(r, "a sale was resumed", slog.String("sale", resumed.ID), slog.String("provider", resumed.Provider),
			slog.String("state", string(resumed.State)), slog.Any("error", err))
		answer(w, http.StatusOK, a.saleOf(&resumed, err))
	})
}

// maxShown bounds a list of sales.
const maxShown = 100

// serveSales shows the latest sales; with ?open=1 those that are not decided.
func (a *Admin) serveSales(w http.ResponseWriter, r *http.Request) {
	shown := []*sale{}
	for _, s := range slices.Backward(a.shop.Sales()) {
		if r.URL.Query().Get("open") == "1" && !s.State.Open() {
			continue
		}
		if shown = append(shown, a.saleOf(&s, nil)); len(shown) == maxShown {
			break
		}
	}
	answer(w, http.StatusOK, map[string]any{"sales": shown})
}

func (a *Admin) serveSale(w http.ResponseWriter, r *http.Request) {
	found, err := a.shop.Sale(r.PathValue("id"))
	if err != nil {
		p := problemOf(err)
		p.Outcome = "" // nothing was to be moved
		fail(w, http.StatusNotFound, p)
		return
	}
	answer(w, http.StatusOK, a.saleOf(&found, nil))
}

func (a *Admin) log(r *http.Request, message string, attrs ...slog.Attr) {
	a.options.Logger.LogAttrs(r.Context(), slog.LevelInfo, message, attrs...)
}
