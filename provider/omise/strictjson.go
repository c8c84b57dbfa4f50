package omise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrMalformed is what ParseEvent, DecodeCharge and DecodeRefund fail with. The text behind it tells what is wrong,
// without quoting the input.
var ErrMalformed = errors.New("omise: malformed")

const maxDepth = 32

// decode checks raw and reads the object in it.
func decode[T any](raw []byte, limit int, read func(*fields) T) (*T, error) {
	if err := checkJSON(raw, limit); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	f := readFields(raw)
	value := read(f)
	if f.err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, f.err)
	}
	return &value, nil
}

// checkJSON refuses what encoding/json would let pass: more than limit bytes, deep nesting, a key that is given twice
// (two readers may believe different ones), and anything behind the value.
func checkJSON(raw []byte, limit int) error {
	if len(raw) > limit {
		return fmt.Errorf("it is larger than %d bytes", limit)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := checkValue(decoder, 0); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON value")
	}
	return nil
}

var errNotJSON = errors.New("it is not JSON")

func checkValue(decoder *json.Decoder, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		return errNotJSON // the decoder's own words would quote the input
	}
	opening, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	if depth == maxDepth {
		return fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	keys := map[string]struct{}{}
	for decoder.More() {
		if opening == '{' {
			if err := checkKey(decoder, keys); err != nil {
				return err
			}
		}
		if err := checkValue(decoder, depth+1); err != nil {
			return err
		}
	}
	if _, err := decoder.Token(); err != nil {
		return errNotJSON
	}
	return nil
}

func checkKey(decoder *json.Decoder, seen map[string]struct{}) error {
	token, err := decoder.Token()
	key, isText := token.(string)
	if err != nil || !isText {
		return errNotJSON
	}
	if _, twice := seen[key]; twice {
		return errors.New("a key is given twice")
	}
	seen[key] = struct{}{}
	return nil
}
