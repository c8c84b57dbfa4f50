package sandbox

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Values of a JSON document are nil, bool, string, int, int64, json.Number,
// object and []any. Go's own maps forget the order of names, and Omise's
// answers have one; so have the merchant's metadata.
type object []member

type member struct {
	name  string
	value any
}

func (o object) get(name string) (value any, present bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// texts returns the members that are texts.
func (o object) texts() map[string]string {
	texts := make(map[string]string, len(o))
	for _, m := range o {
		if text, isText := m.value.(string); isText {
			texts[m.name] = text
		}
	}
	return texts
}

// has reports whether name has a value other than null.
func (o object) has(name string) bool {
	value, _ := o.get(name)
	return value != nil
}

// set returns the object with name's value replaced in place, or added at the end.
func (o object) set(name string, value any) object {
	for i := range o {
		if o[i].name == name {
			o[i].value = value
			return o
		}
	}
	return append(o, member{name, value})
}

// text returns the value of name as a string; ok is false if it is absent or of
// another type. A number is returned as it was written, since forms have only
// strings.
func (o object) text(name string) (text string, ok bool) {
	value, _ := o.get(name)
	switch value := value.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	}
	return "", false
}

// encode returns a document in the form of Omise's servers: an indent of two
// spaces, one member a line, empty lists and objects over several lines, a line
// end last. The form matters since webhooks are signed over these bytes.
func encode(value any) []byte {
	var out bytes.Buffer
	writeValue(&out, value, "\n")
	out.WriteByte('\n')
	return out.Bytes()
}

// writeValue writes a value. line is a line end with the current indent.
func writeValue(out *bytes.Buffer, value any, line string) {
	switch value := value.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(value))
	case int:
		out.WriteString(strconv.Itoa(value))
	case int64:
		out.WriteString(strconv.FormatInt(value, 10))
	case json.Number:
		out.WriteString(value.String())
	case string:
		writeString(out, value)
	case object:
		writeObject(out, value, line)
	case []any:
		writeList(out, value, line)
	}
}

func writeObject(out *bytes.Buffer, members object, line string) {
	out.WriteByte('{')
	for i, m := range members {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(line + "  ")
		writeString(out, m.name)
		out.WriteString(": ")
		writeValue(out, m.value, line+"  ")
	}
	out.WriteString(line + "}")
}

func writeList(out *bytes.Buffer, values []any, line string) {
	out.WriteByte('[')
	if len(values) == 0 {
		out.WriteByte('\n')
	}
	for i, value := range values {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(line + "  ")
		writeValue(out, value, line+"  ")
	}
	out.WriteString(line + "]")
}

func writeString(out *bytes.Buffer, text string) {
	if isPlain(text) {
		out.WriteByte('"')
		out.WriteString(text)
		out.WriteByte('"')
		return
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)    // a string cannot fail
	out.Truncate(out.Len() - 1) // the encoder's line end
}

// isPlain reports whether nothing in the text needs an escape, as is usual.
func isPlain(text string) bool {
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == '"' || b == '\\' {
			return false
		}
	}
	return true
}

// orNull returns the text, or null if it is empty.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
