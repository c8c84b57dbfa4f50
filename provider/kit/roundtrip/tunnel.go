package roundtrip

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

// A dialer opens a connection.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// tunnel opens connections to gateways through a proxy. net/http could do so
// itself. But it asks a proxy over https for HTTP/2, in which it cannot ask for a
// tunnel, gives the answer to CONNECT a minute, and its errors do not say whether
// the proxy or the gateway failed.
type tunnel struct {
	proxy *proxy
	dial  dialer
	roots *x509.CertPool
	// How long each step may take.
	dialTimeout, tlsTimeout, connectTimeout time.Duration
}

// open is a dialer for gateways. Its errors are of type *proxyError.
func (t *tunnel) open(ctx context.Context, network, gateway string) (net.Conn, error) {
	conn, err := t.reach(ctx, network)
	if err != nil {
		return nil, &proxyError{failure: proxyUnreachable, err: err}
	}
	if t.proxy.secure {
		secured, err := t.secure(ctx, conn)
		if err != nil {
			_ = conn.Close()
			return nil, &proxyError{failure: proxyUntrusted, err: err}
		}
		conn = secured
	}
	if err := t.connect(ctx, conn, gateway); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

func (t *tunnel) reach(ctx context.Context, network string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.dialTimeout)
	defer cancel()
	return t.dial(ctx, network, t.proxy.address)
}

func (t *tunnel) secure(ctx context.Context, conn net.Conn) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.tlsTimeout)
	defer cancel()
	secured := tls.Client(conn, &tls.Config{
		MinVersion: tls.VersionTLS12, RootCAs: t.roots, ServerName: t.proxy.name, NextProtos: []string{"http/1.1"},
	})
	return secured, secured.HandshakeContext(ctx)
}

// connect asks the proxy for a tunnel to the gateway.
func (t *tunnel) connect(ctx context.Context, conn net.Conn, gateway string) error {
	_ = conn.SetDeadline(time.Now().Add(t.connectTimeout))
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	status, err := t.ask(conn, gateway)
	inTime := stop()
	_ = conn.SetDeadline(time.Time{})
	switch {
	case !inTime:
		return &proxyError{failure: proxyTimeout, err: ctx.Err()}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &proxyError{failure: proxyTimeout, err: err}
	case err != nil:
		return &proxyError{failure: proxyMalformed, err: err}
	case status/100 != 2:
		return refusal(status)
	}
	return nil
}

var errBeforeTLS = errors.New("bytes came out of the tunnel before any were sent into it")

// ask sends CONNECT and reads the answer, whose body, if any, is left unread.
func (t *tunnel) ask(conn net.Conn, gateway string) (status int, err error) {
	request := &http.Request{
		Method: http.MethodConnect, URL: &url.URL{Opaque: gateway}, Host: gateway,
		Header: http.Header{"User-Agent": {""}}, // which sends none
	}
	if authorization := t.proxy.authorization(); authorization != "" {
		request.Header.Set("Proxy-Authorization", authorization)
	}
	if err := request.Write(conn); err != nil {
		return 0, err
	}
	reader := bufio.NewReader(io.LimitReader(conn, maxHeaderBytes))
	response, err := http.ReadResponse(reader, request) //nolint:bodyclose // its body would be read to the end of the connection
	if err != nil {
		return 0, err
	}
	if response.StatusCode/100 == 2 && reader.Buffered() > 0 {
		return 0, errBeforeTLS
	}
	return response.StatusCode, nil
}
