package omise_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

const (
	secretKey = "skey_test_5canarysecret"
	publicKey = "pkey_test_5canarypublic"
	chargeID  = "chrg_test_5fzcso1ns6fh4cf2ijz"
	sourceID  = "src_test_5fzcsnxy2p1zbpgs5fs"
	refundID  = "rfnd_test_5fzcu0d3f2v0v6dlxeq"
)

// gateway is a server of raw bytes, so that it can do with a connection what net/http would not. Each request gets the
// next reply of the script; the last reply answers all further ones.
type gateway struct {
	mu       sync.Mutex
	script   []reply
	requests []received
	conns    int
	served   sync.WaitGroup
}

// reply answers a request on a connection. It returns false to close the connection.
type reply func(conn net.Conn) (keep bool)

type received struct {
	method, target string
	header         http.Header
	form           url.Values
	user           string
	conn           int
}

// listen serves the script on loopback and returns the base URL.
func listen(tb testing.TB, script ...reply) (*gateway, string) {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	g := &gateway{script: script}
	g.served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(tb.Context(), func() { _ = conn.Close() })
			g.served.Go(func() { defer stop(); g.serve(conn) })
		}
	})
	tb.Cleanup(func() { _ = listener.Close(); g.served.Wait() })
	return g, "http://" + listener.Addr().String()
}

func (g *gateway) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	g.mu.Lock()
	g.conns++
	number := g.conns
	g.mu.Unlock()
	reader := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		if !g.take(request, body, number)(conn) {
			return
		}
	}
}

func (g *gateway) take(request *http.Request, body []byte, conn int) reply {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		form = url.Values{"unreadable": {err.Error()}}
	}
	user, _, _ := request.BasicAuth()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, received{request.Method, request.RequestURI, request.Header, form, user, conn})
	return g.script[min(len(g.requests), len(g.script))-1]
}

// received returns the requests so far.
func (g *gateway) received() []received {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]received(nil), g.requests...)
}

// answer sends a complete answer. The lines of headers end with \r\n.
func answer(status int, headers, body string) reply {
	return raw(fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n%s\r\n%s",
		status, http.StatusText(status), len(body), headers, body))
}

func ok(body string) reply { return answer(http.StatusOK, "", body) }

func errorAnswer(status int, code string) reply {
	return answer(status, "", `{"object":"error","code":"`+code+`","message":"it did not work"}`)
}

// raw sends bytes and keeps the connection.
func raw(bytes string) reply {
	return func(conn net.Conn) bool { _, err := io.WriteString(conn, bytes); return err == nil }
}

// writeAndClose sends bytes and closes the connection.
func writeAndClose(bytes string) reply {
	return func(conn net.Conn) bool { _, _ = io.WriteString(conn, bytes); return false }
}

// reset breaks the connection with an RST, after the request was read in full.
func reset(conn net.Conn) bool {
	if tcp, isTCP := conn.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	return false
}

// hang sends nothing until the client gives up.
func hang(conn net.Conn) bool {
	_, _ = conn.Read(make([]byte, 1))
	return false
}

func testdata(tb testing.TB, name string) string {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(tb, err)
	return string(content)
}

func testKeys() omise.Credentials {
	return omise.Credentials{SecretKey: omise.NewSecret(secretKey), PublicKey: omise.NewSecret(publicKey)}
}

// client returns a client that does not wait between attempts.
func client(tb testing.TB, baseURL string, options *omise.Options) *omise.Client {
	tb.Helper()
	if options == nil {
		options = &omise.Options{}
	}
	options.BaseURL, options.Backoff = baseURL, noBackoff
	made, err := omise.New(testKeys(), options)
	require.NoError(tb, err)
	tb.Cleanup(made.Close)
	return made
}

func noBackoff(int) time.Duration { return 0 }

func newCharge() omise.NewCharge {
	return omise.NewCharge{Amount: 1000000, Currency: "THB", SourceID: sourceID, ReturnURI: "https://shop.example/done?a=1&b=2"}
}

// errorOf returns the *omise.Error in err.
func errorOf(tb testing.TB, err error) *omise.Error {
	tb.Helper()
	var failed *omise.Error
	require.ErrorAs(tb, err, &failed)
	return failed
}

// operation is a method of the client, with valid arguments.
type operation struct {
	name    string
	commits bool
	call    func(context.Context, *omise.Client) error
}

func operations() []operation {
	return []operation{
		{"create_source", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.CreateSource(ctx, omise.NewSource{Type: "alipay", Amount: 1000000, Currency: "THB"})
			return err
		}},
		{"create_charge", true, func(ctx context.Context, c *omise.Client) error {
			_, err := c.CreateCharge(ctx, newCharge())
			return err
		}},
		{"retrieve_charge", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveCharge(ctx, chargeID)
			return err
		}},
		{"expire_charge", true, func(ctx context.Context, c *omise.Client) error {
			_, err := c.ExpireCharge(ctx, chargeID)
			return err
		}},
		{"list_charges", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.ListCharges(ctx, nil)
			return err
		}},
		{"create_refund", true, func(ctx context.Context, c *omise.Client) error {
			_, err := c.CreateRefund(ctx, chargeID, omise.NewRefund{Amount: 400000})
			return err
		}},
		{"retrieve_refund", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveRefund(ctx, chargeID, refundID)
			return err
		}},
		{"list_refunds", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.ListRefunds(ctx, chargeID, nil)
			return err
		}},
		{"retrieve_event", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveEvent(ctx, "evnt_test_5fxxkb2o5e4c0yzc0ld")
			return err
		}},
		{"list_events", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.ListEvents(ctx, nil)
			return err
		}},
		{"retrieve_event", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveEventRecord(ctx, "evnt_test_5fxxkb2o5e4c0yzc0ld")
			return err
		}},
		{"retrieve_capability", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveCapability(ctx)
			return err
		}},
		{"retrieve_account", false, func(ctx context.Context, c *omise.Client) error {
			_, err := c.RetrieveAccount(ctx)
			return err
		}},
	}
}

// secrets returns what no error and no log may contain.
func secrets() []string {
	return []string{
		secretKey, publicKey, "5canary",
		base64.StdEncoding.EncodeToString([]byte(secretKey + ":")),
		base64.StdEncoding.EncodeToString([]byte(publicKey + ":")),
	}
}

func requireNoSecrets(tb testing.TB, text string) {
	tb.Helper()
	for _, secret := range secrets() {
		require.NotContains(tb, text, secret)
	}
}

var errRefused = errors.New("connection refused")

// dialPipes returns a dialler of connections in memory, for tests in virtual time.
func dialPipes(g *gateway) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		if len(g.script) == 0 {
			return nil, errRefused
		}
		near, far := net.Pipe()
		g.served.Go(func() { g.serve(far) })
		return near, nil
	}
}

// pipeClient returns a client for a synctest bubble, with the default waits.
func pipeClient(tb testing.TB, g *gateway, options *omise.Options) *omise.Client {
	tb.Helper()
	if options == nil {
		options = &omise.Options{}
	}
	options.BaseURL = "http://127.0.0.1"
	made, err := omise.NewWithDial(testKeys(), options, dialPipes(g))
	require.NoError(tb, err)
	tb.Cleanup(func() { made.Close(); g.served.Wait() })
	return made
}

// elapsed returns the time that do takes, to the tenth of a second.
func elapsed(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start).Round(100 * time.Millisecond)
}

func headers(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }
