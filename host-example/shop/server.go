package shop

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/host-example/web"
)

// OrderPage shows an order to its buyer.
type OrderPage func(w http.ResponseWriter, r *http.Request, sale *Sale)

// Handler returns the handler of the shop's public endpoints:
//
//	POST /webhooks/PROVIDER  receives the webhooks of the provider's gateway
//	GET  /pay/TOKEN          sends the buyer of an order to the gateway's page
//	GET  /return/TOKEN       shows the order to the buyer who comes back
//
// Page is how it is shown; nil is the least that has to be. Other methods at these paths
// are answered with 405.
func (s *Shop) Handler(page OrderPage) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/{provider}", s.engine.Webhooks())
	mux.Handle("GET /pay/{token}", web.Private(http.HandlerFunc(s.servePay)))
	mux.Handle("GET /return/{token}", web.Private(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serveReturn(w, r, page) })))
	return mux
}

// NewServer returns an HTTP server with timeouts that bound slow and idle
// clients. Its WriteTimeout is longer than a call of a provider.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      35 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}
