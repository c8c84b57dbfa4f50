package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

var (
	entryName = regexp.MustCompile(`^[a-z][a-z0-9-]{1,62}$`)
	hexSum    = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
	modes     = map[string]contract.Mode{"test": contract.ModeTest, "live": contract.ModeLive}
)

// wrongFunc returns an error about a field of an entry.
type wrongFunc func(err error, field ...any) error

// entry returns the provider at index i.
func (d *catalogDocument) entry(i int) (*Entry, error) {
	p := &d.content.Providers[i]
	var wrong wrongFunc = func(err error, field ...any) error { return d.wrong(err, append([]any{"providers", i}, field...)...) }

	mode, ok := modes[p.Mode]
	switch {
	case !entryName.MatchString(p.Name):
		return nil, wrong(fmt.Errorf("name %q is not valid; write a lower-case letter, then 1 to 62 lower-case letters, digits and hyphens", p.Name), "name")
	case p.Path == "":
		return nil, wrong(errors.New("the entry has no path; name the provider's binary"), "path")
	case !ok:
		return nil, wrong(fmt.Errorf("mode %q is unknown; write test or live", p.Mode), "mode")
	}
	for _, key := range []string{"probe", "auto_mtls", "confinement", "memory_limit", "sandbox", "conformance"} {
		if node := d.at("providers", i, key); node != nil && node.Tag == "!!null" {
			return nil, wrong(fmt.Errorf("%s has no value; give it one, or leave it out", key), key)
		}
	}
	if err := d.renew(i); err != nil {
		return nil, err
	}
	e := &Entry{
		Name: p.Name, Path: d.absolute(p.Path), Mode: mode, Settings: p.Settings, Probe: p.Probe,
		DisableAutoMTLS: p.AutoMTLS != nil && !*p.AutoMTLS,
	}
	var err error
	if e.SHA256, err = d.sum(p.SHA256, p.SHA256File, e.Path); err != nil {
		return nil, wrong(err, "sha256")
	}
	for _, read := range []func(*Entry, *entryDocument, wrongFunc) error{d.readSandbox, d.readTrust, readMemoryLimit, d.readSettings, d.readSecrets} {
		if err := read(e, p, wrong); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (d *catalogDocument) readSandbox(e *Entry, p *entryDocument, wrong wrongFunc) error {
	program := p.Sandbox.program
	if program == nil {
		return nil
	}
	if len(program.Command) == 0 || program.Command[0] == "" {
		return wrong(errors.New("sandbox has no command; write the program and its arguments as a list"), "sandbox")
	}
	e.Sandbox = &Sandbox{Command: slices.Clone(program.Command)}
	if name := e.Sandbox.Command[0]; strings.ContainsRune(name, filepath.Separator) {
		e.Sandbox.Command[0] = d.absolute(name)
	}
	return nil
}

// confinements are the words of the key confinement.
var confinements = map[string]plugin.Confinement{
	"on": plugin.ConfinementFull, "full": plugin.ConfinementFull, "files": plugin.ConfinementFiles, "off": plugin.ConfinementOff,
}

// readTrust reads how far a provider is trusted.
func (d *catalogDocument) readTrust(e *Entry, p *entryDocument, wrong wrongFunc) error {
	if p.Confinement != nil {
		confinement, ok := confinements[*p.Confinement]
		if !ok {
			return wrong(fmt.Errorf("confinement %q is unknown; write full, files or off, or leave it out", *p.Confinement), "confinement")
		}
		e.Confinement = confinement
	}
	if p.Conformance != nil {
		if strings.TrimSpace(*p.Conformance) == "" {
			return wrong(errors.New("conformance is blank; name the file of the report, or leave it out"), "conformance")
		}
		e.Conformance = d.absolute(*p.Conformance)
	}
	return nil
}

var (
	memorySize  = regexp.MustCompile(`^([1-9][0-9]{0,5})(MiB|GiB)$`)
	memoryUnits = map[string]int64{"MiB": 1 << 20, "GiB": 1 << 30}
)

// leastMemory is what a small provider in Go needs to start.
const leastMemory = 32 << 20

func readMemoryLimit(e *Entry, p *entryDocument, wrong wrongFunc) error {
	if p.MemoryLimit == nil {
		return nil
	}
	parts := memorySize.FindStringSubmatch(*p.MemoryLimit)
	if parts == nil {
		return wrong(fmt.Errorf("memory_limit %q is no amount of memory; write a number with MiB or GiB, such as 512MiB", *p.MemoryLimit), "memory_limit")
	}
	number, _ := strconv.ParseInt(parts[1], 10, 64) // it is short, and has digits only
	if e.MemoryLimit = number * memoryUnits[parts[2]]; e.MemoryLimit < leastMemory {
		return wrong(fmt.Errorf("memory_limit %s is too little for any provider; write at least 32MiB", *p.MemoryLimit), "memory_limit")
	}
	return nil
}

func (*catalogDocument) readSettings(e *Entry, p *entryDocument, wrong wrongFunc) error {
	for _, name := range slices.Sorted(maps.Keys(p.Settings)) {
		if err := checkSetting(p.Settings[name], e.Sandbox != nil); err != nil {
			return wrong(fmt.Errorf("setting %s %w", name, err), "settings", name)
		}
	}
	return nil
}

func (d *catalogDocument) readSecrets(e *Entry, p *entryDocument, wrong wrongFunc) error {
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		written := p.Secrets[name]
		source := SecretSource{File: written.File, Env: written.Env, Sandbox: written.Sandbox}
		if err := source.check(e.Sandbox != nil); err != nil {
			return wrong(fmt.Errorf("secret %s %w", name, err), "secrets", name)
		}
		if source.File != "" {
			source.File = d.absolute(source.File)
		}
		if e.Secrets == nil {
			e.Secrets = make(map[string]SecretSource, len(p.Secrets))
		}
		e.Secrets[name] = source
	}
	return nil
}

// sum returns the approved sum of the binary.
func (d *catalogDocument) sum(literal, file, binary string) (string, error) {
	switch {
	case literal != "" && file != "":
		return "", errors.New("the entry has both sha256 and sha256_file; keep one")
	case literal != "" && !hexSum.MatchString(literal):
		return "", errors.New("sha256 is not 64 hexadecimal digits; copy what sha256sum prints for the binary")
	case literal != "":
		return strings.ToLower(literal), nil
	case file != "":
		return lookUpSum(d.absolute(file), filepath.Base(binary))
	default:
		return "", errors.New("the entry has neither sha256 nor sha256_file; add one, since it says which binary may be executed")
	}
}

// maxSums bounds a file of sums.
const maxSums = 1 << 20

// lookUpSum returns the sum of a name in a file in the format of sha256sum.
func lookUpSum(file, name string) (string, error) {
	text, err := readTrusted(file, maxSums)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading sha256_file: %w; build the provider, which writes it", err)
	case err != nil:
		return "", fmt.Errorf("reading sha256_file %s: %w", file, err)
	}
	found := ""
	for line := range strings.Lines(string(text)) {
		sum, path, ok := strings.Cut(strings.TrimSpace(line), " ")
		path = strings.TrimPrefix(strings.TrimSpace(path), "*") // of a file that was read as binary
		if !ok || !hexSum.MatchString(sum) || filepath.Base(path) != name {
			continue
		}
		if found != "" && !strings.EqualFold(found, sum) {
			return "", fmt.Errorf("%s has two sums for %s; build the provider again", file, name)
		}
		found = strings.ToLower(sum)
	}
	if found == "" {
		return "", fmt.Errorf("%s has no sum for %s; build the provider, or correct the path", file, name)
	}
	return found, nil
}
