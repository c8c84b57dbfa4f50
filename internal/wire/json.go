package wire

import (
	"bytes"
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
)

// JSON returns a message for people and scripts, as indented JSON with the names of
// the .proto. The same message is always the same text, which package protojson
// does not promise.
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

// DescriptorJSON returns a descriptor as [JSON] does.
func DescriptorJSON(d *contract.Descriptor) ([]byte, error) { return JSON(encodeDescriptor(d)) }
