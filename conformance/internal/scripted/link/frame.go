package link

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// Frame is a message as bytes, which need not be legal.
type Frame []byte

// Codec is gRPC's codec for messages, which takes a Frame too.
func Codec() encoding.CodecV2 { return codec{messages: encoding.GetCodecV2(proto.Name)} }

type codec struct {
	messages encoding.CodecV2
}

// Marshal implements encoding.CodecV2.
func (c codec) Marshal(message any) (mem.BufferSlice, error) {
	switch m := message.(type) {
	case Frame:
		return mem.BufferSlice{mem.SliceBuffer(m)}, nil
	case *Frame:
		return mem.BufferSlice{mem.SliceBuffer(*m)}, nil
	}
	return c.messages.Marshal(message)
}

// Unmarshal implements encoding.CodecV2.
func (c codec) Unmarshal(data mem.BufferSlice, message any) error {
	if f, ok := message.(*Frame); ok {
		*f = data.Materialize()
		return nil
	}
	if err := c.messages.Unmarshal(data, message); err != nil {
		return fmt.Errorf("reading a %T: %w", message, err)
	}
	return nil
}

// Name implements encoding.CodecV2.
func (c codec) Name() string { return proto.Name }
