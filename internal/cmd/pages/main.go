// Command pages writes docs/contract.md, of the .proto and the reasons, and
// docs/states.svg, of what contract.Decide allows. "make generate" runs it in the root of
// the module, with the .proto as "buf build" prints it on the standard input.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

func main() {
	if err := run(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

const protoFile = "paymentprovider/v1/paymentprovider.proto"

func run(image io.Reader) error {
	encoded, err := io.ReadAll(image)
	if err != nil {
		return err
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(encoded, set); err != nil {
		return fmt.Errorf("the standard input is not the output of buf build: %w", err)
	}
	for _, file := range set.GetFile() {
		if file.GetName() == protoFile {
			page, err := reference(file)
			if err != nil {
				return err
			}
			return errors.Join(write("docs/contract.md", page), write("docs/states.svg", chart()))
		}
	}
	return errors.New("there is no " + protoFile + " on the standard input")
}

func write(path, content string) error { return os.WriteFile(path, []byte(content), 0o644) }
