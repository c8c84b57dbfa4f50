//go:build hostctl

package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// HostctlServer returns an HTTP server of hostctl/1, by which the conformance suite
// places orders and reads what became of them: docs/hostctl.md. Only a build with the tag
// hostctl has it.
// What it is asked for takes the way of every other request of the admin API.
func (a *Admin) HostctlServer() *http.Server {
	mux := http.NewServeMux()
	handle := func(pattern string, serve func(*http.Request) (int, any, error)) {
		mux.HandleFunc(pattern, answering(serve))
	}
	handle("GET /v1/hello", a.hostctlHello)
	handle("POST /v1/orders", a.hostctlChanging(a.hostctlPlace))
	handle("GET /v1/orders/{id}", a.hostctlRead)
	handle("POST /v1/orders/{id}/again", a.hostctlChanging(a.hostctlAgain))
	handle("POST /v1/orders/{id}/refunds", a.hostctlChanging(a.hostctlRefund))
	handle("POST /v1/orders/{id}/cancel", a.hostctlChanging(a.hostctlCancel))
	handle("GET /v1/attention", a.hostctlAttention)
	handle("POST /v1/compare", func(*http.Request) (int, any, error) {
		return 0, nil, &hostctlError{http.StatusNotImplemented, "the shop compares by itself only"}
	})
	handle("/", func(*http.Request) (int, any, error) {
		return 0, nil, &hostctlError{http.StatusNotFound, "hostctl/1 has no such request"}
	})
	server := shop.NewServer(mux, a.options.Logger)
	server.WriteTimeout = writeTimeout
	return server
}

// hostctlError is a refusal of the adapter's own.
type hostctlError struct {
	status int
	why    string
}

func (e *hostctlError) Error() string { return e.why }

// answering answers with what a function returns.
func answering(serve func(*http.Request) (int, any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		status, answer := respond(serve, r)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		writeJSON(w, status, answer)
	}
}

func respond(serve func(*http.Request) (int, any, error), r *http.Request) (int, any) {
	if r.Header.Get("Origin") != "" || !isLoopbackHost(r.Host) {
		return hostctlRefusal(&hostctlError{http.StatusForbidden, "web pages may not use hostctl/1"})
	}
	status, answer, err := serve(r)
	if err != nil {
		return hostctlRefusal(err)
	}
	return status, answer
}

func hostctlRefusal(err error) (int, any) {
	if own, ok := errors.AsType[*hostctlError](err); ok {
		return own.status, map[string]string{"error": own.why}
	}
	status, of := newAPIError(err)
	why := []string{of.Message}
	for _, v := range of.Violations {
		why = append(why, v.Field+": "+v.Description)
	}
	return status, map[string]string{"error": strings.Join(why, "; ")}
}

// hostctlChanging is changing for hostctl/1.
func (a *Admin) hostctlChanging(serve func(*http.Request) (int, any, error)) func(*http.Request) (int, any, error) {
	return func(r *http.Request) (int, any, error) {
		end, ok := a.begin()
		if !ok {
			return 0, nil, &hostctlError{http.StatusServiceUnavailable, "the host is shutting down, or has too many requests in progress"}
		}
		defer end()
		return serve(r)
	}
}

// hostctlBody decodes the body of a request.
func hostctlBody[T any](r *http.Request) (*T, error) {
	var body T
	if err := decodeJSON(nil, r, &body); err != nil {
		return nil, &hostctlError{http.StatusBadRequest, err.Error()}
	}
	return &body, nil
}

func (a *Admin) hostctlHello(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{
		"protocol": "hostctl/1", "name": "host-example", "features": []string{"again", "refund", "cancel", "attention", "events"},
	}, nil
}

