package selftest

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"strings"
)

// normalize returns a file of Go in a form that only says what is built: without
// comments, line breaks and groups, with imports and declarations sorted.
func normalize(name, text string) (string, error) {
	f, err := parse(token.NewFileSet(), name, text)
	if err != nil {
		return "", err
	}
	var imports, parts []string
	for _, spec := range f.ast.Imports {
		i := importOf(spec)
		if i.name == (imported{path: i.path}).names()[0] { // it says what it would be called anyway
			i.name = ""
		}
		imports = append(imports, "import "+i.name+" "+spec.Path.Value)
	}
	seen := make(map[*ast.GenDecl]bool)
	for _, d := range f.decls {
		switch {
		case d.group == nil:
			parts = append(parts, plain(d.words()))
		case placeMatters(d.group) && seen[d.group]:
		case placeMatters(d.group):
			seen[d.group] = true
			words, err := scan(f.text[f.offset(d.group.Pos()):f.offset(d.group.End())])
			if err != nil {
				return "", err
			}
			parts = append(parts, plain(words))
		default:
			parts = append(parts, d.kind.String()+" "+plain(d.words()))
		}
	}
	slices.Sort(imports)
	slices.Sort(parts)
	whole := "package " + f.ast.Name.Name + "\n" + strings.Join(append(slices.Compact(imports), parts...), "\n")
	printed, err := format.Source([]byte(whole))
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(printed), nil
}

// plain writes words one after the other. Semicolons and commas before closing
// brackets are left out.
func plain(words []word) string {
	var b strings.Builder
	for i, w := range words {
		next := i+1 < len(words)
		switch {
		case w.kind == token.COMMENT:
			b.WriteString(w.text + "\n")
		case w.kind == token.SEMICOLON && (!next || words[i+1].closes()):
		case w.loose && w.kind == token.COMMA:
		default:
			b.WriteString(w.text + " ")
		}
	}
	return b.String()
}

// sameResult compares the files that two forms of one mutant changed. It returns
// the first that differs.
func sameResult(s *Source, one, other map[string]string) (difference string, err error) {
	var paths []string
	for _, changed := range []map[string]string{one, other} {
		for at := range changed {
			if !slices.Contains(paths, at) {
				paths = append(paths, at)
			}
		}
	}
	slices.Sort(paths)
	for _, at := range paths {
		var forms [2]string
		for i, changed := range []map[string]string{one, other} {
			text, ok := changed[at]
			if !ok {
				read, err := s.read(at)
				if err != nil {
					return "", err
				}
				text = read
			}
			forms[i] = text
			if strings.HasSuffix(at, ".go") {
				if forms[i], err = normalize(at, text); err != nil {
					return "", err
				}
			}
		}
		if forms[0] != forms[1] {
			return at, nil
		}
	}
	return "", nil
}
