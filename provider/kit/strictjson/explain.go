package strictjson

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// explain translates an error of the library, whose text quotes the input.
func explain(err error, root reflect.Type) error {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return ErrDuplicateName
	}
	if _, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return ErrNotObject
	}
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		if place := placeOf(semantic.JSONPointer, root); place != "" {
			return fmt.Errorf("%w (%s)", ErrType, place)
		}
	}
	return ErrType
}

// placeOf says where in a value of the type the pointer leads, such as
// data[].amount. Only the names of struct fields are told. A key of a map is
// input: it becomes a star, and where the type says nothing the place ends.
func placeOf(pointer jsontext.Pointer, t reflect.Type) string {
	var place strings.Builder
	for token := range pointer.Tokens() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Slice, reflect.Array:
			place.WriteString("[]")
			t = t.Elem()
			continue
		case reflect.Map:
			token, t = "*", t.Elem()
		case reflect.Struct:
			field, ok := fieldOf(t, token)
			if !ok {
				return place.String()
			}
			t = field.Type
		default:
			return place.String()
		}
		if place.Len() > 0 {
			place.WriteByte('.')
		}
		place.WriteString(token)
	}
	return place.String()
}

// fieldOf returns the field that a member of that name is decoded into.
func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == name && name != "" || tag == "" && field.Name == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}
