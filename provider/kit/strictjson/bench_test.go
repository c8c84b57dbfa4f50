package strictjson_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// BenchmarkDecode compares Decode with encoding/json, which checks nothing of what
// Decode checks: compare figures of one run.
func BenchmarkDecode(b *testing.B) {
	for name, content := range map[string][]byte{
		"answer": []byte(typicalAnswer),
		"list":   []byte(`{"parts":{"a":[` + strings.Repeat(`{"fee":123456,"object":"part","text":"some words"},`, 200) + `null]}}`),
	} {
		for _, reader := range []struct {
			name   string
			decode func(content []byte, into *answer) error
		}{
			{"strictjson", func(content []byte, into *answer) error { return strictjson.Decode(content, 1<<20, into) }},
			{"encoding-json", func(content []byte, into *answer) error { return json.Unmarshal(content, into) }},
		} {
			b.Run(name+"/"+reader.name, func(b *testing.B) {
				b.SetBytes(int64(len(content)))
				b.ReportAllocs()
				for b.Loop() {
					var into answer
					if err := reader.decode(content, &into); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
