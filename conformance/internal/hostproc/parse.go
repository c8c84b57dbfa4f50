package hostproc

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// at is a value of the document, with its line.
type at[T any] struct {
	value T
	line  int
}

// UnmarshalYAML decodes the value.
func (a *at[T]) UnmarshalYAML(node *yaml.Node) error {
	a.line = node.Line
	return node.Decode(&a.value)
}

// document is the YAML document.
type document struct {
	APIVersion     at[string]              `yaml:"apiVersion"`
	Implementation manifest.Implementation `yaml:"implementation"`
	Profile        at[string]              `yaml:"profile"`
	Start          at[[]string]            `yaml:"start"`
	Env            at[[]string]            `yaml:"env"`
	Processes      at[int]                 `yaml:"processes"`
	Stop           at[string]              `yaml:"stop"`
	Reload         at[string]              `yaml:"reload"`
	Webhooks       at[string]              `yaml:"webhooks"`
	Database       at[string]              `yaml:"database"`
	Providers      at[int]                 `yaml:"providers"`
	Live           bool                    `yaml:"live"`
	Pace           pace                    `yaml:"pace"`
	KnownFailing   at[string]              `yaml:"knownFailing"`
}

type pace struct {
	CallTimeout at[string] `yaml:"call_timeout"`
	MinTimeLeft at[string] `yaml:"min_time_left"`
	Notice      at[string] `yaml:"notice"`
	Quiet       at[string] `yaml:"quiet"`
	Start       at[string] `yaml:"start"`
	Stop        at[string] `yaml:"stop"`
}

// Load reads a host.yaml. Its error is a [*manifest.Error], which names the line of the
// first thing that is wrong.
func Load(file string) (*Manifest, error) {
	var d document
	folder, err := manifest.Decode(file, &d)
	if err != nil {
		return nil, err
	}
	r := &reading{d: &d}
	m := r.manifest()
	if r.err != nil {
		return nil, &manifest.Error{File: file, Line: r.line, Err: r.err}
	}
	m.File, m.Folder = file, folder
	m.Command[0] = manifest.Find(folder, m.Command[0])
	if d.KnownFailing.value != "" {
		m.KnownFailing = manifest.Find(folder, d.KnownFailing.value)
	}
	return m, nil
}

// reading keeps the first thing that is wrong with a document.
type reading struct {
	d    *document
	line int // 0 if a field is missing
	err  error
}

func (r *reading) require(ok bool, line int, format string, arguments ...any) {
	if !ok && r.err == nil {
		r.line, r.err = line, fmt.Errorf(format, arguments...)
	}
}

func (r *reading) manifest() *Manifest {
	d := r.d
	r.require(d.APIVersion.value == APIVersion, d.APIVersion.line, "apiVersion is %q; write %s", d.APIVersion.value, APIVersion)
	r.require(d.Profile.value != "", d.Profile.line, "profile is missing; core is the smallest")
	r.require(len(d.Start.value) > 0 && d.Start.value[0] != "", d.Start.line, "start must be a list: a program and its arguments")
	m := &Manifest{
		Implementation: d.Implementation, Profile: d.Profile.value, Command: d.Start.value, Env: d.Env.value,
		Processes: max(d.Processes.value, 1), Webhooks: d.Webhooks.value, Database: DatabaseKind(d.Database.value), Providers: d.Providers.value,
		Live: d.Live,
		Stop: r.signal("stop", d.Stop, syscall.SIGTERM), Reload: r.signal("reload", d.Reload, 0),
		Pace: Pace{
			CallTimeout: r.length("call_timeout", d.Pace.CallTimeout, 0), MinTimeLeft: r.length("min_time_left", d.Pace.MinTimeLeft, time.Second),
			Notice: r.length("notice", d.Pace.Notice, 0), Quiet: r.length("quiet", d.Pace.Quiet, 5*time.Second),
			Start: r.length("start", d.Pace.Start, 30*time.Second), Stop: r.length("stop", d.Pace.Stop, time.Minute),
		},
	}
	r.require(d.Processes.line == 0 || d.Processes.value == 1 || d.Processes.value == 2, d.Processes.line, "processes is %d; write 1 or 2", d.Processes.value)
	r.require(slices.Contains([]DatabaseKind{SQLite, Postgres, None}, m.Database), d.Database.line,
		"database is %q; write sqlite, postgres or none", d.Database.value)
	r.require(m.Processes == 1 || m.Database != SQLite, d.Processes.line, "processes is 2, and a file of SQLite is for one; write database: postgres")
	r.require(d.Providers.value >= 0, d.Providers.line, "providers is %d; it is the most that a catalog may have, or absent", d.Providers.value)
	r.require(m.Pace.MinTimeLeft < m.Pace.CallTimeout, d.Pace.MinTimeLeft.line, "pace.min_time_left is not less than pace.call_timeout")
	for _, variable := range m.Env {
		r.require(strings.Index(variable, "=") > 0, d.Env.line, "env has %q; write NAME=value", variable)
	}
	r.templates(m)
	return m
}

