package wire

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
)

// JSON returns a message for people and scripts, as indented JSON with the names of
// the .proto. It has every field but absent messages: a zero, a false and an empty
// list are facts. The same message is always the same text, which package protojson
// does not promise.
func JSON(m proto.Message) ([]byte, error) {
	return indented(m, protojson.MarshalOptions{UseProtoNames: true, EmitDefaultValues: true})
}

// DescriptorJSON is like [JSON] for a descriptor, without zeros: in a descriptor they
// mean that nothing is declared.
func DescriptorJSON(d *contract.Descriptor) ([]byte, error) {
	return indented(encodeDescriptor(d), protojson.MarshalOptions{UseProtoNames: true})
}

func indented(m proto.Message, options protojson.MarshalOptions) ([]byte, error) {
	loose, err := options.Marshal(m)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, loose, "", "  "); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}
