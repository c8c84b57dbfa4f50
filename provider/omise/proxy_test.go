package omise_test

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// throughProxy returns a client of the real API's address, behind a proxy.
func throughProxy(t *testing.T, address string) *omise.Client {
	t.Helper()
	return client(t, omise.DefaultBaseURL, &omise.Options{Proxy: func() (string, string) { return address, "shop:5canaryproxy" }})
}

func TestClient_AsksAProxyAgainUnlessItRefusedForGood(t *testing.T) {
	t.Parallel()
	for status, times := range map[int]int{407: 1, 403: 1, 502: omise.MaxAttempts, 503: omise.MaxAttempts} {
		proxy, address := listen(t, answer(status, "X-Echo: 5canaryproxy\r\n", "5canaryproxy"))
		_, err := throughProxy(t, address).CreateCharge(t.Context(), newCharge())
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindProxy, failed.Kind)
		assert.False(t, failed.Sent)
		assert.NotContains(t, failed.Error(), "canary")
		assert.Contains(t, failed.Message, strconv.Itoa(status))
		require.Len(t, proxy.received(), times)
		for _, seen := range proxy.received() {
			assert.Equal(t, http.MethodConnect, seen.method)
			assert.Equal(t, "api.omise.co:443", seen.target)
			assert.Empty(t, seen.user, "a key")
		}
	}
}

func TestClient_ExpiresWhileTheProxyIsMute(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	_, address := listen(t, func(conn net.Conn) bool { close(asked); return hang(conn) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, err := throughProxy(t, address).CreateCharge(ctx, newCharge())
	failed := errorOf(t, err)
	assert.Equal(t, omise.KindExpired, failed.Kind)
	assert.False(t, failed.Sent)
}

func TestNew_RefusesAProxyForThisMachine(t *testing.T) {
	t.Parallel()
	proxy := func() (string, string) { return "http://proxy.example:3128", "" }
	_, err := omise.New(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1:1", Proxy: proxy})
	require.ErrorContains(t, err, "proxy")
}
