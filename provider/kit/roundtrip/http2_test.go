package roundtrip_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// What the frames of HTTP/2 are (RFC 9113), as far as these tests need it.
const (
	frameData, frameHeaders, frameReset, frameSettings = 0, 1, 3, 4
	flagEndStream, flagEndHeaders, flagAck             = 1, 4, 1
	protocolError, internalError, refusedStream        = 1, 2, 7
	headerStatus200                                    = 0x88 // an index of HPACK's static table
)

func frame(kind, flags byte, stream uint32, payload ...byte) []byte {
	head := make([]byte, 9)
	binary.BigEndian.PutUint32(head, uint32(len(payload))<<8|uint32(kind))
	head[4] = flags
	binary.BigEndian.PutUint32(head[5:], stream)
	return append(head, payload...)
}

// A frameServer speaks HTTP/2 in frames, so that it can do to a stream what
// net/http would not. It answers the requests with these codes, one each; 0 is
// a success, and -1 is nothing, now and for ever.
type frameServer struct {
	codes    []int
	requests atomic.Int32
}

func (s *frameServer) serve(conn net.Conn) {
	if _, err := io.ReadFull(conn, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	out := frame(frameSettings, 0, 0)
	for {
		if _, err := conn.Write(out); err != nil {
			return
		}
		head := make([]byte, 9)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(head)>>8)); err != nil {
			return
		}
		out = nil
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == frameSettings && flags&flagAck == 0:
			out = frame(frameSettings, flagAck, 0)
		case (kind == frameHeaders || kind == frameData) && flags&flagEndStream != 0:
			code := s.codes[min(int(s.requests.Add(1)), len(s.codes))-1]
			if code < 0 {
				_, _ = io.Copy(io.Discard, conn)
				return
			}
			out = frame(frameHeaders, flagEndHeaders|flagEndStream, stream, headerStatus200)
			if code > 0 {
				out = frame(frameReset, 0, stream, 0, 0, 0, byte(code))
			}
		}
	}
}

// listenFrames runs a frameServer over TLS.
func listenFrames(t *testing.T, codes ...int) (*frameServer, string, *x509.CertPool) {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(certified.Close)
	pool := x509.NewCertPool()
	pool.AddCert(certified.Certificate())
	config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: certified.TLS.Certificates, NextProtos: []string{"h2"}}
	s := &frameServer{codes: codes}
	return s, "https://" + serve(t, func(conn net.Conn) { s.serve(tls.Server(conn, config)) }), pool
}

func TestTransport_RepeatsWhatMovesMoneyOnlyIfToldOverHTTP2(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		code              int
		method, body, key string
		repeatKeyed       bool
		want              int32
	}{
		"refused, a body":              {refusedStream, http.MethodPost, "amount=1", "k1", false, 1},
		"refused, no body":             {refusedStream, http.MethodPost, "", "k1", false, 1},
		"an error, a body":             {protocolError, http.MethodPost, "amount=1", "k1", false, 1},
		"an error, no body":            {protocolError, http.MethodPost, "", "k1", false, 1},
		"a fault, a body":              {internalError, http.MethodPost, "amount=1", "k1", true, 1},
		"refused, no key, if told":     {refusedStream, http.MethodPost, "amount=1", "", true, 1},
		"an error, no key, if told":    {protocolError, http.MethodPost, "", "", true, 1},
		"refused, a body, if told":     {refusedStream, http.MethodPost, "amount=1", "k1", true, 2},
		"an error, no body, if told":   {protocolError, http.MethodPost, "", "k1", true, 2},
		"a read, which moves no money": {refusedStream, http.MethodGet, "", "", false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, base, pool := listenFrames(t, 0, row.code, 0)
			sender := transport(t, &roundtrip.Options{RootCAs: pool, RepeatKeyed: row.repeatKeyed})
			x := sender.Send(request(t.Context(), t, http.MethodGet, base, ""))
			require.NoError(t, x.Err)
			require.Equal(t, 200, x.Status)
			r := request(t.Context(), t, row.method, base, row.body)
			if row.key != "" {
				r.Header.Set("Idempotency-Key", row.key)
			}
			x = sender.Send(r)
			assert.True(t, x.Sent())
			assert.Equal(t, row.want, s.requests.Load()-1)
			assert.Equal(t, row.want == 1, x.Err != nil, "%v", x.Err)
			if row.want == 1 && row.body == "" {
				require.ErrorIs(t, x.Err, roundtrip.ErrRepeated)
			}
		})
	}
}

// An HTTP/2 connection that died in silence must not take every request with it
// until the system gives it up.
func TestTransport_LeavesAConnectionThatIsDead(t *testing.T) {
	t.Parallel()
	s, base, pool := listenFrames(t, 0, -1, 0)
	sender := transport(t, &roundtrip.Options{RootCAs: pool, PingAfter: 600 * time.Millisecond})
	require.NoError(t, sender.Send(request(t.Context(), t, http.MethodGet, base, "")).Err)
	x := sender.Send(request(t.Context(), t, http.MethodPost, base, "amount=1")) // without a deadline
	require.Error(t, x.Err)
	assert.True(t, x.Sent())
	require.NoError(t, sender.Send(request(t.Context(), t, http.MethodPost, base, "amount=1")).Err)
	assert.Equal(t, int32(3), s.requests.Load())
}

func TestTransport_SpeaksHTTP2(t *testing.T) {
	t.Parallel()
	base, pool := secure(t, true, func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, 2, r.ProtoMajor)
		assert.Empty(t, r.Header.Get("Accept-Encoding"))
		if r.Method == http.MethodPost {
			panic(http.ErrAbortHandler) // resets the stream
		}
		_, _ = io.WriteString(w, "{}")
	})
	sender := transport(t, &roundtrip.Options{RootCAs: pool})
	x := sender.Send(request(t.Context(), t, http.MethodGet, base, ""))
	require.NoError(t, x.Err)
	assert.Equal(t, "{}", string(x.Body))
	x = sender.Send(request(t.Context(), t, http.MethodPost, base, "amount=1"))
	require.Error(t, x.Err)
	assert.True(t, x.Sent())
}
