package gateway

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Patch applies a JSON Patch (RFC 6902) to a JSON document, for sandboxes that
// build webhooks and for tests that falsify answers. The operations are:
//
//   - "replace" and "remove" change an existing value.
//   - "add" sets a member of an object, or inserts an item into an array, at its end
//     if the last segment of the path is "-".
//
// It fails with [ErrBadRequest] if the operation is another one, or if its path is
// malformed or does not exist. Numbers keep their digits, and members of objects
// are sorted by name. Without operations, Patch returns the document unchanged.
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
		switch operation.Op {
		case patchReplace, patchAdd, patchRemove:
		default:
			return nil, badRequest("op must be one of replace, add, remove; not %q", operation.Op)
		}
		path, err := splitPointer(operation.Path)
		if err != nil {
			return nil, err
		}
		if root, err = operation.apply(root, path); err != nil {
			return nil, err
		}
	}
	patched, err := json.Marshal(root)
	if err != nil {
		return nil, badRequest("the value of a patch is not JSON")
	}
	return patched, nil
}

func splitPointer(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, badRequest("the path of a patch must begin with /; got %q", pointer)
	}
	parts := strings.Split(pointer[1:], "/")
	unescape := strings.NewReplacer("~1", "/", "~0", "~")
	for i := range parts {
		parts[i] = unescape.Replace(parts[i])
	}
	return parts, nil
}

const (
	patchReplace = "replace"
	patchAdd     = "add"
	patchRemove  = "remove"
)

// apply returns node with the operation applied at path. It clones what it changes,
// because a value of an earlier operation may belong to the caller.
func (o *PatchOp) apply(node any, path []string) (any, error) {
	if len(path) == 0 {
		if o.Op == patchRemove {
			return nil, badRequest("a patch must not remove the whole document")
		}
		return o.Value, nil
	}
	switch node := node.(type) {
	case map[string]any:
		return o.applyToObject(maps.Clone(node), path)
	case []any:
		return o.applyToList(slices.Clone(node), path)
	default:
		return nil, badRequest("the path of a patch does not exist at %q", path[0])
	}
}

func (o *PatchOp) applyToObject(object map[string]any, path []string) (any, error) {
	name, last := path[0], len(path) == 1
	child, there := object[name]
	switch {
	case last && o.Op == patchAdd:
		object[name] = o.Value
		return object, nil
	case !there:
		return nil, badRequest("the path of a patch does not exist at %q", name)
	case last && o.Op == patchRemove:
		delete(object, name)
		return object, nil
	}
	var err error
	object[name], err = o.apply(child, path[1:])
	return object, err
}

func (o *PatchOp) applyToList(list []any, path []string) (any, error) {
	last := len(path) == 1
	i, err := strconv.Atoi(path[0])
	if last && o.Op == patchAdd && path[0] == "-" {
		i, err = len(list), nil
	}
	switch {
	case err == nil && last && o.Op == patchAdd && i >= 0 && i <= len(list):
		return slices.Insert(list, i, o.Value), nil
	case err != nil || i < 0 || i >= len(list):
		return nil, badRequest("the path of a patch does not exist at %q", path[0])
	case last && o.Op == patchRemove:
		return slices.Delete(list, i, i+1), nil
	}
	list[i], err = o.apply(list[i], path[1:])
	return list, err
}
