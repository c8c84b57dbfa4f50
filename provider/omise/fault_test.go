package omise_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// None of these requests can have been sent, and the error says so.
func TestClient_ReportsThatNothingWasSent(t *testing.T) {
	t.Parallel()
	noSuchName := &net.DNSError{Err: "no such host", Name: "api.omise.co", IsNotFound: true}
	for name, row := range map[string]struct {
		dial    func(context.Context, string, string) (net.Conn, error)
		reply   func(net.Conn) // to the first bytes of a handshake
		message string
	}{
		"nobody listens":         {dial: closedPort(t), message: "refused"},
		"unknown name":           {dial: func(context.Context, string, string) (net.Conn, error) { return nil, noSuchName }, message: "no such host"},
		"closed in a handshake":  {reply: func(net.Conn) {}, message: "EOF"},
		"reset in a handshake":   {reply: func(conn net.Conn) { reset(conn) }, message: "reset"},
		"no TLS":                 {reply: func(conn net.Conn) { writeAndClose("HTTP/1.1 400 Bad Request\r\n\r\n")(conn) }, message: "TLS"},
		"no TLS, and no HTTP":    {reply: func(conn net.Conn) { writeAndClose("220 mail.example ESMTP\r\n")(conn) }, message: "TLS"},
		"a fatal alert":          {reply: func(conn net.Conn) { writeAndClose("\x15\x03\x03\x00\x02\x02\x28")(conn) }, message: "handshake failure"},
		"half of a server hello": {reply: func(conn net.Conn) { writeAndClose("\x16\x03\x03\x00\x7a\x02\x00")(conn) }, message: "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dial := row.dial
			if dial == nil {
				dial = tlsServer(t, row.reply)
			}
			c, err := omise.NewWithDial(testKeys(), &omise.Options{Backoff: noBackoff}, dial)
			require.NoError(t, err)
			_, err = c.CreateCharge(t.Context(), newCharge())
			failed := errorOf(t, err)
			assert.Equal(t, omise.KindUnreachable, failed.Kind, err)
			assert.False(t, failed.Sent)
			assert.Zero(t, failed.HTTPStatus)
			assert.Contains(t, failed.Message, row.message)
			assert.NotContains(t, failed.Message, "mail.example")
		})
	}
}

// closedPort returns a dialler of a port that nobody listens on.
func closedPort(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

// tlsServer returns a dialler of a server that replies to the first bytes and closes.
func tlsServer(t *testing.T, reply func(net.Conn)) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 16<<10))
			reply(conn)
			_ = conn.Close()
		}
	}()
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, listener.Addr().String())
	}
}

func TestClient_GivesUpAHandshakeThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{hang}}
		c, err := omise.NewWithDial(testKeys(), &omise.Options{Backoff: noBackoff}, func(context.Context, string, string) (net.Conn, error) {
			near, far := net.Pipe()
			g.served.Go(func() { _, _ = far.Read(make([]byte, 16<<10)); hang(far); _ = far.Close() })
			return near, nil
		})
		require.NoError(t, err)
		took := elapsed(func() { _, err = c.CreateCharge(t.Context(), newCharge()) })
		assert.Equal(t, omise.MaxAttempts*3*time.Second, took)
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindUnreachable, failed.Kind)
		assert.False(t, failed.Sent)
		assert.Contains(t, failed.Message, "TLS handshake timeout")
		g.served.Wait()
	})
}

