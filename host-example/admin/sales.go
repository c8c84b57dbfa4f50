package admin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

type amount struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

// choiceRequest is what a buyer has chosen, the body of POST /sales/ID/pay-again.
type choiceRequest struct {
	Method    string   `json:"method"`
	Providers []string `json:"providers"`
	Phone     string   `json:"phone"` // of the buyer; may be empty
}

// orderRequest is the body of POST /sales.
type orderRequest struct {
	ID          string   `json:"id"`
	Amount      amount   `json:"amount"`
	Method      string   `json:"method"`
	Providers   []string `json:"providers"`
	Phone       string   `json:"phone"`       // of the buyer; may be empty
	Description string   `json:"description"` // may be empty
}

// saleResponse is the answer about a sale.
type saleResponse struct {
	ID        string            `json:"id"`
	Status    host.SaleStatus   `json:"status"`
	Amount    amount            `json:"amount"`
	PayURL    string            `json:"pay_url,omitempty"`
	Blocked   bool              `json:"blocked,omitempty"` // the buyer cannot pay this way
	Order     orderResponse     `json:"order"`
	Payments  []attemptResponse `json:"payments"`
	Refunds   []attemptResponse `json:"refunds"`
	CreatedAt time.Time         `json:"created_at"`
}

// orderResponse is the shop's own row.
type orderResponse struct {
	ID         string           `json:"id,omitempty"` // in a list
	Status     shop.OrderStatus `json:"status"`
	PlacedAt   time.Time        `json:"placed_at"`
	ChangedAt  time.Time        `json:"changed_at,omitzero"`
	RefundedAt time.Time        `json:"refunded_at,omitzero"`
}

// attemptResponse is a payment or a refund.
type attemptResponse struct {
	N         int                    `json:"n"`
	ID        string                 `json:"id"` // the shop's, of the order or of the refund
	Key       string                 `json:"idempotency_key"`
	Provider  string                 `json:"provider"`
	Method    string                 `json:"method"`
	Amount    amount                 `json:"amount"`
	GatewayID string                 `json:"gateway_id,omitempty"`
	Status    contract.PaymentStatus `json:"status,omitempty"` // absent as long as none is known
	Failure   contract.FailureCode   `json:"failure,omitempty"`
	Refunded  amount                 `json:"refunded"`
	Over      bool                   `json:"over"`
	Released  bool                   `json:"released"`
	Attention string                 `json:"attention,omitempty"`
}

func newAttemptResponse(a *host.Attempt) attemptResponse {
	return attemptResponse{
		N: a.N, ID: a.OrderID, Key: a.Key, Provider: a.Provider, Method: a.Method, Amount: amount(a.Amount), GatewayID: a.GatewayID,
		Status: a.Status, Failure: a.Failure, Refunded: amount(a.Refunded), Over: a.Over, Released: a.Released, Attention: a.Attention,
	}
}

func newAttemptResponses(attempts []host.Attempt) []attemptResponse {
	all := make([]attemptResponse, len(attempts))
	for i := range attempts {
		all[i] = newAttemptResponse(&attempts[i])
	}
	return all
}

func newOrderResponse(o *shop.Order) orderResponse {
	return orderResponse{Status: o.Status, PlacedAt: o.PlacedAt, ChangedAt: o.ChangedAt, RefundedAt: o.RefundedAt}
}

func newSaleResponse(s *shop.Sale) *saleResponse {
	return &saleResponse{
		ID: s.ID, Status: s.Status, Amount: amount(s.Amount), PayURL: s.PayURL, Blocked: s.Blocked, Order: newOrderResponse(s.Order),
		Payments: newAttemptResponses(s.Payments), Refunds: newAttemptResponses(s.Refunds), CreatedAt: s.CreatedAt,
	}
}

// changing serves a request that may move money, unless too many are in progress or the
// host is drained. What it begins goes on if the client leaves.
func (a *Admin) changing(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		end, ok := a.begin()
		if !ok {
			w.Header().Set("Retry-After", "5")
			if !a.isDrained() {
				a.logFailure(r, "a request was refused, since too many that may move money are in progress",
					"see which provider's calls take long, in the metrics; the request may be sent again", slog.Int("in_progress", maxRunning))
			}
			writeError(w, http.StatusServiceUnavailable, &apiError{
				Reason: "BUSY", Outcome: notAttempted, Message: "the host is shutting down, or has too many requests in progress; try again",
			})
			return
		}
		defer end()
		serve(w, r)
	}
}

