package wire

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
)

// JSON writes a message for people and scripts: the JSON of the .proto, with
// its names, on lines. The same message is always the same text, which the
// protobuf package takes care not to promise.
func JSON(m proto.Message) ([]byte, error) {
	loose, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, loose, "", "  "); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// DescriptorJSON writes a descriptor in the way of [JSON].
func DescriptorJSON(d *contract.Descriptor) ([]byte, error) { return JSON(encodeDescriptor(d)) }
