package proxy

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"time"

	"github.com/paysocket/paysocket/internal/authority"
)

// TLS is what a [Proxy] proves with who it is, and what proves nothing.
type TLS struct {
	right  *tls.Config
	faulty map[Kind]*tls.Config
}

// NewTLS returns the TLS of proxies on loopback, which trusted certifies.
func NewTLS(trusted *authority.Authority) (*TLS, error) {
	unknown, err := authority.New()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	t := &TLS{faulty: make(map[Kind]*tls.Config)}
	for kind, made := range map[Kind]struct {
		by   *authority.Authority
		name string
		from time.Time
	}{
		"":                    {trusted, loopback, now.Add(-time.Minute)},
		FaultWrongName:        {trusted, "gateway.example", now.Add(-time.Minute)},
		FaultUnknownAuthority: {unknown, loopback, now.Add(-time.Minute)},
		FaultExpired:          {trusted, loopback, now.Add(-50 * time.Hour)},
		FaultOldTLS:           {trusted, loopback, now.Add(-time.Minute)},
	} {
		certificate, err := made.by.Certify(made.name, made.from)
		if err != nil {
			return nil, fmt.Errorf("certifying the proxy: %w", err)
		}
		t.faulty[kind] = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}
	}
	t.right = t.faulty[""]
	delete(t.faulty, "")
	old := t.faulty[FaultOldTLS]
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 // what a provider has to refuse
	for _, config := range t.faulty {
		config.SessionTicketsDisabled = true // who resumes a session sees no certificate
	}
	return t, nil
}

// loopback is the name by which a provider knows a proxy.
const loopback = "127.0.0.1"

// provesNothing reports whether the gateway cannot prove who it is.
func (k Kind) provesNothing() bool {
	switch k { //nolint:exhaustive // the others are about requests
	case FaultWrongName, FaultUnknownAuthority, FaultExpired, FaultOldTLS:
		return true
	default:
		return false
	}
}

// identity returns the TLS of a new connection.
func (p *Proxy) identity(*tls.ClientHelloInfo) (*tls.Config, error) {
	config := p.options.TLS.right
	for _, armed := range p.Armed() {
		if armed.meets() {
			config = p.options.TLS.faulty[armed.fault.Kind]
			break
		}
	}
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"}
	if p.options.HTTP2 && config.MaxVersion != tls.VersionTLS11 { // older TLS has no HTTP/2
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	return config, nil
}

// meets counts a new connection, and reports whether the fault applies to it.
func (a *ArmedFault) meets() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.disarmed || !a.fault.Kind.provesNothing() {
		return false
	}
	a.fired++
	a.reach()
	return true
}

// bare returns the connection under TLS: closing it waits for nobody.
func bare(conn net.Conn) net.Conn {
	if encrypted, ok := conn.(*tls.Conn); ok {
		return encrypted.NetConn()
	}
	return conn
}

// speaksHTTP2 reports whether HTTP/2 was agreed on for a connection.
func speaksHTTP2(conn net.Conn) bool {
	encrypted, ok := conn.(*tls.Conn)
	return ok && encrypted.ConnectionState().NegotiatedProtocol == "h2"
}

type connectionKey struct{}

func withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

// connectionOf returns the connection on which a request came.
func connectionOf(ctx context.Context) net.Conn {
	conn, _ := ctx.Value(connectionKey{}).(net.Conn)
	return conn
}
