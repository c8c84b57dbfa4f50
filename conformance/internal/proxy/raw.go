package proxy

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// raw sends what net/http would not send.
func (p *Proxy) raw(w http.ResponseWriter, x *Exchange, f *Fault, a *answer) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		p.failed(w, x, err)
		return
	}
	defer func() {
		_ = conn.Close()
		p.mu.Lock()
		delete(p.conns, conn)
		p.mu.Unlock()
	}()
	switch f.Kind { //nolint:exhaustive // the others are corrupted by net/http
	case FaultReset:
		reset(conn)
	case FaultSlowHeaders:
		p.writeSlowly(conn, head(a, len(a.body)), f.Delay)
	case FaultDrip:
		p.journal.update(func() { x.Status = a.status })
		_, _ = conn.Write(head(a, len(a.body)))
		p.writeSlowly(conn, a.body, dripPause(f))
	case FaultTruncate:
		p.journal.update(func() { x.Status = a.status })
		_, _ = conn.Write(head(a, len(a.body)))
		_, _ = conn.Write(a.body[:min(f.Bytes, max(len(a.body)-1, 0))])
	case FaultBadChunk:
		p.journal.update(func() { x.Status = a.status })
		_, _ = conn.Write(head(a, -1))
		_, _ = conn.Write([]byte("zz\r\n{\"id\":\r\n0\r\n\r\n"))
	}
}

// reset closes a connection with a RST.
func reset(conn net.Conn) {
	if tcp, ok := bare(conn).(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = bare(conn).Close()
}

// finish closes a connection when the other end has done so, or after a second. What a
// closed connection has not read would be answered with a RST.
func (p *Proxy) finish(r *http.Request, conn net.Conn) {
	if encrypted, ok := conn.(*tls.Conn); ok {
		_ = encrypted.CloseWrite()
	}
	if tcp, ok := bare(conn).(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	_ = p.wait(r, nil, timer.C)
	_ = conn.Close()
}

func dripPause(f *Fault) time.Duration { return time.Second / time.Duration(max(f.Bytes, 1)) }

// rawHTTP2 does to a stream what raw does to a connection.
func (p *Proxy) rawHTTP2(w http.ResponseWriter, r *http.Request, x *Exchange, f *Fault, a *answer) {
	begin := func() {
		p.journal.update(func() { x.Status = a.status })
		maps.Copy(w.Header(), a.header)
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		w.WriteHeader(a.status)
		_ = http.NewResponseController(w).Flush()
	}
	switch f.Kind { //nolint:exhaustive // the others are corrupted by net/http
	case FaultReset:
		reset(connectionOf(r.Context()))
	case FaultCloseNoResponse:
		p.finish(r, connectionOf(r.Context()))
	case FaultSlowHeaders: // a frame of headers comes whole or not at all
		timer := time.NewTimer(f.Delay * time.Duration(len(head(a, len(a.body)))))
		defer timer.Stop()
		_ = p.wait(r, nil, timer.C)
	case FaultDrip:
		begin()
		p.writeSlowly(flushed{w}, a.body, dripPause(f))
		return
	case FaultTruncate:
		begin()
		_, _ = flushed{w}.Write(a.body[:min(f.Bytes, max(len(a.body)-1, 0))])
	case FaultBadChunk:
		begin()
		_, _ = flushed{w}.Write([]byte("{\"id\":"))
	}
	panic(http.ErrAbortHandler) // resets the stream
}

// flushed sends each write at once.
type flushed struct{ http.ResponseWriter }

func (f flushed) Write(content []byte) (int, error) {
	n, err := f.ResponseWriter.Write(content)
	if err == nil {
		err = http.NewResponseController(f.ResponseWriter).Flush()
	}
	return n, err
}

// writeSlowly writes a byte at a time until the provider closes the connection.
func (p *Proxy) writeSlowly(conn io.Writer, content []byte, pause time.Duration) {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for _, b := range content {
		if _, err := conn.Write([]byte{b}); err != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-p.ctx.Done():
			return
		}
	}
}

// head returns the status line and the headers. A negative length means chunks.
func head(a *answer, length int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		for _, value := range a.header[name] {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	if length < 0 {
		b.WriteString("Transfer-Encoding: chunked\r\n")
	} else {
		b.WriteString("Content-Length: " + strconv.Itoa(length) + "\r\n")
	}
	b.WriteString("Connection: close\r\n\r\n")
	return b.Bytes()
}
