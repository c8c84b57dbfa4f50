package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// plainInteger is how integers are written, with or without quotes.
var plainInteger = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// checkIntegers refuses an integer that is not written in digits alone. The
// JSON of the .proto takes "200.00" for 200, and whoever writes that as an
// amount means a hundred times as much. The text has been read as that message
// before, so it is JSON, and its names are known.
func checkIntegers(text []byte, message protoreflect.MessageDescriptor) error {
	w := &integerWalk{text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	w.decoder.UseNumber()
	return w.value("", message)
}

// integerWalk goes through JSON and the fields of its message side by side.
type integerWalk struct {
	text    []byte
	decoder *json.Decoder
}

// value reads one value: of the message itself, or of one of its fields.
func (w *integerWalk) value(path string, of protoreflect.Descriptor) error {
	begin := w.next()
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	if token == json.Delim('{') || token == json.Delim('[') {
		return w.inside(path, of, token == json.Delim('{'))
	}
	written := w.text[begin:w.decoder.InputOffset()]
	if token == nil || !isInteger(of) || plainInteger.MatchString(fmt.Sprint(token)) {
		return nil
	}
	line, column := position(w.text[:begin])
	return fmt.Errorf("(line %d:%d): %s is %s, and must be an integer in digits alone, without point or exponent%s",
		line, column, path, written, remedy(of))
}

// inside reads the values of an object, or of a list, to its end.
func (w *integerWalk) inside(path string, of protoreflect.Descriptor, object bool) error {
	for w.decoder.More() {
		into, inner := path, of
		if object {
			name, err := w.decoder.Token()
			if err != nil {
				return err
			}
			into, inner = fmt.Sprint(name), member(of, fmt.Sprint(name))
			if path != "" {
				into = path + "." + into
			}
		}
		if err := w.value(into, inner); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}

// next is where the next token begins.
func (w *integerWalk) next() int64 {
	at := w.decoder.InputOffset()
	for at < int64(len(w.text)) && bytes.IndexByte([]byte(" \t\r\n:,"), w.text[at]) >= 0 {
		at++
	}
	return at
}

// member is the field of that name, in either spelling; nil if there is none.
func member(of protoreflect.Descriptor, name string) protoreflect.Descriptor {
	message, _ := of.(protoreflect.MessageDescriptor)
	if field, ok := of.(protoreflect.FieldDescriptor); ok {
		if field.IsMap() {
			return field.MapValue()
		}
		message = field.Message()
	}
	if message == nil {
		return nil
	}
	if field := message.Fields().ByJSONName(name); field != nil {
		return field
	}
	if field := message.Fields().ByTextName(name); field != nil {
		return field
	}
	return nil
}

func isInteger(of protoreflect.Descriptor) bool {
	field, ok := of.(protoreflect.FieldDescriptor)
	return ok && slices.Contains([]protoreflect.Kind{
		protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind,
		protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind,
	}, field.Kind())
}

// remedy says how an amount is written.
func remedy(of protoreflect.Descriptor) string {
	if of.Name() != "minor_units" {
		return ""
	}
	return "; it counts the currency's smallest unit: 200.00 THB is 20000, and 200 JPY is 200"
}

// position returns the line and the column of what follows the text, from 1.
func position(before []byte) (line, column int) {
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}
