package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/contract"
)

// Error is an error in a manifest.
type Error struct {
	File string
	Line int // 0 if it is about the whole file
	Err  error
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("manifest %s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("manifest %s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// maxSize is the most bytes that a manifest can have.
const maxSize = 1 << 20

// Load reads a manifest. Its error is an [*Error].
func Load(file string) (*Manifest, error) {
	var d document
	folder, err := Decode(file, &d)
	if err != nil {
		return nil, err
	}
	m, line, err := d.manifest(file, folder)
	if err != nil {
		return nil, &Error{File: file, Line: line, Err: err}
	}
	return m, nil
}

// Decode reads a file of one YAML document strictly, and returns the folder that it is
// in. Its error is an [*Error].
func Decode(file string, into any) (folder string, err error) {
	wrong := func(err error) (string, error) { return "", &Error{File: file, Err: err} }
	text, err := read(file)
	if err != nil {
		return wrong(err)
	}
	if folder, err = filepath.Abs(filepath.Dir(file)); err != nil {
		return wrong(err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		return wrong(yamlProblem(err))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return wrong(errors.New("it has more than one YAML document; a manifest is one document"))
	}
	return folder, nil
}

func read(file string) ([]byte, error) {
	opened, err := os.Open(file) //nolint:gosec // the file is the person's own choice
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	text, err := io.ReadAll(io.LimitReader(opened, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("it is longer than %d bytes", maxSize)
	}
	return text, err
}

// goTypes are Go types in messages of the YAML package, which help no reader.
var goTypes = regexp.MustCompile(` (in type|into) \w+\.[\w.\[\]/-]+`)

// wholes are the types of whole documents.
var wholes = regexp.MustCompile(`into \w+\.document`)

// yamlProblem makes an error of the YAML package readable. The error names lines.
func yamlProblem(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty")
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = wholes.ReplaceAllString(text, "into a manifest, which has fields such as profile")
	text = goTypes.ReplaceAllString(text, "")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "unmarshal errors:\n  ", ""), "\n  ", "; ")
	return errors.New(text)
}

// document is the YAML document.
type document struct {
	APIVersion     string         `yaml:"apiVersion"`
	Implementation Implementation `yaml:"implementation"`
	Profile        string         `yaml:"profile"`
	Provider       struct {
		Command      []string `yaml:"command"`
		Env          []string `yaml:"env"`
		StartTimeout string   `yaml:"startTimeout"`
		AutoMTLS     *bool    `yaml:"autoMTLS"`
		HTTPS        *bool    `yaml:"https"`
	} `yaml:"provider"`
	Gateway struct {
		Command []string `yaml:"command"`
	} `yaml:"gateway"`
	Mode               string            `yaml:"mode"`
	Probe              bool              `yaml:"probe"`
	Settings           map[string]string `yaml:"settings"`
	Secrets            map[string]string `yaml:"secrets"`
	ExpectCapabilities []string          `yaml:"expectCapabilities"`
	Operations         yaml.Node         `yaml:"operations"`
	Fields             Fields            `yaml:"fields"`
	Errors             Errors            `yaml:"errors"`
	Fixtures           Fixtures          `yaml:"fixtures"`
	Variants           []Variant         `yaml:"variants"`
	Timeouts           struct {
		RPC   string `yaml:"rpc"`
		Check string `yaml:"check"`
	} `yaml:"timeouts"`
	KnownFailing string `yaml:"knownFailing"`
}

// manifest converts the document. The line is the one of the error, if known.
func (d *document) manifest(file, folder string) (*Manifest, int, error) {
	m := &Manifest{
		File: file, Folder: folder, Implementation: d.Implementation, Profile: d.Profile, Mode: contract.ModeTest,
		Probe: d.Probe, Settings: d.Settings, Secrets: d.Secrets, ExpectCapabilities: d.ExpectCapabilities,
		Fields: d.Fields, Errors: d.Errors, Fixtures: d.Fixtures, Variants: d.Variants,
		Provider: Provider{
			Env: d.Provider.Env, DisableAutoMTLS: d.Provider.AutoMTLS != nil && !*d.Provider.AutoMTLS,
			DisableHTTPS: d.Provider.HTTPS != nil && !*d.Provider.HTTPS,
		},
	}
	if d.Mode == "live" {
		m.Mode = contract.ModeLive
	}
	operations, line, err := readOperations(&d.Operations)
	if err != nil {
		return nil, line, err
	}
	m.Operations = operations
	if err := oneLine(d.check(m), d.lengths(m), m.checkPointers(), m.checkBodies(), m.checkTemplates()); err != nil {
		return nil, 0, err
	}
	m.Provider.Binary = m.find(d.Provider.Command[0])
	m.Gateway = append([]string{m.find(d.Gateway.Command[0])}, d.Gateway.Command[1:]...)
	if d.KnownFailing != "" {
		m.KnownFailing = m.find(d.KnownFailing)
	}
	return m, 0, nil
}

// oneLine joins errors into a message of one line.
func oneLine(problems ...error) error {
	joined := errors.Join(problems...)
	if joined == nil {
		return nil
	}
	return errors.New(strings.ReplaceAll(joined.Error(), "\n", "; "))
}

// check returns an error for everything that is missing or not valid.
func (d *document) check(m *Manifest) error {
	var problems []error
	require := func(ok bool, format string, arguments ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, arguments...))
		}
	}
	require(d.APIVersion == APIVersion, "apiVersion is %q; write %s", d.APIVersion, APIVersion)
	require(d.Profile != "", "profile is missing; core is the smallest")
	require(len(d.Provider.Command) == 1 && d.Provider.Command[0] != "", "provider.command must be a list of one program")
	require(len(d.Gateway.Command) > 0 && d.Gateway.Command[0] != "", "gateway.command must be a list: a program and its arguments")
	require(d.Mode == "" || d.Mode == "test" || d.Mode == "live", "mode is %q; write test or live", d.Mode)
	require(m.HasOperation(OpCreate), "operations.create is missing; it says which request makes the payment")
	require(m.HasOperation(OpGet), "operations.get is missing; it says which request reads a payment")
	require(d.Fixtures.Currency != "", "fixtures.currency is missing")
	require(d.Fixtures.Amounts.OK > 0, "fixtures.amounts.ok is missing; it is an amount that the gateway takes, in the smallest unit")
	require(d.Fixtures.Amounts.Min <= d.Fixtures.Amounts.OK, "fixtures.amounts.min is more than ok; min is the least amount that the gateway takes")
	for _, name := range []string{OpCreate, OpRefund} {
		require(!m.HasOperation(name) || m.moves(name), "operations.%s moves money; write commit: true", name)
	}
	for _, variable := range d.Provider.Env {
		require(strings.Index(variable, "=") > 0, "provider.env has %q; write NAME=value", variable)
	}
	for name := range d.Fixtures.OtherMode {
		require(d.Settings[name]+d.Secrets[name] != "", "fixtures.other_mode has %s, which is in neither settings nor secrets", name)
	}
	for i, variant := range d.Variants {
		require(variant.Name != "" && variant.Run != "", "a variant has no name or no run")
		first := slices.IndexFunc(d.Variants, func(v Variant) bool { return v.Name == variant.Name })
		require(first == i, "two variants are called %s", variant.Name)
	}
	return errors.Join(problems...)
}

