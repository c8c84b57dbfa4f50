package proxy_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/internal/authority"
)

// ways are how a proxy can be reached.
var ways = []string{"http", "https", "HTTP/2"}

// open opens a proxy, and a client that trusts it.
func open(t *testing.T, to, way string) (*proxy.Proxy, *http.Client) {
	t.Helper()
	trusted, err := authority.New()
	require.NoError(t, err)
	identity, err := proxy.NewTLS(trusted)
	require.NoError(t, err)
	options := proxy.Options{TLS: identity, HTTP2: way == "HTTP/2"}
	if way == "http" {
		options = proxy.Options{}
	}
	p, err := proxy.New(to, routes(), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(trusted.PEM()))
	made := client(t)
	made.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12} //nolint:forcetypeassert // it is one
	made.Transport.(*http.Transport).ForceAttemptHTTP2 = true                                                   //nolint:forcetypeassert // as above
	return p, made
}

func TestProxy_SpeaksTheProtocolThatItOffers(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	for way, want := range map[string]string{"http": "HTTP/1.1", "https": "HTTP/1.1", "HTTP/2": "HTTP/2.0"} {
		p, client := open(t, u.URL, way)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL()+"/charges/1", http.NoBody)
		require.NoError(t, err)
		response, err := client.Do(request)
		require.NoError(t, err)
		_ = response.Body.Close()
		assert.Equal(t, want, response.Proto)
		assert.Equal(t, 1, p.Heard())
		assert.Equal(t, way != "http", strings.HasPrefix(p.URL(), "https://"))
	}
}

func TestProxy_CannotProveWhoItIs(t *testing.T) {
	t.Parallel()
	for _, kind := range []proxy.Kind{proxy.FaultWrongName, proxy.FaultUnknownAuthority, proxy.FaultExpired, proxy.FaultOldTLS} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			u := newUpstream(t)
			p, client := open(t, u.URL, "HTTP/2")
			client.Transport.(*http.Transport).TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(8) //nolint:forcetypeassert // it is one
			_, _, _, err := post(t, client, p)
			require.NoError(t, err)
			client.CloseIdleConnections() // one that just breaks may be used once more
			armed := p.Arm(proxy.Fault{Kind: kind})
			_, _, _, err = post(t, client, p)
			require.Error(t, err, "also if it could resume a session")
			assert.Positive(t, armed.Fired())
			assert.Len(t, p.Journal(), 1, "nothing was sent to it")
			assert.Equal(t, 1, p.Heard())

			careless := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}} // what has to be noticed
			t.Cleanup(careless.CloseIdleConnections)
			_, _, _, err = post(t, &http.Client{Transport: careless}, p)
			require.NoError(t, err)
			assert.Len(t, p.Journal(), 2)
			assert.Equal(t, 2, p.Heard())

			armed.Disarm()
			client.CloseIdleConnections()
			_, _, _, err = post(t, client, p)
			require.NoError(t, err)
			assert.NoError(t, p.Err())
		})
	}
}

func TestProxy_HearsWhatIsNoWholeRequest(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p, _ := open(t, u.URL, "http")
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp4", strings.TrimPrefix(p.URL(), "http://"))
	require.NoError(t, err)
	_, err = conn.Write([]byte("P"))
	require.NoError(t, err)
	_ = conn.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // it is one
	_, _ = io.Copy(io.Discard, conn)     // until the proxy has noticed
	assert.Equal(t, 1, p.Heard())
	assert.Empty(t, p.Journal())
	_ = conn.Close()
}

func TestProxy_KeepsItsPortWhileItRefusesConnections(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p, client := open(t, u.URL, "http")
	address := strings.TrimPrefix(p.URL(), "http://")
	for range 20 {
		refused := p.Arm(proxy.Fault{Kind: proxy.FaultRefuse})
		_, _, _, err := post(t, client, p)
		require.Error(t, err)
		_, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp4", address)
		require.ErrorContains(t, err, "address already in use", "nobody else gets it")
		_, err = (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp4", address)
		require.ErrorContains(t, err, "connection refused")
		refused.Disarm()
		_, _, _, err = post(t, client, p)
		require.NoError(t, err)
	}
}
