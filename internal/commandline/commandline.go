// Package commandline has the help and the completion of programs that have flags and no
// commands, such as plugins and sandboxes. They look as those of the other programs do,
// and cost a plugin nothing when a host starts it.
package commandline

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Program is a program, as its help describes it.
type Program struct {
	Name     string
	About    string
	Examples []string // command lines, without the name of the program
	Flags    []Flag   // those of its own: every program has --help
}

// Flag is a flag of a program.
type Flag struct {
	Name    string // without dashes
	Value   string // what its value is called; empty if it has none
	About   string
	Default string
}

// Shells are those that Completion knows.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// completion is the one command of these programs.
const completion = "completion"

// FlagsOf returns the flags of a set.
func FlagsOf(set *flag.FlagSet) []Flag {
	var flags []Flag
	set.VisitAll(func(f *flag.Flag) {
		value, about := flag.UnquoteUsage(f)
		shown := Flag{Name: f.Name, Value: value, About: about}
		if value != "" {
			shown.Default = f.DefValue
		}
		flags = append(flags, shown)
	})
	return flags
}

// Answer prints what a person asks for who does not want to run the program: its help, or
// its completion. It reports whether the arguments are such a question; if they are one
// that it cannot answer, it returns an error.
func (p *Program) Answer(out io.Writer, args []string) (bool, error) {
	if len(args) == 0 {
		return false, nil
	}
	switch args[0] {
	case "--help", "-h", "-help", "help":
		_, err := io.WriteString(out, p.Help())
		return true, err
	case completion:
		if len(args) != 2 || !slices.Contains(Shells(), args[1]) {
			return true, fmt.Errorf("%s takes the name of a shell: %s", completion, strings.Join(Shells(), ", "))
		}
		_, err := io.WriteString(out, p.Completion(args[1]))
		return true, err
	}
	return false, nil
}

// Misused prints an error of the command line, and what to try.
func (p *Program) Misused(stderr io.Writer, err error) {
	text := err.Error()
	if name, found := strings.CutPrefix(text, "flag provided but not defined: -"); found {
		text = "unknown flag: --" + strings.TrimPrefix(name, "-")
	}
	fmt.Fprintf(stderr, "%s: %s\n%q says what there is\n", p.Name, text, p.Name+" --help")
}

// Help returns the help.
func (p *Program) Help() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\nUsage:\n  %s [flags]\n  %[2]s %s %s\n\nExamples:\n", p.About, p.Name, completion, strings.Join(Shells(), "|"))
	for _, example := range p.Examples {
		fmt.Fprintf(&text, "  %s %s\n", p.Name, example)
	}
	fmt.Fprintf(&text, "  %s %s bash > ~/.local/share/bash-completion/completions/%[1]s\n\nFlags:\n", p.Name, completion)
	flags := p.all()
	width := 0
	for _, f := range flags {
		width = max(width, len(f.heading()))
	}
	for _, f := range flags {
		fmt.Fprintf(&text, "  %-*s   %s", width, f.heading(), f.About)
		if f.Default != "" {
			fmt.Fprintf(&text, " (default %q)", f.Default)
		}
		text.WriteString("\n")
	}
	return text.String()
}

// all returns the flags and --help, by name.
func (p *Program) all() []Flag {
	all := append([]Flag{{Name: "help", About: "help for " + p.Name}}, p.Flags...)
	slices.SortFunc(all, func(a, b Flag) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func (f *Flag) heading() string {
	return strings.TrimSuffix("--"+f.Name+" "+f.Value, " ")
}
