package proxytest

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Fault is what a proxy does with every request instead of its work. The zero
// value is none.
type Fault struct {
	Bytes  string `json:"bytes,omitempty"`  // answers with them, and closes; {credentials} in them are those of the request
	Mute   bool   `json:"mute,omitempty"`   // never answers
	Close  bool   `json:"close,omitempty"`  // closes the connection
	Tunnel string `json:"tunnel,omitempty"` // leads to this address, whatever is asked for
}

// Options are what a proxy is started with.
type Options struct {
	// Credentials are those that it wants, as user:password.
	Credentials string
	// Routes are the addresses of the servers that it knows, by host:port.
	Routes map[string]string
	// Authority, if set, certifies the proxy, which is reached over TLS then.
	Authority *Authority
}

// A Proxy is one in a process of its own. Make it with [Start].
type Proxy struct {
	// URL is its address, without credentials.
	URL string

	mu      sync.Mutex
	orders  *json.Encoder
	reports *json.Decoder
}

// Start starts a proxy, which ends with the test.
func Start(tb testing.TB, o *Options) *Proxy {
	tb.Helper()
	binary, err := os.Executable()
	require.NoError(tb, err)
	process := exec.Command(binary) //nolint:gosec,noctx // this program, which ends with its input
	process.Env = []string{marker + "=1"}
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	require.NoError(tb, err)
	out, err := process.StdoutPipe()
	require.NoError(tb, err)
	require.NoError(tb, process.Start())
	tb.Cleanup(func() {
		_ = in.Close()
		require.NoError(tb, process.Wait())
	})
	p := &Proxy{URL: "http://", orders: json.NewEncoder(in), reports: json.NewDecoder(out)}
	first := setup{Credentials: o.Credentials, Routes: o.Routes}
	if o.Authority != nil {
		p.URL = "https://"
		first.Certificate, first.Key = o.Authority.Pair(tb, "127.0.0.1")
	}
	require.NoError(tb, p.orders.Encode(first))
	var ready report
	require.NoError(tb, p.reports.Decode(&ready))
	p.URL += ready.Address
	return p
}

// Set makes every request from now on meet the fault.
func (p *Proxy) Set(tb testing.TB, fault Fault) {
	tb.Helper()
	p.order(tb, order{Fault: &fault})
}

// Journal returns the requests that came so far.
func (p *Proxy) Journal(tb testing.TB) []Seen {
	tb.Helper()
	return p.order(tb, order{Journal: true}).Journal
}

func (p *Proxy) port(tb testing.TB) uint16 {
	tb.Helper()
	u, err := url.Parse(p.URL)
	require.NoError(tb, err)
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	require.NoError(tb, err)
	return uint16(port)
}

func (p *Proxy) order(tb testing.TB, o order) report {
	tb.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NoError(tb, p.orders.Encode(o))
	var answer report
	require.NoError(tb, p.reports.Decode(&answer))
	return answer
}
