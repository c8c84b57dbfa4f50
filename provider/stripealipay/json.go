package stripealipay

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

const maxDepth = 32

// What decode refuses. The texts quote nothing of the input.
var (
	errNotText    = errors.New("it is not UTF-8")
	errNotJSON    = errors.New("it is not one JSON object")
	errTooDeep    = errors.New("it is nested too deeply")
	errTwice      = errors.New("it gives a name twice")
	errOtherTypes = errors.New("it has values of other types than documented")
)

// decode reads one JSON object from outside.
func decode(content []byte, into any) error {
	if err := checkJSON(content); err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return errOtherTypes
	}
	return nil
}

// checkJSON checks what encoding/json, and with it the SDK, lets pass: a
// hundred thousand brackets, two values with one name, of which another reader
// may have believed the first, and bytes that are no text.
func checkJSON(content []byte) error {
	if !utf8.Valid(content) {
		return errNotText
	}
	if first := bytes.TrimLeft(content, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return errNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(content))
	if err := walk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errNotJSON
	}
	return nil
}

// walk passes over one value.
func walk(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return errNotJSON
	}
	bracket, isBracket := token.(json.Delim)
	if !isBracket {
		return nil
	}
	if depth == maxDepth {
		return errTooDeep
	}
	names := make(map[json.Token]bool)
	for d.More() {
		if bracket == '{' {
			name, err := d.Token()
			if err != nil {
				return errNotJSON
			}
			if names[name] {
				return errTwice
			}
			names[name] = true
		}
		if err := walk(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // the closing bracket
		return errNotJSON
	}
	return nil
}
