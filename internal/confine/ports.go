package confine

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// schemePorts are the ports of URLs that name none.
var schemePorts = map[string]uint16{"https": 443, "http": 80, "socks5": 1080, "socks5h": 1080}

// PortOf returns the TCP port to which a value leads, if it is a URL or has the
// form host:port; false if it is neither.
func PortOf(value string) (uint16, bool) {
	port := ""
	if u, err := url.Parse(value); err == nil && u.Scheme != "" && u.Hostname() != "" {
		if port = u.Port(); port == "" {
			number, known := schemePorts[strings.ToLower(u.Scheme)]
			return number, known
		}
	} else if host, after, err := net.SplitHostPort(value); err == nil && host != "" {
		port = after
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return uint16(number), err == nil && number > 0
}