// payerOf returns what is known of a buyer; nil if nothing is.
func payerOf(phone string) *contract.Payer {
	if phone == "" {
		return nil
	}
	return &contract.Payer{Phone: contract.NewSecret(phone)}
}

func (a *Admin) serveCheckout(w http.ResponseWriter, r *http.Request) {
	var o orderRequest
	if !a.readJSON(w, r, &o) {
		return
	}
	sale, err := a.shop.Checkout(r.Context(), &host.Order{
		ID: o.ID, Amount: contract.Money(o.Amount), Method: o.Method, Providers: o.Providers, Description: o.Description, Payer: payerOf(o.Phone),
	})
	a.answerSale(w, r, "checkout", sale, err)
}

func (a *Admin) servePayAgain(w http.ResponseWriter, r *http.Request) {
	var c choiceRequest
	if !a.readJSON(w, r, &c) {
		return
	}
	sale, err := a.shop.PayAgain(r.Context(), &host.Order{
		ID: r.PathValue("id"), Method: c.Method, Providers: c.Providers, Payer: payerOf(c.Phone),
	})
	a.answerSale(w, r, "pay again", sale, err)
}

// answerSale answers with a sale of which something was asked.
func (a *Admin) answerSale(w http.ResponseWriter, r *http.Request, asked string, sale *shop.Sale, err error) {
	if err != nil {
		a.fail(w, r, asked, err)
		return
	}
	a.log(r, "a request about a sale was carried out", slog.String("request", asked), slog.String("sale", sale.ID), slog.String("status", string(sale.Status)))
	w.Header().Set("Location", "/sales/"+sale.ID)
	writeJSON(w, http.StatusOK, newSaleResponse(sale))
}

func (a *Admin) serveSale(w http.ResponseWriter, r *http.Request) {
	sale, err := a.shop.Sale(r.Context(), r.PathValue("id"))
	if err != nil {
		a.fail(w, r, "read", err)
		return
	}
	writeJSON(w, http.StatusOK, newSaleResponse(sale))
}

// entryResponse is a line of a timeline.
type entryResponse struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Key  string    `json:"idempotency_key,omitempty"`
	Text string    `json:"text"`
}

func newEntryResponses(entries []host.Entry) []entryResponse {
	all := make([]entryResponse, len(entries))
	for i, e := range entries {
		all[i] = entryResponse{At: e.At, Kind: e.Kind, Key: e.Key, Text: e.Text}
	}
	return all
}

func (a *Admin) serveTimeline(w http.ResponseWriter, r *http.Request) {
	sale, err := a.shop.Engine().Sale(r.Context(), r.PathValue("id"))
	if err != nil {
		a.fail(w, r, "read", err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"timeline": newEntryResponses(sale.Timeline)})
}

// maxListed bounds a list of orders.
const maxListed = 100

func (a *Admin) serveOrders(w http.ResponseWriter, r *http.Request) {
	orders, err := a.shop.Orders(r.Context(), maxListed)
	if err != nil {
		a.fail(w, r, "list", err)
		return
	}
	responses := make([]orderResponse, len(orders))
	for i := range orders {
		responses[i] = newOrderResponse(&orders[i])
		responses[i].ID = orders[i].ID
	}
	writeJSON(w, http.StatusOK, map[string]any{"orders": responses})
}

// saleAfter returns a sale after the engine was asked to do something with it.
func (a *Admin) saleAfter(ctx context.Context, sale *host.Sale, err error) (*shop.Sale, error) {
	if err != nil {
		return nil, err
	}
	return a.shop.Sale(ctx, sale.ID)
}

func (a *Admin) log(r *http.Request, message string, attrs ...slog.Attr) {
	a.options.Logger.LogAttrs(r.Context(), slog.LevelInfo, message, attrs...)
}
