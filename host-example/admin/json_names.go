package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// checkNames makes sure that the names in a body are those of the type, exactly, and
// each of them once. Package encoding/json takes other cases for the same name, and
// of two values the last one, where another reader takes the first.
func checkNames(body []byte, t reflect.Type) error {
	return checkValue(json.NewDecoder(bytes.NewReader(body)), t)
}

// checkValue reads one value. What is no JSON is left to the decoder.
func checkValue(d *json.Decoder, t reflect.Type) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch token {
	case json.Delim('{'):
		err = checkObject(d, t)
	case json.Delim('['):
		for d.More() && err == nil {
			err = checkValue(d, elementOf(t))
		}
	default:
		return nil
	}
	if err == nil {
		_, err = d.Token() // its end
	}
	return err
}

func checkObject(d *json.Decoder, t reflect.Type) error {
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // so is every name of an object
		if seen[name] {
			return fmt.Errorf("the name %.40q is there twice", name)
		}
		seen[name] = true
		field, known := fieldOf(t, name)
		if !known {
			return fmt.Errorf("the name %.40q is unknown", name)
		}
		if err := checkValue(d, field); err != nil {
			return err
		}
	}
	return nil
}

// fieldOf returns the type of the member with this name.
func fieldOf(t reflect.Type, name string) (field reflect.Type, known bool) {
	switch {
	case t == nil || t.Kind() == reflect.Map:
		return elementOf(t), true
	case t.Kind() != reflect.Struct:
		return nil, true // the decoder refuses an object there
	}
	for member := range t.Fields() {
		if tag, _, _ := strings.Cut(member.Tag.Get("json"), ","); tag == name {
			return member.Type, true
		}
	}
	return nil, false
}

// elementOf returns the type of the elements; nil if t has none.
func elementOf(t reflect.Type) reflect.Type {
	if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Array) {
		return t.Elem()
	}
	return nil
}
