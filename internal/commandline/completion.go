package commandline

import (
	"fmt"
	"strings"
)

// Completion returns the script that completes the program's command line in that shell.
func (p *Program) Completion(shell string) string {
	switch shell {
	case "bash":
		return p.bash()
	case "zsh":
		return p.zsh()
	case "fish":
		return p.fish()
	}
	return ""
}

// function is a name that all shells take.
func (p *Program) function() string {
	return "_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, p.Name)
}

// quote makes a text one word of a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func (p *Program) bash() string {
	words := []string{completion}
	var withValue []string
	for _, f := range p.all() {
		words = append(words, "--"+f.Name)
		if f.Value != "" {
			withValue = append(withValue, "--"+f.Name)
		}
	}
	var cases strings.Builder
	fmt.Fprintf(&cases, "\t%s) words=%s ;;\n", completion, quote(strings.Join(Shells(), " ")))
	if len(withValue) > 0 {
		fmt.Fprintf(&cases, "\t%s) words='' ;;\n", strings.Join(withValue, "|"))
	}
	return fmt.Sprintf(`# bash completion for %[1]s
%[2]s() {
	local words=%[3]s
	case "${COMP_WORDS[COMP_CWORD-1]}" in
%[4]s	esac
	COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F %[2]s %[1]s
`, p.Name, p.function(), quote(strings.Join(words, " ")), cases.String())
}

// ofZsh escapes what _arguments reads in a description.
func ofZsh(text string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(text)
}

func (p *Program) zsh() string {
	var text strings.Builder
	fmt.Fprintf(&text, "#compdef %[1]s\n%[2]s() {\n\t_arguments", p.Name, p.function())
	for _, f := range p.all() {
		spec := fmt.Sprintf("--%s[%s]", f.Name, ofZsh(f.About))
		if f.Value != "" {
			spec += ":" + ofZsh(f.Value) + ":_files"
		}
		fmt.Fprintf(&text, " \\\n\t\t%s", quote(spec))
	}
	fmt.Fprintf(&text, " \\\n\t\t'1:command:(%s)' \\\n\t\t'2:shell:(%s)'\n}\ncompdef %s %s\n", completion, strings.Join(Shells(), " "), p.function(), p.Name)
	return text.String()
}

func (p *Program) fish() string {
	var text strings.Builder
	fmt.Fprintf(&text, "# fish completion for %s\n", p.Name)
	for _, f := range p.all() {
		needsValue := ""
		if f.Value != "" {
			needsValue = " -r"
		}
		fmt.Fprintf(&text, "complete -c %s -l %s%s -d %s\n", p.Name, f.Name, needsValue, fishQuote(f.About))
	}
	fmt.Fprintf(&text, "complete -c %s -f -n __fish_use_subcommand -a %s -d 'Generate the completion for a shell'\n", p.Name, completion)
	fmt.Fprintf(&text, "complete -c %s -f -n '__fish_seen_subcommand_from %s' -a %s\n", p.Name, completion, fishQuote(strings.Join(Shells(), " ")))
	return text.String()
}

// fishQuote makes a text one word of fish, where a backslash within quotes escapes.
func fishQuote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
