package roundtrip_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

func TestTransport_BoundsTheBody(t *testing.T) {
	t.Parallel()
	const most = 1000
	chunked := func(size int) reply {
		return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\n \r\n", size) + "0\r\n\r\n")
	}
	for name, row := range map[string]struct {
		reply reply
		want  int // -1: too large
	}{
		"none":                   {answer(204, "", ""), 0},
		"as large as may be":     {answer(200, "", strings.Repeat(" ", most)), most},
		"a byte larger":          {answer(500, "", strings.Repeat(" ", most+1)), -1},
		"in chunks":              {chunked(most), most},
		"a byte larger, chunked": {chunked(most + 1), -1},
		"until it is closed":     {cut("HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat(" ", most)), most},
		"of a size that is a lie": {func(conn net.Conn) bool {
			return cut("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000\r\n\r\n" + strings.Repeat(" ", 2*most))(conn)
		}, -1},
		"without end": {func(conn net.Conn) bool {
			_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
			for piece := strings.Repeat(" ", 64<<10); err == nil; {
				_, err = io.WriteString(conn, piece)
			}
			return false
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := listen(t, row.reply)
			x := transport(t, &roundtrip.Options{MaxBody: most}).Send(request(t.Context(), t, http.MethodPost, s.base, "amount=1"))
			assert.True(t, x.Sent())
			assert.NotZero(t, x.Status)
			assert.NotNil(t, x.Header)
			if row.want < 0 {
				require.ErrorIs(t, x.Err, roundtrip.ErrTooLarge)
				assert.Nil(t, x.Body)
				return
			}
			require.NoError(t, x.Err)
			assert.Len(t, x.Body, row.want)
		})
	}
}

func TestTransport_BoundsTheBodyByItself(t *testing.T) {
	t.Parallel()
	large := listen(t, answer(200, "", strings.Repeat(" ", roundtrip.DefaultMaxBody+1)))
	x := transport(t, nil).Send(request(t.Context(), t, http.MethodGet, large.base, ""))
	require.ErrorIs(t, x.Err, roundtrip.ErrTooLarge)
	x = transport(t, &roundtrip.Options{MaxBody: int(^uint(0) >> 1)}).Send(request(t.Context(), t, http.MethodGet, large.base, ""))
	require.NoError(t, x.Err)
	assert.Len(t, x.Body, roundtrip.DefaultMaxBody+1)
}

func TestTransport_UnpacksNothing(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = writer.Write(make([]byte, 1<<20))
	require.NoError(t, writer.Close())
	s := listen(t, answer(200, "Content-Encoding: gzip\r\n", packed.String()))
	x := transport(t, nil).Send(request(t.Context(), t, http.MethodGet, s.base, ""))
	require.NoError(t, x.Err)
	assert.Equal(t, packed.Bytes(), x.Body)
	assert.Empty(t, s.seen()[0].header.Get("Accept-Encoding"))
}

// The body of a 101 is the connection itself, which net/http leaves open
// whatever becomes of the context.
func TestTransport_DoesNotWaitForTheBodyOfASwitchedProtocol(t *testing.T) {
	t.Parallel()
	s := listen(t, hold("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", make(chan struct{})))
	x := transport(t, nil).Send(request(t.Context(), t, http.MethodPost, s.base, "amount=1"))
	assert.True(t, x.Sent())
	assert.Equal(t, 101, x.Status)
	assert.Empty(t, x.Body)
}

func TestTransport_KeepsConnectionsOpenUntilToldOtherwise(t *testing.T) {
	t.Parallel()
	s := listen(t, answer(200, "", "{}"), answer(500, "", "{}"), answer(204, "", ""), answer(200, "", "{}"))
	sender := transport(t, nil)
	for range 4 {
		require.NoError(t, sender.Send(request(t.Context(), t, http.MethodPost, s.base, "amount=1")).Err)
	}
	(&http.Client{Transport: sender}).CloseIdleConnections() // as an SDK does it
	require.NoError(t, sender.Send(request(t.Context(), t, http.MethodPost, s.base, "amount=1")).Err)
	var conns []int
	for _, request := range s.seen() {
		conns = append(conns, request.conn)
	}
	assert.Equal(t, []int{1, 1, 1, 1, 2}, conns)
}

func TestTransport_ClosesAConnectionThatRestsTooLong(t *testing.T) {
	t.Parallel()
	closed := make(chan error)
	base := "http://" + serve(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 1<<10)) // the request
		answer(200, "", "{}")(conn)
		_, err := io.Copy(io.Discard, conn) // the end
		closed <- err
	})
	require.NoError(t, transport(t, &roundtrip.Options{IdleTimeout: time.Millisecond}).Send(request(t.Context(), t, http.MethodGet, base, "")).Err)
	assert.NoError(t, <-closed)
}

