package gateway

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Patch replaces values in a JSON document, for stand-ins that build
// webhooks. Each operation must be "replace" at a JSON Pointer (RFC 6901)
// that names a value that is there; anything else is [ErrBadRequest]. Numbers
// keep their digits; names come out in alphabetical order. Without
// operations the document is given back byte for byte.
func Patch(document []byte, operations []PatchOp) ([]byte, error) {
	if len(operations) == 0 {
		return document, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var root any
	if err := decoder.Decode(&root); err != nil {
		return nil, badRequest("the document to patch is not JSON")
	}
	for _, operation := range operations {
		if operation.Op != "replace" {
			return nil, badRequest("a patch can only replace; not %q", operation.Op)
		}
		path, err := splitPointer(operation.Path)
		if err != nil {
			return nil, err
		}
		if root, err = replace(root, path, operation.Value); err != nil {
			return nil, err
		}
	}
	patched, err := json.Marshal(root)
	if err != nil {
		return nil, badRequest("a patch's value is not JSON")
	}
	return patched, nil
}

func splitPointer(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, badRequest("a patch's path begins with /; not %q", pointer)
	}
	parts := strings.Split(pointer[1:], "/")
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for i := range parts {
		parts[i] = unescape.Replace(parts[i])
	}
	return parts, nil
}

// replace gives node with the value at path replaced.
func replace(node any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	var err error
	switch node := node.(type) { // cloned: an earlier value may be the tester's own
	case map[string]any:
		if child, ok := node[path[0]]; ok {
			node = maps.Clone(node)
			node[path[0]], err = replace(child, path[1:], value)
			return node, err
		}
	case []any:
		if i, atoiErr := strconv.Atoi(path[0]); atoiErr == nil && i >= 0 && i < len(node) {
			node = slices.Clone(node)
			node[i], err = replace(node[i], path[1:], value)
			return node, err
		}
	}
	return nil, badRequest("a patch's path names nothing at %q", path[0])
}
