package supervisor

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	yaml "go.yaml.in/yaml/v3"
)

// Catalogs of earlier releases called two things by other names. They are accepted
// with a warning; both names at once are refused.
//
//	stand_in: {command: [...]}    sandbox: {command: [...]}
//	sandbox: off                  confinement: off
//	secret_key: {stand_in: NAME}  secret_key: {sandbox: NAME}

// sandboxDocument is the value of the key sandbox: a program, or a word in
// catalogs of earlier releases.
type sandboxDocument struct {
	program *programDocument
	word    *string // the confinement
}

// UnmarshalYAML implements yaml.Unmarshaler. It is as strict as the decoder around
// it.
func (s *sandboxDocument) UnmarshalYAML(node *yaml.Node) error {
	wrong := func(at *yaml.Node, format string, args ...any) error {
		return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", at.Line) + fmt.Sprintf(format, args...)}}
	}
	if node.Kind == yaml.ScalarNode {
		s.word = &node.Value
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return wrong(node, "sandbox is not of the form {command: [PROGRAM, ...]}")
	}
	for i := 0; i < len(node.Content); i += 2 {
		if key := node.Content[i]; key.Value != "command" && key.Tag != "!!merge" {
			return wrong(key, "field %s not found in sandbox", key.Value)
		}
	}
	s.program = &programDocument{}
	return node.Decode(s.program)
}

// renew replaces the old names of the provider at index i by the present ones.
func (d *catalogDocument) renew(i int) error {
	p := &d.content.Providers[i]
	at := func(field ...any) []any { return append([]any{"providers", i}, field...) }
	if word := p.Sandbox.word; word != nil {
		if p.Confinement != nil {
			return d.wrong(errors.New("the entry has both confinement and sandbox with a word, which is its old name; keep confinement"), at("sandbox")...)
		}
		d.warn(fmt.Sprintf("provider %s: the key sandbox with a word is called confinement now; write confinement: %s", p.Name, *word), at("sandbox")...)
		p.Confinement, p.Sandbox.word = word, nil
	}
	if p.OldSandbox != nil {
		if p.Sandbox.program != nil {
			return d.wrong(errors.New("the entry has both sandbox and stand_in, which is its old name; keep sandbox"), at("stand_in")...)
		}
		d.warn(fmt.Sprintf("provider %s: the key stand_in is called sandbox now", p.Name), at("stand_in")...)
		p.Sandbox.program, p.OldSandbox = p.OldSandbox, nil
	}
	for _, name := range slices.Sorted(maps.Keys(p.Secrets)) {
		secret := p.Secrets[name]
		if secret.OldSandbox == "" {
			continue
		}
		if secret.Sandbox != "" {
			return d.wrong(fmt.Errorf("secret %s has both sandbox and stand_in, which is its old name; keep sandbox", name), at("secrets", name)...)
		}
		d.warn(fmt.Sprintf("provider %s: secret %s: the key stand_in is called sandbox now", p.Name, name), at("secrets", name)...)
		secret.Sandbox, secret.OldSandbox = secret.OldSandbox, ""
		p.Secrets[name] = secret
	}
	return nil
}