func (d *document) lengths(m *Manifest) error {
	var err error
	read := func(name, text string, otherwise time.Duration) time.Duration {
		if text == "" {
			return otherwise
		}
		length, parseErr := time.ParseDuration(text)
		if parseErr != nil || length <= 0 {
			err = errors.Join(err, fmt.Errorf("%s is %q; write a duration such as 5s", name, text))
		}
		return length
	}
	m.Provider.StartTimeout = read("provider.startTimeout", d.Provider.StartTimeout, 10*time.Second)
	m.Timeouts.RPC = read("timeouts.rpc", d.Timeouts.RPC, 5*time.Second)
	m.Timeouts.Check = read("timeouts.check", d.Timeouts.Check, 30*time.Second)
	return err
}

func (m *Manifest) find(path string) string { return Find(m.Folder, path) }

// Find returns the absolute path of a file that exists, beside the manifest or in the
// working folder, or else the path as it is.
func Find(folder, path string) string {
	if filepath.IsAbs(path) || !strings.ContainsRune(path, filepath.Separator) {
		return path
	}
	beside := filepath.Join(folder, path)
	if _, err := os.Stat(beside); err == nil {
		return beside
	}
	if _, err := os.Stat(path); err == nil {
		if absolute, err := filepath.Abs(path); err == nil {
			return absolute
		}
	}
	return beside // which the error will name
}

// readOperations reads the operations in the order of the file.
func readOperations(node *yaml.Node) ([]Operation, int, error) {
	if node.Kind == 0 {
		return nil, 0, nil
	}
	if node.Kind != yaml.MappingNode {
		return nil, node.Line, errors.New("operations must be a mapping of names to method and path")
	}
	var operations []Operation
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		operation, err := readOperation(name.Value, value)
		if err != nil {
			return nil, name.Line, fmt.Errorf("operations.%s %w", name.Value, err)
		}
		operations = append(operations, *operation)
	}
	return operations, 0, nil
}

func readOperation(name string, node *yaml.Node) (*Operation, error) {
	var written struct {
		Method string `yaml:"method"`
		Path   string `yaml:"path"`
		Commit bool   `yaml:"commit"`
	}
	if node.Kind != yaml.MappingNode {
		return nil, errors.New("must have a method and a path")
	}
	if err := onlyKnown(node, "method", "path", "commit"); err != nil {
		return nil, err
	}
	if err := node.Decode(&written); err != nil {
		return nil, yamlProblem(err)
	}
	switch name {
	case OpCreate, OpPrepare, OpGet, OpList, OpRefund, OpRefunds, OpCancel, OpEvent, OpAccount:
	default:
		return nil, errors.New("is not an operation that the suite knows")
	}
	switch written.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return nil, fmt.Errorf("has the method %q", written.Method)
	}
	path, err := regexp.Compile(written.Path)
	if err != nil || written.Path == "" {
		return nil, fmt.Errorf("has a path that is not a valid regular expression: %q", written.Path)
	}
	return &Operation{Name: name, Method: written.Method, Path: path, Commit: written.Commit}, nil
}

// onlyKnown returns an error if there are other fields. A node cannot be decoded
// with KnownFields.
func onlyKnown(node *yaml.Node, fields ...string) error {
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i].Value; !slices.Contains(fields, key) {
			return fmt.Errorf("has an unknown field %s; it takes %s", key, strings.Join(fields, ", "))
		}
	}
	return nil
}
