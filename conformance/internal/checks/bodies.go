package checks

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// valueAt returns the value at a JSON Pointer of a body; false if there is none.
func valueAt(body []byte, pointer string) (any, bool) {
	var node any
	if json.Unmarshal(body, &node) != nil || !strings.HasPrefix(pointer, "/") {
		return nil, false
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for name := range strings.SplitSeq(pointer[1:], "/") {
		if list, ok := node.([]any); ok {
			at, err := strconv.Atoi(name)
			if err != nil || at < 0 || at >= len(list) {
				return nil, false
			}
			node = list[at]
			continue
		}
		object, ok := node.(map[string]any)
		if !ok {
			return nil, false
		}
		if node, ok = object[unescape.Replace(name)]; !ok {
			return nil, false
		}
	}
	return node, true
}

// readBody reads a payment and returns the gateway's response body.
func readBody(t *harness.T, s *harness.Scenario, paymentID string) []byte {
	s.MustStatus(t, paymentID)
	return s.Body(t, manifest.OpGet)
}

// objectsWith returns the objects of a body that have an id, by their pointers.
func objectsWith(body []byte, id string) map[string]map[string]any {
	found := make(map[string]map[string]any)
	var look func(node any, at string)
	look = func(node any, at string) {
		switch node := node.(type) {
		case []any:
			for i := range node {
				look(node[i], at+"/"+strconv.Itoa(i))
			}
		case map[string]any:
			for name, value := range node {
				if value == any(id) {
					found[at] = node
				}
				look(value, at+"/"+escape(name))
			}
		}
	}
	var node any
	if json.Unmarshal(body, &node) == nil {
		look(node, "")
	}
	return found
}

// scalarsIn returns every text and every number that a body has.
func scalarsIn(body []byte) []string {
	var found []string
	var look func(node any)
	look = func(node any) {
		switch node := node.(type) {
		case []any:
			for i := range node {
				look(node[i])
			}
		case map[string]any:
			for _, value := range node {
				look(value)
			}
		case string:
			found = append(found, node)
		case json.Number:
			found = append(found, node.String())
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var node any
	if decoder.Decode(&node) == nil {
		look(node)
	}
	return found
}

// timeOf reads a time as gateways write one: in RFC 3339, or in seconds or milliseconds
// since 1970, of this century.
func timeOf(text string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, true
	}
	count, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, false
	case len(text) == len("1000000000"):
		return time.Unix(count, 0), true
	case len(text) == len("1000000000000"):
		return time.UnixMilli(count), true
	default:
		return time.Time{}, false
	}
}

// escape returns the name of a member as a JSON Pointer has it.
func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// has reports whether a body has a value at a pointer.
func has(body []byte, pointer string) bool {
	_, there := valueAt(body, pointer)
	return there
}
