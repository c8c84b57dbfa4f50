package plugin

import (
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/confine"
)

// The ports that every provider keeps: gateways answer at the one, and DNS
// falls back to the other when an answer is too long for UDP.
const (
	portHTTPS = 443
	portDNS   = 53
)

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
			if port, ok := confine.PortOf(strings.TrimSpace(item)); ok {
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
	ports := slices.Concat([]uint16{portDNS, portHTTPS}, declared, confine.ProxyPorts(os.Getenv))
	slices.Sort(ports)
	return slices.Compact(ports)
}
