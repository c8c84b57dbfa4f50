package roundtrip_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

func TestTransport_SaysThatNothingWasSent(t *testing.T) {
	t.Parallel()
	untrusted, _ := secure(t, false, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	named, pool := secure(t, false, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	_, port, err := net.SplitHostPort(strings.TrimPrefix(named, "https://"))
	require.NoError(t, err)
	plain := listen(t, answer(200, "", "{}"))
	mute := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	proxy := listen(t, answer(407, "", ""))
	for name, row := range map[string]struct {
		base    string
		options roundtrip.Options
		header  string
		want    func(error) bool
	}{
		"refused":      {base: "http://" + closedAddress(t), want: func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }},
		"unknown name": {base: "http://api.gateway.test", options: roundtrip.Options{Dial: unknownNames(t)}, want: isUnknownName},
		"a dial that ends": {base: "http://api.gateway.test", options: roundtrip.Options{Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, io.ErrUnexpectedEOF
		}}},
		"a dial that takes too long":        {base: plain.base, options: roundtrip.Options{DialTimeout: time.Nanosecond}, want: isTimeout},
		"an untrusted certificate":          {base: untrusted},
		"a certificate of another name":     {base: "https://localhost:" + port, options: roundtrip.Options{RootCAs: pool}},
		"no TLS":                            {base: strings.Replace(plain.base, "http:", "https:", 1)},
		"a handshake that is reset":         {base: "https://" + serve(t, func(conn net.Conn) { reset(conn) })},
		"a handshake that does not come":    {base: "https://" + mute, options: roundtrip.Options{TLSTimeout: time.Millisecond}, want: isTimeout},
		"a proxy that refuses":              {base: untrusted, options: roundtrip.Options{Proxy: at(proxy.base)}},
		"a proxy that is not there":         {base: untrusted, options: roundtrip.Options{Proxy: at("http://" + closedAddress(t))}},
		"a header that cannot be written":   {base: plain.base, header: "a\nb"},
		"an address that cannot be reached": {base: "ftp://127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(t.Context(), t, http.MethodPost, row.base+"/payments", "amount=1")
			if row.header != "" {
				r.Header.Set("Authorization", row.header)
			}
			x := transport(t, &row.options).Send(r)
			require.Error(t, x.Err)
			assert.True(t, x.Tried)
			assert.False(t, x.Sent(), "%v", x.Err)
			assert.Zero(t, x.Status)
			if row.want != nil {
				assert.True(t, row.want(x.Err), "%v", x.Err)
			}
		})
	}
	t.Cleanup(func() { assert.Empty(t, plain.seen()) })
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func isUnknownName(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// unknownNames dials by a name server on this machine that knows no name.
func unknownNames(t *testing.T) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	server, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for message := make([]byte, 512); ; {
			n, from, err := server.ReadFrom(message)
			if err != nil {
				return
			}
			message[2] |= 0x80                       // an answer
			message[3] = message[3]&^0x0f | 0x80 | 3 // no such domain
			_, _ = server.WriteTo(message[:n], from) // the question and no more
		}
	}()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return (&net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}}).DialContext
}

func TestTransport_SaysThatTheRequestMayHaveLeft(t *testing.T) {
	t.Parallel()
	hurried, pool := secure(t, false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for name, row := range map[string]struct {
		reply  reply
		base   string
		status int
	}{
		"reset":                       {reply: reset},
		"closed":                      {reply: cut("")},
		"reset at its first byte":     {base: "http://" + serve(t, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)); reset(conn) })},
		"closed after the handshake":  {base: hurried},
		"closed in the status":        {reply: cut("HTTP/1.1 2")},
		"closed in the header":        {reply: cut("HTTP/1.1 200 OK\r\nContent-")},
		"not HTTP":                    {reply: cut("<html>\r\n\r\n")},
		"a header without end":        {reply: cut("HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("a", 80<<10) + "\r\n\r\n{}")},
		"a header of very many lines": {reply: cut("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Many: a\r\n", 80<<10/11) + "\r\n{}")},
		"short of its length":         {reply: cut("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{\"id\":"), status: 200},
		"a broken chunk":              {reply: cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"), status: 200},
		"chunks without an end":       {reply: cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"), status: 200},
	} {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				base := row.base
				if base == "" {
					base = listen(t, row.reply).base
				}
				x := transport(t, &roundtrip.Options{RootCAs: pool}).Send(request(t.Context(), t, method, base+"/payments", "amount=1"))
				require.Error(t, x.Err)
				assert.True(t, x.Sent(), "%v", x.Err)
				assert.Equal(t, row.status, x.Status)
				assert.Nil(t, x.Body)
				assert.Equal(t, row.status == 0, x.Header == nil)
			})
		}
	}
}

func TestTransport_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, sends := range map[string]string{
		"no answer":        "",
		"half a header":    "HTTP/1.1 200 OK\r\nContent-",
		"half a body":      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
		"chunks":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
		"until it is shut": "HTTP/1.1 200 OK\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := make(chan struct{})
			s := listen(t, hold(sends, told))
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan *roundtrip.Exchange)
			sender, post := transport(t, nil), request(ctx, t, http.MethodPost, s.base, "amount=1")
			go func() { ended <- sender.Send(post) }()
			<-told
			cancel()
			x := <-ended
			require.ErrorIs(t, x.Err, context.Canceled)
			assert.True(t, x.Sent())
			assert.Nil(t, x.Body)
		})
	}
}

func TestTransport_EndsWithTheDeadlineHoweverSlowTheBytesCome(t *testing.T) {
	t.Parallel()
	s := listen(t, func(conn net.Conn) bool {
		for _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"); err == nil; {
			_, err = io.WriteString(conn, " ")
			_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
			_, _ = conn.Read(make([]byte, 1))
		}
		return false
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	x := transport(t, nil).Send(request(ctx, t, http.MethodPost, s.base, "amount=1"))
	require.ErrorIs(t, x.Err, context.DeadlineExceeded)
	assert.True(t, x.Sent())
}

func TestTransport_SendsNothingAfterItsContext(t *testing.T) {
	t.Parallel()
	s := listen(t, answer(200, "", "{}"))
	sender := transport(t, nil)
	require.NoError(t, sender.Send(request(t.Context(), t, http.MethodGet, s.base, "")).Err) // leaves an open connection
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := sender.Send(request(ctx, t, http.MethodPost, s.base, "amount=1"))
	require.ErrorIs(t, x.Err, context.Canceled)
	assert.False(t, x.Sent())
	assert.Len(t, s.seen(), 1)
}

// A mute handshake is ended by the context too, with nothing sent.
func TestTransport_EndsWithItsContextBeforeTheConnectionIsThere(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 1)
	address := serve(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1))
		asked <- struct{}{}
		_, _ = io.Copy(io.Discard, conn)
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan *roundtrip.Exchange)
	sender, post := transport(t, nil), request(ctx, t, http.MethodPost, "https://"+address, "amount=1")
	go func() { ended <- sender.Send(post) }()
	<-asked
	cancel()
	x := <-ended
	require.ErrorIs(t, x.Err, context.Canceled)
	assert.False(t, x.Sent())
}