func (a *Admin) hostctlPlace(r *http.Request) (int, any, error) {
	o, err := hostctlBody[struct {
		ID        string   `json:"id"`
		Amount    amount   `json:"amount"`
		Providers []string `json:"providers"`
		Method    string   `json:"method"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	sale, err := a.shop.Checkout(r.Context(), &host.Order{ID: o.ID, Amount: contract.Money(o.Amount), Method: o.Method, Providers: o.Providers})
	return a.hostctlSale(r.Context(), sale, err)
}

func (a *Admin) hostctlRead(r *http.Request) (int, any, error) {
	sale, err := a.shop.Sale(r.Context(), r.PathValue("id"))
	_, order, err := a.hostctlSale(r.Context(), sale, err)
	return http.StatusOK, order, err
}

func (a *Admin) hostctlAgain(r *http.Request) (int, any, error) {
	c, err := hostctlBody[struct {
		Providers []string `json:"providers"`
		Method    string   `json:"method"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	sale, err := a.shop.PayAgain(r.Context(), &host.Order{ID: r.PathValue("id"), Method: c.Method, Providers: c.Providers})
	return a.hostctlSale(r.Context(), sale, err)
}

func (a *Admin) hostctlCancel(r *http.Request) (int, any, error) {
	if _, err := hostctlBody[struct{}](r); err != nil {
		return 0, nil, err
	}
	sale, err := a.shop.Engine().Cancel(r.Context(), r.PathValue("id"))
	after, err := a.saleAfter(r.Context(), sale, err)
	return a.hostctlSale(r.Context(), after, err)
}

func (a *Admin) hostctlRefund(r *http.Request) (int, any, error) {
	wanted, err := hostctlBody[struct {
		ID      string `json:"id"`
		Amount  amount `json:"amount"`
		Payment string `json:"payment"`
	}](r)
	if err != nil {
		return 0, nil, err
	}
	if err := shop.CheckID(wanted.ID); err != nil {
		return 0, nil, err
	}
	order := &host.RefundOrder{ID: wanted.ID, Amount: contract.Money(wanted.Amount)}
	if wanted.Payment != "" {
		sale, err := a.shop.Engine().Sale(r.Context(), r.PathValue("id"))
		if err != nil {
			return 0, nil, err
		}
		of := slices.IndexFunc(sale.Payments, func(p host.Attempt) bool { return p.GatewayID == wanted.Payment })
		if of < 0 {
			return 0, nil, &hostctlError{http.StatusUnprocessableEntity, "the order has no such payment"}
		}
		order.Payment = sale.Payments[of].N
	}
	refund, err := a.shop.Engine().Refund(r.Context(), r.PathValue("id"), order)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusOK, newHostctlRefund(refund), nil
}

func (a *Admin) hostctlAttention(r *http.Request) (int, any, error) {
	o, err := a.shop.Engine().Overview(r.Context())
	if err != nil {
		return 0, nil, err
	}
	list := []hostctlAttention{}
	for i := range o.NeedAttention {
		one := newHostctlAttention(&o.NeedAttention[i].Attempt)
		one.Order = o.NeedAttention[i].SaleID
		list = append(list, one)
	}
	for _, event := range o.UnmatchedWebhooks {
		list = append(list, hostctlAttention{Text: event.Kind + ": " + event.Text})
	}
	return http.StatusOK, map[string]any{"attention": list}, nil
}

// hostctlSale answers with an order.
func (a *Admin) hostctlSale(ctx context.Context, sale *shop.Sale, err error) (int, any, error) {
	if err != nil {
		return 0, nil, err
	}
	sale, fulfilments, err := a.readTogether(ctx, sale.ID)
	if err != nil {
		return 0, nil, err
	}
	status := http.StatusOK
	if sale.Status == host.SaleOpen {
		status = http.StatusAccepted
	}
	return status, newHostctlOrder(sale, fulfilments), nil
}

// readTogether reads a sale and how often the shop has acted on it, as both were at one
// time: fulfilments are only ever added, so none came while the sale was read if there are
// as many afterwards.
func (a *Admin) readTogether(ctx context.Context, id string) (*shop.Sale, []shop.Fulfilment, error) {
	before, err := a.shop.Fulfilments(ctx, id)
	for err == nil {
		var sale *shop.Sale
		if sale, err = a.shop.Sale(ctx, id); err != nil {
			break
		}
		var after []shop.Fulfilment
		if after, err = a.shop.Fulfilments(ctx, id); err == nil && len(after) == len(before) {
			return sale, after, nil
		}
		before = after
	}
	return nil, nil, err
}
