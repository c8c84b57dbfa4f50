package checks

import (
	"bytes"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/proxy"
)

// sameKey reports whether all requests that can move money, from one on, are the same one
// with the same idempotency key. Gateways have headers of their own for it, or a field of
// the body.
func sameKey(journal []proxy.Exchange, from int) bool {
	var repeated, others []proxy.Exchange
	for i := range journal {
		if journal[i].Commit && from == 0 {
			repeated = append(repeated, journal[i])
			continue
		}
		others = append(others, journal[i])
		if journal[i].Commit {
			from--
		}
	}
	first := &repeated[0]
	differ := slices.ContainsFunc(repeated, func(x proxy.Exchange) bool {
		return x.Method != first.Method || x.Path != first.Path || !bytes.Equal(x.RequestBody, first.RequestBody)
	})
	keys := keyHeaders(first)
	return !differ && (len(keys) == 0 && saysIdempotency(string(first.RequestBody)) || slices.ContainsFunc(keys, func(name string) bool {
		carries := func(x proxy.Exchange) bool {
			return slices.Equal(x.RequestHeader[name], first.RequestHeader[name])
		}
		return !slices.ContainsFunc(others, carries) && !slices.ContainsFunc(repeated, func(x proxy.Exchange) bool { return !carries(x) })
	}))
}

// keyHeaders returns the headers that can carry the key: those that say so, or else any
// that does not describe the body.
func keyHeaders(x *proxy.Exchange) []string {
	var named, other []string
	for name := range x.RequestHeader {
		switch {
		case saysIdempotency(name):
			named = append(named, name)
		case strings.HasSuffix(name, "-Id"): // such as PayPal-Request-Id
			other = append(other, name)
		}
	}
	if len(named) > 0 {
		return named
	}
	return other
}

// saysIdempotency reports whether a name, or a body with names, speaks of idempotency.
func saysIdempotency(text string) bool { return strings.Contains(strings.ToLower(text), "idempoten") }
