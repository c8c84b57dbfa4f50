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

// saleTimeout is how long the calls of one sale are repeated. It does not abort a call
// in flight.
const saleTimeout = 20 * time.Second

type amount struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

// orderRequest is the body of POST /sales.
type orderRequest struct {
	Reference   string `json:"reference"`
	Description string `json:"description"`
	Amount      amount `json:"amount"`
	Provider    string `json:"provider"`
	Method      string `json:"method"` // may be empty
	Phone       string `json:"phone"`  // of the buyer; may be empty
}

// saleResponse is the answer about a sale.
type saleResponse struct {
	ID             string     `json:"id"`
	Reference      string     `json:"reference"`
	Provider       string     `json:"provider"`
	Method         string     `json:"method"`
	State          shop.State `json:"state"`
	Amount         amount     `json:"amount"`
	AmountRefunded amount     `json:"amount_refunded"`
	PaymentID      string     `json:"payment_id,omitempty"`
	Key            string     `json:"idempotency_key"`
	PayURL         string     `json:"pay_url,omitempty"`
	Attention      []string   `json:"attention,omitempty"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
	Error          *apiError  `json:"error,omitempty"`
}

// newSaleResponse returns the answer about a sale, and the error of the call that was
// made for it. Its PayURL is the shop's own, because the gateway's may change.
func (a *Admin) newSaleResponse(s *shop.Sale, err error) *saleResponse {
	response := &saleResponse{
		ID: s.ID, Reference: s.Reference, Provider: s.Provider, Method: s.Method, State: s.State,
		Amount: amount(s.Amount), AmountRefunded: amount(s.AmountRefunded),
		PaymentID: s.PaymentID, Key: s.Attempt.Key, Attention: s.Attention, CreatedAt: s.CreatedAt, UpdatedAt: s.UpdatedAt,
	}
	if _, linkErr := a.shop.Link(s.ID); linkErr == nil {
		response.PayURL = a.shop.PayURL(s.ID)
	}
	if err != nil {
		response.Error = newAPIError(err)
		if s.State == shop.Unknown {
			response.Error.Outcome = contract.Indeterminate // of the attempt as a whole; the error has that of its last call
		}
	}
	return response
}

// runSale runs one sale, unless too many are in progress or the host is drained. The
// context ends with the request, after saleTimeout, or when the host is drained.
func (a *Admin) runSale(w http.ResponseWriter, r *http.Request, sell func(context.Context)) {
	end, ok := a.beginSale()
	if !ok {
		w.Header().Set("Retry-After", "5")
		writeError(w, http.StatusServiceUnavailable, &apiError{
			Reason: "BUSY", Outcome: notAttempted, Message: "the host is shutting down, or too many sales are in progress; try again",
		})
		return
	}
	defer end()
	ctx, cancel := context.WithTimeout(r.Context(), saleTimeout)
	defer cancel()
	defer context.AfterFunc(a.draining, cancel)() //nolint:contextcheck // Draining the host ends it, too.
	sell(ctx)
}

func (a *Admin) serveCreateSale(w http.ResponseWriter, r *http.Request) {
	var o orderRequest
	if err := decodeJSON(w, r, &o); err != nil {
		writeError(w, http.StatusBadRequest, &apiError{Reason: string(contract.InvalidRequest), Outcome: notAttempted, Message: err.Error()})
		return
	}
	a.runSale(w, r, func(ctx context.Context) {
		made, err := a.shop.Checkout(ctx, &shop.Order{
			Reference: o.Reference, Description: o.Description, Amount: contract.Money(o.Amount), Provider: o.Provider,
			Method: o.Method, Phone: contract.NewSecret(o.Phone),
		})
		if made.ID == "" { // not stored
			p := newAPIError(err)
			p.Outcome = notAttempted
			writeError(w, rejectionStatus(p), p)
			return
		}
		a.log(r, "a sale was made", slog.String("sale", made.ID), slog.String("provider", made.Provider),
			slog.String("state", string(made.State)), slog.Any("error", err))
		w.Header().Set("Location", "/sales/"+made.ID)
		writeJSON(w, http.StatusCreated, a.newSaleResponse(&made, err))
	})
}

// rejectionStatus returns the HTTP status for an order that was not stored.
func rejectionStatus(p *apiError) int {
	switch contract.Reason(p.Reason) { //nolint:exhaustive // All other reasons are errors of the order.
	case contract.ProviderUnreachable:
		return http.StatusServiceUnavailable
	case contract.ModeMismatch:
		return http.StatusConflict
	default:
		return http.StatusUnprocessableEntity
	}
}

func (a *Admin) serveResume(w http.ResponseWriter, r *http.Request) {
	a.runSale(w, r, func(ctx context.Context) {
		resumed, err := a.shop.Resume(ctx, r.PathValue("id"))
		if resumed.ID == "" {
			writeError(w, http.StatusNotFound, newAPIError(err))
			return
		}
		a.log(r, "a sale was resumed", slog.String("sale", resumed.ID), slog.String("provider", resumed.Provider),
			slog.String("state", string(resumed.State)), slog.Any("error", err))
		writeJSON(w, http.StatusOK, a.newSaleResponse(&resumed, err))
	})
}

// maxListed bounds a list of sales.
const maxListed = 100

// serveListSales answers with the latest sales; with ?open=1 only with open ones.
func (a *Admin) serveListSales(w http.ResponseWriter, r *http.Request) {
	responses := []*saleResponse{}
	for _, s := range slices.Backward(a.shop.Sales()) {
		if r.URL.Query().Get("open") == "1" && !s.State.Open() {
			continue
		}
		if responses = append(responses, a.newSaleResponse(&s, nil)); len(responses) == maxListed {
			break
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"sales": responses})
}

func (a *Admin) serveSale(w http.ResponseWriter, r *http.Request) {
	found, err := a.shop.Sale(r.PathValue("id"))
	if err != nil {
		p := newAPIError(err)
		p.Outcome = "" // a look-up moves no money
		writeError(w, http.StatusNotFound, p)
		return
	}
	writeJSON(w, http.StatusOK, a.newSaleResponse(&found, nil))
}

func (a *Admin) log(r *http.Request, message string, attrs ...slog.Attr) {
	a.options.Logger.LogAttrs(r.Context(), slog.LevelInfo, message, attrs...)
}
