package plugin

import (
	"maps"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/confine"
)

// The ports that every provider keeps: gateways answer at 443, and DNS falls
// back to TCP at 53 when an answer is too long for UDP.
const (
	portHTTPS = 443
	portDNS   = 53
)

// configuredPort is a port that a field of a configuration leads to.
type configuredPort struct {
	port  uint16
	field string // as in contract.Violation
}

// configuredPorts returns the ports that the values of a configuration lead to,
// and those of the defaults of values that are not given.
func configuredPorts(d *contract.Descriptor, c *contract.Configuration) []configuredPort {
	var found []configuredPort
	take := func(field, value string) {
		for item := range strings.SplitSeq(value, ",") {
			if port, ok := confine.PortOf(strings.TrimSpace(item)); ok {
				found = append(found, configuredPort{port, field})
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
		// Only of URLs: what looks like host:port may be a key, and ports are
		// reported.
		if secret := c.Secrets[name].Reveal(); strings.HasPrefix(secret, "https://") || strings.HasPrefix(secret, "http://") {
			take("secrets["+name+"]", secret)
		}
	}
	return found
}

// standingPorts returns the ports that do not depend on the configuration.
func standingPorts(declared []uint16) []uint16 {
	ports := slices.Concat([]uint16{portDNS, portHTTPS}, declared)
	slices.Sort(ports)
	return slices.Compact(ports)
}
