//go:build hostctl

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/plugin/supervisor"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// tested serves hostctl/1 of docs/hostctl.md at the loopback address that is the fourth
// argument, beside the mux.
func tested(mux *http.ServeMux, engine *host.Engine, db *sql.DB, providers *supervisor.Supervisor) http.Handler {
	h := &hostctl{engine, db, providers}
	mux.HandleFunc("GET /thanks", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thanks") })
	control := http.NewServeMux()
	control.HandleFunc("GET /v1/hello", h.hello)
	control.HandleFunc("POST /v1/orders", h.place)
	control.HandleFunc("GET /v1/orders/{id}", h.read)
	control.HandleFunc("POST /v1/", func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusNotImplemented, "it cannot do that") })
	control.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { write(w, http.StatusNotFound, "there is nothing") })
	server := &http.Server{ReadTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.Header.Values("Origin")) > 0 {
			write(w, http.StatusForbidden, "web pages may not use it")
			return
		}
		control.ServeHTTP(w, r)
	})}
	listener, err := net.Listen("tcp", os.Args[4]) //nolint:noctx // it ends with the process
	if err != nil {
		panic(err)
	}
	go func() { _ = server.Serve(listener) }()
	return mux
}

type hostctl struct {
	engine    *host.Engine
	db        *sql.DB
	providers *supervisor.Supervisor
}

// hello answers when each provider of the catalog was tried once.
func (h *hostctl) hello(w http.ResponseWriter, _ *http.Request) {
	states := h.providers.States()
	starting := func(s supervisor.State) bool { return s.Status == supervisor.StatusStarting }
	if len(states) == 0 || slices.ContainsFunc(states, starting) {
		write(w, http.StatusServiceUnavailable, "providers are being started")
		return
	}
	write(w, http.StatusOK, map[string]any{"protocol": "hostctl/1", "name": "tinyhost", "features": []string{}})
}

const maxBody = 1 << 20

type money struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

type newOrder struct {
	ID        string   `json:"id"`
	Amount    money    `json:"amount"`
	Providers []string `json:"providers"`
	Method    string   `json:"method"`
}

// place takes the same way as the buyer's request.
func (h *hostctl) place(w http.ResponseWriter, r *http.Request) {
	var o newOrder
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	known := json.NewDecoder(bytes.NewReader(body))
	known.DisallowUnknownFields()
	if err = errors.Join(err, known.Decode(&o), strictjson.Decode(body, maxBody, &o)); err != nil {
		write(w, http.StatusBadRequest, err.Error())
		return
	}
	_, err = h.engine.Checkout(r.Context(), &host.Order{
		ID: o.ID, Amount: contract.Money(o.Amount), Method: o.Method, Providers: o.Providers,
		ReturnURL: "http://" + os.Args[3] + "/thanks", // where the suite can come back to
	})
	switch differs, _ := errors.AsType[*host.OrderDiffersError](err); {
	case differs != nil:
		write(w, http.StatusConflict, err.Error())
	case errors.Is(err, contract.InvalidRequest):
		write(w, http.StatusUnprocessableEntity, err.Error())
	case err != nil:
		write(w, http.StatusServiceUnavailable, err.Error())
	default:
		h.show(w, r, o.ID)
	}
}

func (h *hostctl) read(w http.ResponseWriter, r *http.Request) { h.show(w, r, r.PathValue("id")) }

// show answers with an order. Rows are only added once it is paid, so they are counted
// first.
func (h *hostctl) show(w http.ResponseWriter, r *http.Request, id string) {
	var effects int
	err := h.db.QueryRowContext(r.Context(), "SELECT count(*) FROM paid WHERE order_id = $1", id).Scan(&effects)
	if err != nil {
		write(w, http.StatusInternalServerError, err.Error())
		return
	}
	sale, err := h.engine.Sale(r.Context(), id)
	switch {
	case errors.Is(err, host.ErrNotFound):
		write(w, http.StatusNotFound, err.Error())
	case err != nil:
		write(w, http.StatusInternalServerError, err.Error())
	default:
		write(w, http.StatusOK, shown(sale, effects))
	}
}

func shown(sale *host.Sale, effects int) map[string]any {
	order := map[string]any{"id": sale.ID, "state": "OPEN", "amount": money(sale.Amount), "refunds": []any{}, "effects": effects}
	attention, refunded := []map[string]string{}, money{Currency: sale.Amount.Currency}
	for i := range sale.Payments {
		p := &sale.Payments[i]
		if p.Attention != "" {
			attention = append(attention, map[string]string{"provider": p.Provider, "payment": p.GatewayID, "text": p.Attention})
		}
		if p.Status == contract.PaymentSucceeded && order["paid"] == nil {
			order["paid"] = map[string]any{"provider": p.Provider, "payment": p.GatewayID, "amount": money(p.Amount)}
		}
		refunded.MinorUnits += p.Refunded.MinorUnits
	}
	if sale.NextAction != nil && sale.NextAction.Redirect != nil {
		order["link"] = sale.NextAction.Redirect.URL
	}
	switch sale.Status {
	case host.SaleOpen, host.SaleWaiting:
	case host.SalePaid:
		order["state"] = "PAID"
	case host.SaleUnpaid:
		order["state"] = "UNPAID"
	}
	if order["attention"] = attention; refunded.MinorUnits > 0 {
		order["refunded"] = refunded
	}
	return order
}

func write(w http.ResponseWriter, status int, answer any) {
	if why, ok := answer.(string); ok {
		answer = map[string]string{"error": why}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}
