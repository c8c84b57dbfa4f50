package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// None as the value of a field says that the gateway has no such field. Clauses that
// need a field which is missing are unverified.
const None = "none"

// untold are the pointers that can be None.
var untold = []string{
	"key", "refunded", "method", "live", "return_url", "total", "event", "event_live",
	"refund.currency", "refund.payment", "refund.key", "refund.live",
}

func isNone(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Value == None }

// Pointers are JSON Pointers: nil if the manifest does not have them, empty for
// None.
type Pointers []string

// UnmarshalYAML decodes a list or None.
func (p *Pointers) UnmarshalYAML(node *yaml.Node) error {
	if isNone(node) {
		*p = Pointers{}
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: it must be a list of JSON Pointers, or none", node.Line)
	}
	return node.Decode((*[]string)(p))
}

// Changes are values by JSON Pointer, or by name: nil if the manifest does not have them, empty
// for None.
type Changes map[string]any

// UnmarshalYAML decodes a mapping or None.
func (c *Changes) UnmarshalYAML(node *yaml.Node) error {
	if isNone(node) {
		*c = Changes{}
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: it must be a mapping of names or JSON Pointers to values, or none", node.Line)
	}
	return node.Decode((*map[string]any)(c))
}

// UnmarshalYAML decodes an answer or None.
func (a *ErrorAnswer) UnmarshalYAML(node *yaml.Node) error {
	*a = ErrorAnswer{None: isNone(node)}
	if a.None {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: it must be an answer with a status and a body, or none", node.Line)
	}
	if err := onlyKnown(node, "status", "body", "provider_code"); err != nil {
		return fmt.Errorf("line %d: an answer in errors %w", node.Line, err)
	}
	type plain ErrorAnswer // without this method
	return node.Decode((*plain)(a))
}

// checkPointers returns an error for each field that is not a JSON Pointer. With it,
// a clause that changes an answer at this place would be an error.
func (m *Manifest) checkPointers() error {
	var problems []error
	check := func(name, pointer string) {
		if pointer == None && slices.Contains(untold, name) {
			return
		}
		switch {
		case pointer == None:
			problems = append(problems, fmt.Errorf("fields.%s cannot be none: every gateway has it", name))
		case pointer != "" && !strings.HasPrefix(pointer, "/"):
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
	if f.Decline != nil && len(f.Decline) == 0 {
		check("decline", None)
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

// checkBodies returns an error for each body that cannot be used for its purpose.
func (m *Manifest) checkBodies() error {
	var problems []error
	for _, body := range []struct {
		name, text string
		none       bool // whether it can be none
	}{
		{"fields.empty_list", m.Fields.EmptyList, false},
		{"fields.empty_refunds", m.Fields.EmptyRefunds, true},
		{"errors.object", m.Errors.Object, false},
	} {
		switch {
		case body.text == "" || body.none && body.text == None:
		case body.text == None:
			problems = append(problems, fmt.Errorf("%s cannot be none: every gateway has it", body.name))
		case !json.Valid([]byte(body.text)):
			problems = append(problems, fmt.Errorf("%s is not valid JSON", body.name))
		}
	}
	for name, answer := range map[string]*ErrorAnswer{"refusal": m.Errors.Refusal, "backend": m.Errors.Backend} {
		switch {
		case answer == nil || answer.None && name == "backend":
		case answer.None:
			problems = append(problems, fmt.Errorf("errors.%s cannot be none: every gateway has it", name))
		case answer.Status < 400 || answer.Status > 499:
			problems = append(problems, fmt.Errorf("errors.%s.status is %d; it must be 4xx", name, answer.Status))
		}
	}
	return errors.Join(problems...)
}
