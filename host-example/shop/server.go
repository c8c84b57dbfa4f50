package shop

import (
	"log/slog"
	"net/http"
	"time"
)

// Handler serves what the shop shows to the world:
//
//	POST /webhooks/PROVIDER  webhooks of the provider's gateway
//	GET  /pay/SALE           sends the buyer to the gateway's page
//	GET  /return/SALE        where the buyer comes back to
//
// Another method at these paths is 405.
func (s *Shop) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/{provider}", s.serveWebhook)
	mux.Handle("GET /pay/{sale}", private(s.servePay))
	mux.Handle("GET /return/{sale}", private(s.serveReturn))
	return mux
}

// private keeps pages of a buyer out of caches and frames, and their addresses
// out of what the next site is told.
func private(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		handler(w, r)
	})
}

// NewServer gives an HTTP server for handler that no slow or idle client can
// hold for long. WriteTimeout leaves room for a call of a provider.
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
