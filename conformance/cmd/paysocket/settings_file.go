package main

import (
	"bytes"
	"fmt"
	"regexp"

	yaml "go.yaml.in/yaml/v3"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/trust"
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

// readPrivate reads a file that nobody but its owner may use. Who that is is not
// asked: the person at the terminal chose the file, and may have become root to
// read it.
func readPrivate(path string) ([]byte, error) {
	file, err := trust.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if mode := file.Mode().Perm(); mode&0o077 != 0 { // no orchestrator makes this file, so no group needs to read it
		return nil, fmt.Errorf("it contains secrets, and others may read or write it, mode %#o; chmod 600 %s", mode, path)
	}
	return file.ReadAll(maxRequest)
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
		return fmt.Errorf("%s: the key %s is unknown; the keys are mode, settings and secrets", where, field[1])
	}
	return fmt.Errorf("%s does not have the expected form: mode: test, and settings and secrets, each a mapping of names to texts", where)
}
