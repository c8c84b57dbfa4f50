package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// None in place of a pointer says that the gateway does not tell this. A field
// that is left out says nothing, and what needs it is unverified.
const None = "none"

// untold are the fields that can be None.
var untold = []string{"method", "live"}

// checkPointers finds fields that are no JSON Pointers. An answer cannot be
// falsified at such a place, and a clause that tries would be an error.
func (m *Manifest) checkPointers() error {
	var problems []error
	check := func(name, pointer string) {
		if pointer == None && slices.Contains(untold, name) {
			return
		}
		if pointer != "" && !strings.HasPrefix(pointer, "/") {
			problems = append(problems, fmt.Errorf("fields.%s is %q; a JSON Pointer begins with /", name, pointer))
		}
	}
	f := &m.Fields
	for _, field := range []struct{ name, pointer string }{
		{"id", f.ID},
		{"key", f.Key},
		{"amount", f.Amount},
		{"refunded", f.Refunded},
		{"currency", f.Currency},
		{"method", f.Method},
		{"live", f.Live},
		{"status", f.Status},
		{"return_url", f.ReturnURL},
		{"list", f.List},
		{"total", f.Total},
		{"event", f.Event},
		{"event_live", f.EventLive},
	} {
		check(field.name, field.pointer)
	}
	for _, pointer := range f.Paid {
		check("paid", pointer)
	}
	for name, values := range map[string]map[string]any{"decline": f.Decline, "timeout": f.Timeout, "no_refunds": f.NoRefunds} {
		for _, pointer := range slices.Sorted(maps.Keys(values)) {
			check(name, pointer)
		}
	}
	return errors.Join(problems...)
}
