package gateway_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func TestPatchReplacesWhatThePointerNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		operations []gateway.PatchOp
		want       string
	}{
		"nothing keeps every byte": {nil, `{ "a" : {"b/c":[1, 9007199254740993]} }`},
		"a member": {
			[]gateway.PatchOp{{Op: "replace", Path: "/a", Value: "x"}},
			`{"a":"x"}`,
		},
		"an item behind an escaped name": {
			[]gateway.PatchOp{{Op: "replace", Path: "/a/b~1c/0", Value: nil}},
			`{"a":{"b/c":[null,9007199254740993]}}`,
		},
		"the whole document": {
			[]gateway.PatchOp{{Op: "replace", Path: "", Value: []any{}}},
			`[]`,
		},
		"a member that is not there": {
			[]gateway.PatchOp{{Op: "add", Path: "/d", Value: 1}, {Op: "remove", Path: "/a"}},
			`{"d":1}`,
		},
		"items of a list": {
			[]gateway.PatchOp{
				{Op: "add", Path: "/a/b~1c/-", Value: 2}, {Op: "remove", Path: "/a/b~1c/1"}, {Op: "add", Path: "/a/b~1c/0", Value: 0},
			},
			`{"a":{"b/c":[0,1,2]}}`,
		},
		"what an earlier operation put there": {
			[]gateway.PatchOp{
				{Op: "replace", Path: "/a", Value: map[string]any{"d": 1}},
				{Op: "replace", Path: "/a/d", Value: 2},
			},
			`{"a":{"d":2}}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := gateway.Patch([]byte(`{ "a" : {"b/c":[1, 9007199254740993]} }`), test.operations)
			require.NoError(t, err)
			assert.Equal(t, test.want, string(got))
		})
	}
}

func TestPatchThatNamesNothingIsABadRequest(t *testing.T) {
	t.Parallel()
	for _, operation := range []gateway.PatchOp{
		{Op: "move", Path: "/a", Value: 1},
		{Op: "add", Path: "/a/3", Value: 1},
		{Op: "add", Path: "/b/c", Value: 1},
		{Op: "remove", Path: "/a/2"},
		{Op: "remove", Path: "/b"},
		{Op: "remove", Path: ""},
		{Op: "replace", Path: "a", Value: 1},
		{Op: "replace", Path: "/b", Value: 1},
		{Op: "replace", Path: "/a/2", Value: 1},
		{Op: "replace", Path: "/a/-1", Value: 1},
		{Op: "replace", Path: "/a/0/x", Value: 1},
		{Op: "replace", Path: "/a/0", Value: make(chan int)},
	} {
		_, err := gateway.Patch([]byte(`{"a":[1,2]}`), []gateway.PatchOp{operation})
		require.ErrorIs(t, err, gateway.ErrBadRequest, "%s %s", operation.Op, operation.Path)
	}
}

func TestPatchDoesNotWriteToTheTestersValue(t *testing.T) {
	t.Parallel()
	value := map[string]any{"list": []any{1}, "object": map[string]any{"x": 1}}
	_, err := gateway.Patch([]byte(`{"a":0}`), []gateway.PatchOp{
		{Op: "replace", Path: "/a", Value: value},
		{Op: "replace", Path: "/a/list/0", Value: 2},
		{Op: "replace", Path: "/a/object/x", Value: 2},
	})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"list": []any{1}, "object": map[string]any{"x": 1}}, value)
}