// Only status and headers of an answer that is too large are used. The code of a
// 400 may have been backend_error, whatever its first bytes are.
func TestClient_JudgesAnAnswerThatIsTooLargeByItsStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]omise.Kind{
		200: omise.KindMalformed, 400: omise.KindMalformed, 401: omise.KindUnauthorized, 404: omise.KindRefused, 409: omise.KindConflict,
		422: omise.KindRefused, 429: omise.KindRateLimited, 500: omise.KindFault, 503: omise.KindFault,
	} {
		for _, begin := range []string{`{"object":"error","code":"not_found","message":"`, "<html>"} {
			g, base := listen(t, answer(status, headers("Retry-After: 7", "X-Request-Id: 7f0c"), begin+strings.Repeat("x", 1<<20)))
			_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
			failed := errorOf(t, err)
			assert.Equal(t, want, failed.Kind, status)
			assert.True(t, failed.Sent)
			assert.Equal(t, status, failed.HTTPStatus)
			assert.Equal(t, 7*time.Second, failed.RetryAfter)
			assert.Equal(t, "7f0c", failed.RequestID)
			assert.Empty(t, failed.Code)
			if status == http.StatusOK {
				assert.Contains(t, failed.Message, "too large")
			}
			assert.Len(t, g.received(), 1)
		}
	}
}

func TestClient_IgnoresInformationalAnswers(t *testing.T) {
	t.Parallel()
	body := testdata(t, "charge_pending_2019.json")
	_, base := listen(t, func(conn net.Conn) bool {
		return raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")(conn) && ok(body)(conn)
	})
	charge, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
	require.NoError(t, err)
	assert.Equal(t, chargeID, charge.ID)
}

// A POST without a body looks harmless to net/http, and is not.
func TestClient_SendsAPostWithoutABodyOnceOnAConnectionUsedBefore(t *testing.T) {
	t.Parallel()
	pending := ok(testdata(t, "charge_pending_2019.json"))
	for name, fault := range map[string]reply{
		"reset": reset, "closed": writeAndClose(""), "closed in headers": writeAndClose("HTTP/1.1 200 OK\r\nContent-"), "truncated": writeAndClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, base := listen(t, pending, fault)
			c := client(t, base, nil)
			_, err := c.RetrieveCharge(t.Context(), chargeID)
			require.NoError(t, err)
			_, err = c.ExpireCharge(t.Context(), chargeID)
			failed := errorOf(t, err)
			assert.Equal(t, omise.KindLost, failed.Kind)
			assert.True(t, failed.Sent)
			got := g.received()
			require.Len(t, got, 2)
			assert.Equal(t, http.MethodPost, got[1].method)
			assert.Equal(t, got[0].conn, got[1].conn, "the connection was used before")
		})
	}
}

func TestClient_KeepsStatusAndRequestIDOfAnAnswerThatBreaksOff(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		reply   reply
		message string
	}{
		"closed": {writeAndClose("HTTP/1.1 200 OK\r\nX-Request-Id: 7f0c\r\nContent-Length: 9\r\n\r\n{"), "the connection was closed before a complete answer arrived"},
		"reset": {func(conn net.Conn) bool {
			raw("HTTP/1.1 200 OK\r\nX-Request-Id: 7f0c\r\nContent-Length: 9\r\n\r\n{")(conn)
			return reset(conn)
		}, "the connection "},
		"chunk": {writeAndClose("HTTP/1.1 200 OK\r\nX-Request-Id: 7f0c\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"), "the connection broke, or the answer was not HTTP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := listen(t, row.reply)
			_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
			failed := errorOf(t, err)
			assert.Equal(t, omise.KindLost, failed.Kind)
			assert.True(t, failed.Sent)
			assert.Contains(t, failed.Message, row.message)
			if name != "reset" { // which may overtake the answer
				assert.Equal(t, http.StatusOK, failed.HTTPStatus)
				assert.Equal(t, "7f0c", failed.RequestID)
			}
		})
	}
}

func TestClient_DoesNotTakeAProtocolSwitchForAnAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{func(conn net.Conn) bool {
			return raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")(conn) && hang(conn)
		}}}
		c := pipeClient(t, g, nil)
		var err error
		took := elapsed(func() { _, err = c.CreateCharge(t.Context(), newCharge()) })
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindMalformed, failed.Kind)
		assert.True(t, failed.Sent)
		assert.Zero(t, took)
		assert.Len(t, g.received(), 1)
	})
}
