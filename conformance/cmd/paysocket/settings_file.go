package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"syscall"

	yaml "go.yaml.in/yaml/v3"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// settingsFile is what "call" configures a provider with.
type settingsFile struct {
	Mode     string            `yaml:"mode"`
	Settings map[string]string `yaml:"settings"`
	Secrets  map[string]string `yaml:"secrets"`
}

// modes are the words of the file.
var modes = map[string]v1.Mode{"test": v1.Mode_MODE_TEST, "live": v1.Mode_MODE_LIVE}

// readSettingsFile reads a file that nobody else may read. Its errors name keys
// and lines, and never values.
func readSettingsFile(path string) (*v1.ConfigureRequest, error) {
	content, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("settings %s: %w", path, err)
	}
	var file settingsFile
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("settings %s: %w", path, withoutValues(err))
	}
	mode, known := modes[file.Mode]
	if !known {
		return nil, fmt.Errorf("settings %s: mode must be test or live", path)
	}
	return &v1.ConfigureRequest{Mode: mode, Settings: file.Settings, Secrets: file.Secrets}, nil
}

// readPrivate looks at the file that it has opened: one that is exchanged in
// between must not be believed.
func readPrivate(path string) ([]byte, error) {
	// Without O_NONBLOCK the open of a named pipe waits for its writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // the path is the person's choice
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file")
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("it holds secrets, and others may use it, mode %#o; chmod 600 %s", info.Mode().Perm(), path)
	}
	content, err := io.ReadAll(io.LimitReader(file, maxRequest+1))
	if err == nil && len(content) > maxRequest {
		err = fmt.Errorf("it is longer than %d bytes", maxRequest)
	}
	return content, err
}

var (
	lineOf       = regexp.MustCompile(`line (\d+)`)
	unknownField = regexp.MustCompile(`field (\S+) not found`)
)

// withoutValues keeps the line of an error of the YAML package, and the name of
// an unknown key, but not the values that it quotes.
func withoutValues(err error) error {
	where := "the file"
	if line := lineOf.FindStringSubmatch(err.Error()); line != nil {
		where = "line " + line[1]
	}
	if field := unknownField.FindStringSubmatch(err.Error()); field != nil {
		return fmt.Errorf("%s: there is no %s; there are mode, settings and secrets", where, field[1])
	}
	return fmt.Errorf("%s is not what was expected: mode: test, and settings and secrets, each with names and their texts", where)
}
