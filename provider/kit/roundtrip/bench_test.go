package roundtrip_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkTransport_Send compares a request with one of a plain http.Transport
// that bounds nothing: compare figures of one run.
func BenchmarkTransport_Send(b *testing.B) {
	s := listen(b, answer(http.StatusOK, "", strings.Repeat(" ", 1000)))
	b.Run("roundtrip", func(b *testing.B) {
		sender := transport(b, nil)
		b.ReportAllocs()
		for b.Loop() {
			if x := sender.Send(request(b.Context(), b, http.MethodGet, s.base, "")); x.Err != nil {
				b.Fatal(x.Err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		plain := &http.Transport{MaxIdleConnsPerHost: 32}
		b.Cleanup(plain.CloseIdleConnections)
		b.ReportAllocs()
		for b.Loop() {
			response, err := plain.RoundTrip(request(b.Context(), b, http.MethodGet, s.base, ""))
			if err != nil {
				b.Fatal(err)
			}
			if _, err = io.ReadAll(response.Body); err != nil {
				b.Fatal(err)
			}
			_ = response.Body.Close()
		}
	})
}
