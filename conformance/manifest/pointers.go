package manifest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// None in place of a field says that the gateway has nothing of the kind. A
// field that is left out says nothing, and what needs it is unverified.
const None = "none"

// untold are the pointers that can be None.
var untold = []string{
	"key", "refunded", "method", "live", "return_url", "total", "event", "event_live",
	"refund.currency", "refund.payment", "refund.key", "refund.live",
}

// Pointers are JSON Pointers: nil if the manifest does not tell them, empty for
// None.
type Pointers []string

// UnmarshalYAML reads a list, or None.
func (p *Pointers) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.Value == None {
		*p = Pointers{}
		return nil
	}
	return node.Decode((*[]string)(p))
}

// Changes are values by JSON Pointer: nil if the manifest does not tell them,
// empty for None.
type Changes map[string]any

// UnmarshalYAML reads a mapping, or None.
func (c *Changes) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode && node.Value == None {
		*c = Changes{}
		return nil
	}
	return node.Decode((*map[string]any)(c))
}

// UnmarshalYAML reads an answer, or None.
func (a *ErrorAnswer) UnmarshalYAML(node *yaml.Node) error {
	*a = ErrorAnswer{}
	if node.Kind == yaml.ScalarNode && node.Value == None {
		return nil
	}
	if err := onlyKnown(node, "status", "body", "provider_code"); err != nil {
		return fmt.Errorf("line %d: an answer in errors %w", node.Line, err)
	}
	type plain ErrorAnswer // without this method
	return node.Decode((*plain)(a))
}

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
		{"refund.amount", f.Refund.Amount},
		{"refund.currency", f.Refund.Currency},
		{"refund.payment", f.Refund.Payment},
		{"refund.key", f.Refund.Key},
		{"refund.live", f.Refund.Live},
	} {
		check(field.name, field.pointer)
	}
	for _, pointer := range f.Paid {
		check("paid", pointer)
	}
	for name, values := range map[string]Changes{"decline": f.Decline, "timeout": f.Timeout, "no_refunds": f.NoRefunds} {
		for _, pointer := range slices.Sorted(maps.Keys(values)) {
			check(name, pointer)
		}
	}
	return errors.Join(problems...)
}
