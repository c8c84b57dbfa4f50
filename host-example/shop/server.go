package shop

import (
	"log/slog"
	"net/http"
	"time"
)

// Handler returns the handler of the shop's public endpoints:
//
//	POST /webhooks/PROVIDER  receives the webhooks of the provider's gateway
//	GET  /pay/TOKEN          sends the buyer of an order to the gateway's page
//	GET  /return/TOKEN       shows the order to the buyer who comes back
//
// Other methods at these paths are answered with 405.
func (s *Shop) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /webhooks/{provider}", s.engine.Webhooks())
	mux.Handle("GET /pay/{token}", withPrivacyHeaders(s.servePay))
	mux.Handle("GET /return/{token}", withPrivacyHeaders(s.serveReturn))
	return mux
}

// withPrivacyHeaders keeps a buyer's pages out of caches and frames, and their
// URLs out of the Referer header that the next site gets.
func withPrivacyHeaders(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		handler(w, r)
	})
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
