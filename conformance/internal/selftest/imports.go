package selftest

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// imported is one import of a file.
type imported struct {
	name string // as it is written, or empty
	path string
}

func (i imported) String() string {
	if i.name == "" {
		return i.path
	}
	return i.name + " " + i.path
}

// readImport reads "path" or "name path".
func readImport(text string) imported {
	if name, at, ok := strings.Cut(strings.TrimSpace(text), " "); ok {
		return imported{name: name, path: unquote(strings.TrimSpace(at))}
	}
	return imported{path: unquote(text)}
}

func unquote(text string) string {
	if plain, err := strconv.Unquote(text); err == nil {
		return plain
	}
	return text
}

func importOf(spec *ast.ImportSpec) imported {
	i := imported{path: unquote(spec.Path.Value)}
	if spec.Name != nil {
		i.name = spec.Name.Name
	}
	return i
}

// names returns what the import can be called in the file. Where it is not named
// there, that is a matter of the package, and the path only hints at it.
func (i imported) names() []string {
	if i.name != "" {
		return []string{i.name}
	}
	base := path.Base(i.path)
	if isVersion(base) && path.Dir(i.path) != "." {
		base = path.Base(path.Dir(i.path))
	}
	base, _, _ = strings.Cut(base, ".v")
	names := []string{base}
	for _, name := range []string{
		strings.TrimPrefix(base, "go-"), strings.TrimSuffix(base, "-go"), strings.ReplaceAll(base, "-", "_"),
		strings.ReplaceAll(base, "-", ""), base[strings.LastIndex(base, "-")+1:],
	} {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func isVersion(text string) bool {
	_, err := strconv.Atoi(strings.TrimPrefix(text, "v"))
	return strings.HasPrefix(text, "v") && err == nil
}

// nameIn returns the import's name among those that are used, and "" if none is
// it.
func (i imported) nameIn(used map[string]bool) string {
	for _, name := range i.names() {
		if used[name] {
			return name
		}
	}
	return ""
}

// hidden reports whether the import is used without a name.
func (i imported) hidden() bool { return i.name == "_" || i.name == "." }

// importing returns the file that imports the path without a name.
func (f *folder) importing(path string) *file {
	for _, file := range f.files {
		for _, spec := range file.ast.Imports {
			if have := importOf(spec); have.hidden() && have.path == path {
				return file
			}
		}
	}
	return nil
}

// used returns the names before a dot that no declaration of the file explains:
// those of imports.
func (f *file) used() map[string]bool { return f.usedIn(0, len(f.text)) }

// usedIn is the same for a part of the file.
func (f *file) usedIn(from, to int) map[string]bool {
	free := make(map[*ast.Ident]bool)
	for _, ident := range f.ast.Unresolved {
		free[ident] = true
	}
	names := make(map[string]bool)
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			ident, ok := selector.X.(*ast.Ident)
			if ok && free[ident] && from <= f.offset(ident.Pos()) && f.offset(ident.Pos()) < to {
				names[ident.Name] = true
			}
		}
		return true
	})
	return names
}

// mendImports adds the imports to the changed text of a file, and drops those
// that it uses no more.
func mendImports(before *file, text string, add []string) (string, error) {
	after, err := parse(before.set, before.path, text)
	if err != nil {
		return "", err
	}
	usedBefore, used := before.used(), after.used()
	var splices []splice
	var news strings.Builder
	var wanted []imported
	var unwanted []string
	for _, text := range add {
		if path, ok := strings.CutPrefix(text, "-"); ok {
			unwanted = append(unwanted, path)
		} else if want := readImport(text); !slices.Contains(wanted, want) {
			wanted = append(wanted, want)
		}
	}
	present := make(map[imported]bool)
	for _, spec := range after.ast.Imports {
		have := importOf(spec)
		switch {
		case !have.hidden() && have.nameIn(used) == "" && have.nameIn(usedBefore) != "", givesWay(have, wanted, used),
			have.hidden() && slices.Contains(unwanted, have.path):
			splices = append(splices, after.removal(spec))
		default:
			present[have] = true
		}
	}
	for _, want := range wanted {
		if !want.among(present) && (want.hidden() || want.nameIn(used) != "" || len(want.names()) > 1) {
			news.WriteString("\nimport " + want.name + " " + strconv.Quote(want.path))
		}
	}
	if news.Len() > 0 {
		at := after.offset(after.ast.Name.End())
		splices = append([]splice{{from: at, to: at, text: news.String()}}, splices...)
	}
	return splicesInto(text, splices), nil
}

// among reports whether the import is there, by the same name.
func (i imported) among(present map[imported]bool) bool {
	for have := range present {
		if have.path == i.path && have.hidden() == i.hidden() && slices.Contains(have.names(), i.names()[0]) {
			return true
		}
	}
	return false
}

// givesWay reports whether a wanted import has the name of another path's.
func givesWay(have imported, wanted []imported, used map[string]bool) bool {
	return !have.hidden() && slices.ContainsFunc(wanted, func(want imported) bool {
		name := have.nameIn(used)
		return want.path != have.path && name != "" && want.nameIn(used) == name
	})
}

// removal returns the splice that takes an import out of the text.
func (f *file) removal(spec *ast.ImportSpec) splice {
	var node ast.Node = spec
	for _, d := range f.ast.Decls {
		if group, ok := d.(*ast.GenDecl); ok && group.Tok == token.IMPORT && !group.Lparen.IsValid() && group.Specs[0] == spec {
			node = group
		}
	}
	return splice{from: f.offset(node.Pos()), to: f.offset(node.End())}
}
