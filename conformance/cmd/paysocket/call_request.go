package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// maxRequest bounds what is read from standard input and from files.
const maxRequest = 1 << 20

func requestText(operation string, args []string, stdin io.Reader) ([]byte, error) {
	none := operation == "Describe" || operation == "Configure"
	switch {
	case none && len(args) > 0:
		return nil, fmt.Errorf("%s takes no JSON", operation)
	case none:
		return []byte("{}"), nil
	case len(args) == 0:
		return nil, fmt.Errorf(`the JSON of the %s is missing; "-" reads it from standard input`, request(operation).ProtoReflect().Descriptor().Name())
	case args[0] != "-":
		return []byte(args[0]), nil
	}
	text, err := readBounded(stdin)
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return text, nil
}

func readBounded(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxRequest+1))
	if err == nil && len(text) > maxRequest {
		err = fmt.Errorf("it is longer than %d bytes", maxRequest)
	}
	return text, err
}

// read makes the request of its JSON.
func (f *callFlags) read(text []byte, into proto.Message) error {
	if err := protojson.Unmarshal(text, into); err != nil {
		// The package draws between a space and a narrow one.
		words := strings.ReplaceAll(err.Error(), "\u00a0", " ")
		return fmt.Errorf("the JSON is not a %s: %s%s", into.ProtoReflect().Descriptor().Name(), strings.TrimPrefix(words, "proto: "), formHint(words))
	}
	if err := checkIntegers(text, into.ProtoReflect().Descriptor()); err != nil {
		return fmt.Errorf("the JSON is not a %s: %w", into.ProtoReflect().Descriptor().Name(), err)
	}
	webhook, ok := into.(*v1.ParseWebhookRequest)
	if !ok && f.body != "" {
		return errors.New("--body goes with ParseWebhook only")
	}
	if !ok {
		return nil
	}
	webhook.ReceivedAt = cmp.Or(webhook.GetReceivedAt(), timestamppb.Now())
	if f.body == "" {
		return nil
	}
	file, err := os.Open(f.body)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	webhook.Body, err = readBounded(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.body, err)
	}
	return nil
}

// formHint says how the two kinds of value are written that JSON does not have.
func formHint(problem string) string {
	switch {
	case strings.Contains(problem, "bytes field"):
		return `; bytes are written in base64: "t=1,s=ab" is "dD0xLHM9YWI="`
	case strings.Contains(problem, "google.protobuf.Timestamp"):
		return `; a time is written as in RFC 3339: "2026-11-23T08:30:00Z"`
	default:
		return ""
	}
}
