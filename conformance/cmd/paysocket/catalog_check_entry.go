package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"slices"

	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// finding is what was found out about one entry.
type finding struct {
	descriptor *contract.Descriptor // nil if it did not come so far
	sum        string               // of the binary; empty if it did not come so far
	report     string               // what there is to say of the conformance report
	problems   []string             // for which a host would not start it
	notes      []string             // what could not be seen from here
}

func (f *finding) is() string {
	return f.told(func(d *contract.Descriptor) string { return d.ProviderID })
}

func (f *finding) version() string {
	return f.told(func(d *contract.Descriptor) string { return d.Version })
}

func (f *finding) contract() string {
	return f.told(func(d *contract.Descriptor) string { return d.SpecVersion })
}

func (f *finding) told(what func(*contract.Descriptor) string) string {
	if f.descriptor == nil {
		return "-"
	}
	return what(f.descriptor)
}

func (f *finding) wrong(err error) { f.problems = append(f.problems, err.Error()) }

// errEnough ends a start before anything is configured.
var errEnough = errors.New("it was started only to be checked")

// checkEntry starts an entry's provider in the way of a host, up to where it
// would be configured.
func checkEntry(ctx context.Context, entry *supervisor.Entry, rules *catalogRules) *finding {
	f := &finding{}
	s := supervisor.New(&supervisor.Options{
		Admit: func(_ context.Context, asks *supervisor.Admission) error {
			f.descriptor, f.sum = asks.Descriptor, asks.Process.SHA256
			f.checkReport(asks, rules)
			return nil
		},
		Configure: func(context.Context, *supervisor.Entry) (*contract.Configuration, error) { return nil, errEnough },
	})
	err := s.Apply(ctx, &supervisor.Catalog{Entries: []supervisor.Entry{*entry}})
	_ = s.Close()
	if !errors.Is(err, errEnough) {
		if entryErr, ok := errors.AsType[*supervisor.EntryError](err); ok {
			err = entryErr.Err // the name stands before it anyway
		}
		f.wrong(err)
	}
	return f
}

// checkReport says what a host that asks for conformance reports would.
func (f *finding) checkReport(asks *supervisor.Admission, rules *catalogRules) {
	entry := asks.Entry
	if entry.Conformance == "" {
		if rules.requireReport {
			f.problems = append(f.problems, "the entry names no conformance report; write conformance: FILE into it, and run "+
				"paysocket conformance run -f MANIFEST --provider "+entry.Path+" --json FILE")
		}
		return
	}
	subject := &admission.Subject{Path: entry.Path, SHA256: asks.Process.SHA256, Descriptor: asks.Descriptor}
	err := admission.Check(entry.Conformance, subject, &admission.Options{Profile: rules.profile})
	switch refused, ok := errors.AsType[*admission.Error](err); {
	case err == nil:
		f.report = "CONFORMANT"
	case ok:
		f.report = string(refused.Problem)
		f.wrong(err)
	default:
		f.wrong(err)
	}
}

// checkConfiguration looks at each secret on its own, so that all that is wrong
// is said at once, and then at the whole as the provider will.
func (f *finding) checkConfiguration(entry *supervisor.Entry) {
	whole := *entry
	whole.Secrets = maps.Clone(entry.Secrets)
	for _, name := range slices.Sorted(maps.Keys(entry.Secrets)) {
		source := entry.Secrets[name]
		switch {
		case source.File != "":
			one := supervisor.Entry{Name: entry.Name, Secrets: map[string]supervisor.SecretSource{name: source}}
			_, err := one.Configuration(nil, nil)
			if err == nil {
				continue
			}
			f.wrong(err)
		case source.Env != "":
			f.notes = append(f.notes, fmt.Sprintf("the secret %s comes from the host's environment (%s), which cannot be seen from here", name, source.Env))
		}
		whole.Secrets[name] = supervisor.SecretSource{Sandbox: name} // a made-up value takes its place
	}
	if entry.Sandbox != nil {
		if _, err := exec.LookPath(entry.Sandbox.Command[0]); err != nil {
			f.wrong(fmt.Errorf("its sandbox cannot be started: %w", err))
		}
	}
	if f.descriptor == nil {
		return
	}
	f.checkOptional(entry)
	configuration, err := whole.Configuration(madeUp(&whole), nil)
	if err == nil {
		err = f.descriptor.CheckConfiguration(configuration)
	}
	if err != nil {
		f.wrong(err)
	}
}

// checkOptional notes secrets that may be left out and are. Whether the provider
// can do without them, with these settings, only Configure says.
func (f *finding) checkOptional(entry *supervisor.Entry) {
	for _, field := range f.descriptor.ConfigFields {
		if _, given := entry.Secrets[field.Name]; field.Secret && !field.Required && !given {
			f.notes = append(f.notes, fmt.Sprintf("the secret %s is left out, and these settings may need it: %s", field.Name, field.Description))
		}
	}
}

// madeUp returns facts of a sandbox that does not run, to check forms with.
func madeUp(entry *supervisor.Entry) *supervisor.SandboxFacts {
	facts := &supervisor.SandboxFacts{APIBase: "http://127.0.0.1:1", Credentials: map[string]string{}}
	for _, source := range entry.Secrets {
		if source.Sandbox != "" {
			facts.Credentials[source.Sandbox] = "made-up"
		}
	}
	return facts
}