func TestTransport_KeepsAsManyConnectionsAsItMay(t *testing.T) {
	t.Parallel()
	const atOnce = 3
	together := func() reply { // answers when all have come
		var come atomic.Int32
		all := make(chan struct{})
		return func(conn net.Conn) bool {
			if come.Add(1) == atOnce {
				close(all)
			}
			<-all
			return answer(200, "", "{}")(conn)
		}
	}
	for most, want := range map[int]int{0: atOnce, 1: atOnce + atOnce - 1} {
		first, second := together(), together()
		s := listen(t, first, first, first, second)
		sender := transport(t, &roundtrip.Options{MaxIdle: most})
		for range 2 {
			var sent sync.WaitGroup
			for range atOnce {
				sent.Go(func() { assert.NoError(t, sender.Send(request(t.Context(), t, http.MethodGet, s.base, "")).Err) })
			}
			sent.Wait()
		}
		conns := map[int]bool{}
		for _, request := range s.seen() {
			conns[request.conn] = true
		}
		assert.Len(t, conns, want)
	}
}

func TestTransport_AsksTheEnvironmentForNoProxy(t *testing.T) {
	proxy := listen(t, answer(200, "", "{}"))
	t.Setenv("HTTP_PROXY", proxy.base)
	t.Setenv("HTTPS_PROXY", proxy.base)
	var dialled []string
	x := transport(t, &roundtrip.Options{Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		dialled = append(dialled, address)
		return nil, io.ErrUnexpectedEOF
	}}).Send(request(t.Context(), t, http.MethodGet, "https://api.gateway.test", ""))
	require.Error(t, x.Err)
	assert.Equal(t, []string{"api.gateway.test:443"}, dialled)
	assert.Empty(t, proxy.seen())
}

func TestExchange_TellsTheGatewaysClockAndWait(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	told := "Date: " + date.Format(http.TimeFormat) + "\r\n"
	until := func(at time.Time) string { return "Retry-After: " + at.UTC().Format(http.TimeFormat) + "\r\n" }
	for _, row := range []struct {
		headers string
		want    time.Duration
	}{
		{"", 0},
		{"Retry-After: 7\r\n", 7 * time.Second},
		{"Retry-After: 86400\r\n" + told, 10 * time.Minute},
		{until(date.Add(90*time.Second)) + told, 90 * time.Second},
		{until(date.Add(90 * time.Second)), 0},
		{until(time.Now().Add(time.Hour)), 10 * time.Minute},
	} {
		s := listen(t, answer(429, row.headers, ""))
		x := transport(t, &roundtrip.Options{MaxRetryAfter: 10 * time.Minute}).Send(request(t.Context(), t, http.MethodGet, s.base, ""))
		require.NoError(t, x.Err)
		assert.Equal(t, row.want, x.RetryAfter(), row.headers)
		clock, ok := x.Date()
		assert.Equal(t, strings.Contains(row.headers, told), ok)
		if ok {
			assert.Equal(t, date, clock)
		}
	}
}

func TestExchange_IsOfUseToTestsOfItsUsers(t *testing.T) {
	t.Parallel()
	x := &roundtrip.Exchange{Tried: true, Status: 429, Header: http.Header{"Retry-After": {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}}}
	assert.True(t, x.Sent(), "there is an answer")
	assert.Equal(t, maxRetryAfter, x.RetryAfter())
	none := &roundtrip.Exchange{}
	assert.False(t, none.Sent())
	assert.Zero(t, none.RetryAfter())
	_, ok := none.Date()
	assert.False(t, ok)
}
