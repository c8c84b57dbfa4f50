package strictjson

import (
	stdjson "encoding/json"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Lenient is a member that only informs: its value is zero if the member is null
// or of another type than T. Like everything in an object it must be JSON without
// a name twice.
type Lenient[T any] struct{ Value T }

// UnmarshalJSONFrom reads the member.
func (l *Lenient[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var zero T
	l.Value = zero
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	if json.Unmarshal(raw, &l.Value, d.Options()) != nil {
		l.Value = zero
	}
	return nil
}

// Read decodes a value that Members or Elements returned. It is zero if the value
// is missing, null, of another type than T, or has a name twice.
func Read[T any](raw stdjson.RawMessage) T {
	var value, zero T
	if len(raw) == 0 || json.Unmarshal(raw, &value, jsontext.AllowInvalidUTF8(true)) != nil {
		return zero
	}
	return value
}

// Texts is Read for an object of texts, such as metadata: its members that are
// strings. It fails if the value is there and is not an object, or has a name
// twice.
func Texts(raw stdjson.RawMessage) (map[string]string, error) {
	if len(raw) == 0 || jsontext.Value(raw).Kind() == jsontext.KindNull {
		return nil, nil
	}
	members, err := Members(raw, len(raw))
	if err != nil {
		return nil, err
	}
	var texts map[string]string
	for name, value := range members {
		if jsontext.Value(value).Kind() != jsontext.KindString {
			continue
		}
		if texts == nil {
			texts = make(map[string]string)
		}
		texts[name] = Read[string](value)
	}
	return texts, nil
}
