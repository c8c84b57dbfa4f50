package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/plugin"
)

// renderEntry writes an entry with what is known, and comments on what is not.
// What the provider says of itself is a stranger's text, and stays in one line.
func renderEntry(a *addition, folder string, descriptor *contract.Descriptor, process *plugin.Process) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s %s, contract %s\n", oneLine(cmp.Or(descriptor.DisplayName, descriptor.ProviderID), 80), descriptor.Version, descriptor.SpecVersion)
	fmt.Fprintf(&b, "- name: %s\n  path: %s\n  sha256: %s\n  mode: %s\n", scalar(a.name), scalar(fromFolder(folder, process.Path)), process.SHA256, a.mode)
	writeFields(&b, descriptor, false, func(f *contract.ConfigField) string {
		if f.Required {
			return fmt.Sprintf("# FILL IN: %s: ...\n", f.Name)
		}
		return fmt.Sprintf("# %s: %s\n", f.Name, scalar(oneLine(cmp.Or(f.Default, "..."), 200)))
	})
	writeFields(&b, descriptor, true, func(f *contract.ConfigField) string {
		source := fmt.Sprintf("%s: {file: secrets/%s/%s}\n", f.Name, a.name, f.Name)
		if f.Required {
			return source
		}
		return "# " + source
	})
	b.WriteString("  # conformance: reports/" + a.name + ".json   # admit it only with this report\n")
	return b.String()
}

// writeFields writes the settings, or the secrets.
func writeFields(b *strings.Builder, descriptor *contract.Descriptor, secret bool, line func(*contract.ConfigField) string) {
	key := "settings"
	if secret {
		key = "secrets"
	}
	begun := false
	for i := range descriptor.ConfigFields {
		f := &descriptor.ConfigFields[i]
		if f.Secret != secret {
			continue
		}
		if !begun {
			fmt.Fprintf(b, "  %s:\n", key)
			begun = true
		}
		needed := "optional"
		if f.Required {
			needed = "required"
		}
		fmt.Fprintf(b, "    # %s (%s): %s\n    %s", strings.ToLower(string(f.Kind)), needed, oneLine(f.Description, 300), line(f))
	}
}

// fromFolder returns a path as the catalog writes it: from its own folder for
// what lies in it.
func fromFolder(folder, path string) string {
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(absolute, path); err == nil && filepath.IsLocal(relative) {
		return relative
	}
	return path
}

var plainScalar = regexp.MustCompile(`^[A-Za-z0-9/][A-Za-z0-9_./-]*$`)

// scalar writes a text so that YAML reads just that text. Go's escapes are
// YAML's.
func scalar(text string) string {
	if plainScalar.MatchString(text) && !isOtherType(text) {
		return text
	}
	return strconv.QuoteToASCII(text)
}

// isOtherType reports whether YAML would read a number or a truth.
func isOtherType(text string) bool {
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return true
	}
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return true
	}
	return false
}

// oneLine makes a text that a stranger wrote safe to print, and no longer than
// so many bytes.
func oneLine(written string, limit int) string {
	printable := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, written)
	return text.Truncate(strings.Join(strings.Fields(printable), " "), limit, "...")
}
