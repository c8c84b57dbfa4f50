package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"
)

// The providers' readers before this package, on encoding/json. All of them had
// this one algorithm.
var (
	errOldTooLarge = errors.New("it is larger than 1 MiB")
	errOldNotText  = errors.New("it is not UTF-8")
	errOldNotJSON  = errors.New("it is not one JSON object")
	errOldTooDeep  = errors.New("it is nested too deeply")
	errOldTwice    = errors.New("it gives a name twice")
	errOldTypes    = errors.New("it has values of other types than documented")
)

func oldDecode(content []byte, maxBody int, into any) error {
	if len(content) > maxBody {
		return errOldTooLarge
	}
	if !utf8.Valid(content) {
		return errOldNotText
	}
	if first := bytes.TrimLeft(content, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return errOldNotJSON
	}
	d := json.NewDecoder(bytes.NewReader(content))
	if err := oldWalk(d, 0); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errOldNotJSON
	}
	if err := json.Unmarshal(content, into); err != nil {
		return errOldTypes
	}
	return nil
}

func oldWalk(d *json.Decoder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return errOldNotJSON
	}
	bracket, isBracket := token.(json.Delim)
	if !isBracket {
		return nil
	}
	if depth == 32 {
		return errOldTooDeep
	}
	names := make(map[json.Token]bool)
	for d.More() {
		if bracket == '{' {
			name, err := d.Token()
			if err != nil {
				return errOldNotJSON
			}
			if names[name] {
				return errOldTwice
			}
			names[name] = true
		}
		if err := oldWalk(d, depth+1); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // the closing bracket
		return errOldNotJSON
	}
	return nil
}
