package roundtrip

import (
	"cmp"
	"encoding/base64"
	"net"
	"net/url"
)

// proxy is a proxy's address, taken apart.
type proxy struct {
	name    string // the host, as its certificate has it
	address string // host:port
	secure  bool   // TLS leads to the proxy itself

	// authorization returns the header Proxy-Authorization, or "". It is a
	// function because a value would be printed with the struct.
	authorization func() string
}

// readProxy returns the proxy of Options.Proxy. One that cannot be read is at no
// address, and cannot be dialled.
func readProxy(of func() (address, credentials string)) *proxy {
	address, credentials := of()
	p := &proxy{authorization: func() string {
		if credentials == "" {
			return ""
		}
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
	}}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return p
	}
	p.name, p.secure = u.Hostname(), u.Scheme == "https"
	standard := "80"
	if p.secure {
		standard = "443"
	}
	p.address = net.JoinHostPort(p.name, cmp.Or(u.Port(), standard))
	return p
}
