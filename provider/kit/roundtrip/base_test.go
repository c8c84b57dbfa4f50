package roundtrip_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

func safeBases() []string {
	return []string{
		"https://api.gateway.test", "https://api.gateway.test:8443", "https://API.Gateway.test", "https://192.0.2.1", "https://[2001:db8::1]:443",
		"https://localhost", "http://localhost", "http://LocalHost:4141", "http://LOCALHOST", "http://127.0.0.1", "http://127.0.0.2:80", "http://[::1]", "http://[::1]:4141",
		"http://[::ffff:127.0.0.1]:80",
	}
}

func unsafeBases() []string {
	return []string{
		"", "https", "https://", "https://:443", "//api.gateway.test", "api.gateway.test", "api.gateway.test:443", "localhost:80",
		"http://api.gateway.test", "http://192.0.2.1", "http://10.0.0.1", "http://0.0.0.0", "http://[::]", "http://[fe80::1%25lo]",
		"http://127.0.0.1.gateway.test", "http://localhost.gateway.test", "http://localhost.", "http://api.localhost", "http://127.1", "http://2130706433", "http://0x7f.1",
		"ftp://localhost", "unix://localhost", "file:///etc/passwd", "javascript:alert(1)", "HTTPS://api.gateway.test", "Http://localhost",
		"https://api.gateway.test/", "https://api.gateway.test/v1", "https://api.gateway.test?", "https://api.gateway.test?a=b", "https://api.gateway.test#", "https://api.gateway.test#a",
		"https://user@api.gateway.test", "https://user:password@api.gateway.test", "https://@api.gateway.test", "http://localhost@api.gateway.test", "http://localhost:80@api.gateway.test",
		"http://localhost\\@api.gateway.test", "http://localhost#@api.gateway.test", "http://localhost%2f@api.gateway.test", "http://%6cocalhost", "https://api.gateway.test%00",
		" https://api.gateway.test", "https://api.gateway.test ", "https://api.gateway.test\n", "https://api gateway.test", "https://api.gateway.test:port", "https://api.gateway.test\x00",
		"https://api.gateway.test:", "http://localhost:", "http://[::1]:", "https:api.gateway.test", "https:///api.gateway.test", "https://[::1", "https://::1", "http://localhost:4141/",
	}
}

func TestIsSafeBase(t *testing.T) {
	t.Parallel()
	for _, base := range safeBases() {
		assert.True(t, roundtrip.IsSafeBase(base), base)
	}
	for _, base := range unsafeBases() {
		assert.False(t, roundtrip.IsSafeBase(base), "%q", base)
	}
}

// What is safe is one host, which is the one that a request goes to, and over
// http only this machine: by the same rule as package contract's, which this
// package does not import.
func FuzzIsSafeBase(f *testing.F) {
	for _, base := range append(safeBases(), unsafeBases()...) {
		f.Add(base)
	}
	f.Fuzz(func(t *testing.T, base string) {
		if u, err := url.Parse(base); err == nil && u.Scheme == "http" && base == "http://"+u.Host && u.Hostname() != "" && !strings.HasSuffix(u.Host, ":") {
			require.Equal(t, contract.IsLoopback(u), roundtrip.IsSafeBase(base))
		}
		if !roundtrip.IsSafeBase(base) {
			return
		}
		_, host, found := strings.Cut(base, "://")
		require.True(t, found)
		require.False(t, strings.ContainsAny(host, "/?#@\\ \r\n\t\x00"))
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/payments?a=b", http.NoBody)
		require.NoError(t, err)
		require.Equal(t, host, request.URL.Host)
		require.Equal(t, "/v1/payments", request.URL.Path)
		require.Nil(t, request.URL.User)
		require.True(t, request.URL.Scheme == "https" || contract.IsLoopback(request.URL))
	})
}
