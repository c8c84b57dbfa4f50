package fit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// document is an answer of the gateway in JSON.
type document struct{ root any }

func parse(body []byte) *document {
	d := &document{}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	_ = decoder.Decode(&d.root) // no pointer leads into what is no JSON
	return d
}

// at returns the value at a JSON Pointer; false if it leads to nothing.
func (d *document) at(pointer string) (any, bool) {
	node := d.root
	for segment := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch inner := node.(type) {
		case map[string]any:
			value, there := inner[strings.NewReplacer("~1", "/", "~0", "~").Replace(segment)]
			if !there {
				return nil, false
			}
			node = value
		case []any:
			index, err := strconv.Atoi(segment)
			if err != nil || index < 0 || index >= len(inner) {
				return nil, false
			}
			node = inner[index]
		default:
			return nil, false
		}
	}
	return node, true
}

// find returns the pointer to a value that fits, the shortest of them; "" if there is
// none.
func (d *document) find(fits func(any) bool) string {
	found := ""
	var walk func(node any, path string)
	walk = func(node any, path string) {
		if path != "" && fits(node) && (found == "" || len(path) < len(found)) {
			found = path
		}
		switch inner := node.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(inner)) {
				walk(inner[name], path+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
			}
		case []any:
			for i, item := range inner {
				walk(item, path+"/"+strconv.Itoa(i))
			}
		}
	}
	walk(d.root, "")
	return found
}

// isSet reports whether a flag says yes: it is there, and neither false, null, zero
// nor empty.
func isSet(value any) bool {
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		number, err := v.Float64()
		return err != nil || number != 0
	case []any:
		return len(v) > 0
	}
	return true
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, json.Number, bool:
		return true
	}
	return false
}

// is returns a function that reports whether a value is this text or number.
func is(want string) func(any) bool {
	return func(value any) bool { return value != nil && isScalar(value) && fmt.Sprint(value) == want }
}

// says reports whether the manifest has a pointer, and the gateway such a field.
func says(pointer string) bool { return pointer != "" && pointer != manifest.None }

// show returns a value for a message.
func show(value any) string {
	text, err := json.Marshal(value)
	if err != nil || len(text) > 80 {
		return fmt.Sprintf("%.60s...", text)
	}
	return string(text)
}
