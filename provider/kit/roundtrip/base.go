package roundtrip

import (
	"net"
	"net/url"
	"strings"
)

// IsSafeBase reports whether a secret key may be sent to base, the address of
// an API. It must be scheme, host and port alone, and https, or http on this
// machine (localhost or a loopback address), where a sandbox listens. A user, a
// path (even a slash at the end), a query and a fragment are refused, so that
// the address shows at a glance where requests go.
func IsSafeBase(base string) bool {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || base != u.Scheme+"://"+u.Host {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