// signals are those that a host can be sent.
func signals() map[string]syscall.Signal {
	return map[string]syscall.Signal{
		"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "HUP": syscall.SIGHUP,
		"USR1": syscall.SIGUSR1, "USR2": syscall.SIGUSR2,
	}
}

func (r *reading) signal(name string, written at[string], otherwise syscall.Signal) syscall.Signal {
	if written.value == "" || written.value == "none" && otherwise == 0 {
		return otherwise
	}
	found, known := signals()[written.value]
	r.require(known, written.line, "%s is %q; write one of %s", name, written.value, strings.Join(slices.Sorted(maps.Keys(signals())), ", "))
	return found
}

// length reads a duration. It must be there if there is no other.
func (r *reading) length(name string, written at[string], otherwise time.Duration) time.Duration {
	if written.value == "" {
		r.require(otherwise > 0, written.line, "pace.%s is missing; write a duration such as 5s", name)
		return otherwise
	}
	length, err := time.ParseDuration(written.value)
	r.require(err == nil && length > 0, written.line, "pace.%s is %q; write a duration such as 5s", name, written.value)
	return length
}

// templates requires that templates are valid, and that the host gets what it needs.
func (r *reading) templates(m *Manifest) {
	if r.err != nil {
		return
	}
	d := r.d
	sample := &Facts{Catalog: "<catalog>", Database: "<database>", Hostctl: "<hostctl>", Webhooks: "127.0.0.1:1", Folder: "<folder>", Process: 1, Mode: modeTest}
	argv, env, err := m.command(sample)
	r.require(err == nil, d.Start.line, "start or env has a template that is not valid; it can use "+
		"{{.Catalog}}, {{.Database}}, {{.Hostctl}}, {{.Webhooks}}, {{.Folder}} and {{.Process}}")
	all := strings.Join(append(argv, env...), "\x00")
	needs := func(fact, name string) {
		r.require(strings.Contains(all, fact), d.Start.line, "start does not use {{.%s}}, nor does env", name)
	}
	needs(sample.Catalog, "Catalog")
	needs(sample.Hostctl, "Hostctl")
	if m.Database != None {
		needs(sample.Database, "Database")
	}
	if m.Webhooks == "" {
		return
	}
	needs(sample.Webhooks, "Webhooks")
	const provider = "wallet"
	address, err := m.webhookURL(sample, provider)
	r.require(err == nil, d.Webhooks.line, "webhooks is not a valid template; it can use {{.Webhooks}} and {{.Provider}}")
	r.require(isURL(address) == nil, d.Webhooks.line, "webhooks is %q; write a URL such as http://{{.Webhooks}}/webhooks/{{.Provider}}", m.Webhooks)
	r.require(strings.Contains(address, provider), d.Webhooks.line, "webhooks does not use {{.Provider}}")
}

func isURL(text string) error {
	parsed, err := url.Parse(text)
	if err == nil && (parsed.Scheme != "http" || parsed.Host == "") {
		err = errors.New("it is not an absolute http URL")
	}
	return err
}
