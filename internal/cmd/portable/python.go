package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pythonModule is the .proto in Python, in the scaffold for providers in Python. It is
// committed, so that only who changes the .proto needs protoc.
const pythonModule = "conformance/internal/scaffold/python/paysocket/paymentprovider_pb2.py"

// protocVersion is Debian 12's. What it generates works with the packages protobuf of
// Python from 3.20 on.
const protocVersion = "libprotoc 3.21."

// writePython generates the .proto in Python. Without that protoc the file stays as it
// is, unless PAYSOCKET_REQUIRE lists python.
func writePython(ctx context.Context) error {
	version, err := exec.CommandContext(ctx, "protoc", "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), protocVersion) {
		reason := fmt.Sprintf("there is no protoc 3.21 (%q, %v)", strings.TrimSpace(string(version)), err)
		if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "python") {
			return errors.New("PAYSOCKET_REQUIRE has python: " + reason)
		}
		fmt.Fprintf(os.Stderr, "SKIPPED, NOT GENERATED: %s; %s may be old (PAYSOCKET_REQUIRE=python makes this a failure)\n", reason, pythonModule)
		return nil
	}
	into, err := os.MkdirTemp("", "portable-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(into) }()
	if said, err := exec.CommandContext(ctx, "protoc", "-I", folder, "--python_out", into, "paymentprovider.proto").CombinedOutput(); err != nil {
		return fmt.Errorf("protoc: %w: %s", err, said)
	}
	made, err := os.ReadFile(filepath.Join(into, filepath.Base(pythonModule)))
	if err != nil {
		return err
	}
	head := []byte("# Made by \"make generate\" with protoc 3.21 of docs/portable/paymentprovider.proto.\n")
	return os.WriteFile(pythonModule, bytes.Join([][]byte{head, made}, nil), 0o644)
}
