package plugin

import (
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/contract"
)

// The ports that every provider keeps: gateways answer at the one, and DNS
// falls back to the other when an answer is too long for UDP.
const (
	portHTTPS = 443
	portDNS   = 53
)

// proxyVariables lead a provider to its gateway by another port.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"}

// placed is a port and what asks for it.
type placed struct {
	port  uint16
	field string // as in contract.Violation
}

// configuredPorts gives the ports that the values of a configuration lead to,
// and those of the defaults that stand for values which are not given.
func configuredPorts(d *contract.Descriptor, c *contract.Configuration) []placed {
	var found []placed
	take := func(field, value string) {
		for item := range strings.SplitSeq(value, ",") {
			if port, ok := portIn(strings.TrimSpace(item)); ok {
				found = append(found, placed{port, field})
			}
		}
	}
	for _, field := range d.ConfigFields {
		if _, given := c.Settings[field.Name]; !given && !field.Secret {
			take("settings["+field.Name+"]", field.Default)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		take("settings["+name+"]", c.Settings[name])
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		// Only of URLs: what looks like host:port may be a key, and the ports
		// are told.
		if secret := c.Secrets[name].Reveal(); strings.HasPrefix(secret, "https://") || strings.HasPrefix(secret, "http://") {
			take("secrets["+name+"]", secret)
		}
	}
	return found
}

// standingPorts are those that do not depend on the configuration.
func standingPorts(declared []uint16) []uint16 {
	ports := append([]uint16{portDNS, portHTTPS}, declared...)
	for _, name := range proxyVariables {
		value := os.Getenv(name)
		if value != "" && !strings.Contains(value, "://") {
			value = "http://" + value
		}
		if port, ok := portIn(value); ok {
			ports = append(ports, port)
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// schemePorts are the ports of URLs that name none.
var schemePorts = map[string]uint16{"https": portHTTPS, "http": 80, "socks5": 1080, "socks5h": 1080}

// portIn gives the port that a value leads to, if it is a URL or host:port.
func portIn(value string) (uint16, bool) {
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
