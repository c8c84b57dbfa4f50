package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

const header = `// What this package exports. Written by make api-write.

`

// declarations returns what a package exports, as Go source in which functions have
// no bodies. One blank field stands for the unexported fields of a struct, and is
// comparable where all of them are. Unexported types are there where exported
// declarations mention them.
func declarations(p *types.Package) (string, error) {
	shown := map[string]bool{} // all exported names, and those of types
	for _, name := range p.Scope().Names() {
		if object := p.Scope().Lookup(name); object.Exported() || isType(object) {
			shown[name] = object.Exported()
		}
	}
	for {
		source := declare(p, shown)
		file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
		if err != nil {
			return "", fmt.Errorf("%w in\n%s", err, source)
		}
		if showMentioned(file, shown) {
			continue
		}
		formatted, err := format.Source([]byte(source))
		return string(formatted), err
	}
}

// showMentioned shows the unexported types that are mentioned, and reports whether
// there are any that were not shown.
func showMentioned(n ast.Node, shown map[string]bool) bool {
	more := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr: // it belongs to another package
			return false
		case *ast.Field: // its names are not those of types
			more = showMentioned(n.Type, shown) || more
			return false
		case *ast.Ident:
			if isShown, isType := shown[n.Name]; isType && !isShown {
				shown[n.Name], more = true, true
			}
		}
		return true
	})
	return more
}

func declare(p *types.Package, shown map[string]bool) string {
	w := &writer{home: p, imports: map[string]string{}}
	var constants, variables, functions, named []string
	for _, name := range p.Scope().Names() {
		if !shown[name] {
			continue
		}
		switch object := p.Scope().Lookup(name).(type) {
		case *types.Const:
			constants = append(constants, w.constant(object))
		case *types.Var:
			variables = append(variables, object.Name()+" "+w.text(object.Type()))
		case *types.Func:
			functions = append(functions, w.function(object))
		case *types.TypeName:
			named = append(named, w.typeName(object))
		}
	}
	return strings.Join([]string{
		header + "package " + p.Name(),
		group("import", w.importLines()), group("const", constants), group("var", variables),
		strings.Join(functions, "\n"), strings.Join(named, "\n"),
	}, "\n\n")
}

func group(keyword string, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return keyword + " (\n" + strings.Join(lines, "\n") + "\n)"
}

// A writer writes declarations of one package, and keeps in mind what they import.
type writer struct {
	home    *types.Package
	imports map[string]string // name by path
}

// qualify is a types.Qualifier.
func (w *writer) qualify(p *types.Package) string {
	if p == w.home {
		return ""
	}
	w.imports[p.Path()] = p.Name()
	return p.Name()
}

func (w *writer) importLines() []string {
	var lines []string
	for _, importPath := range slices.Sorted(maps.Keys(w.imports)) {
		name := w.imports[importPath]
		if name == path.Base(importPath) {
			name = ""
		}
		lines = append(lines, strings.TrimSpace(name+" "+strconv.Quote(importPath)))
	}
	return lines
}

func (w *writer) text(t types.Type) string { return types.TypeString(t, w.qualify) }

func (w *writer) signature(f *types.Func) string {
	var b bytes.Buffer
	types.WriteSignature(&b, f.Signature(), w.qualify)
	return f.Name() + b.String()
}

func (w *writer) function(f *types.Func) string {
	text := "func " + w.signature(f)
	if f.Signature().TypeParams() != nil {
		text += " { panic(0) }" // Go asks for a body where there are type parameters
	}
	return text
}

func (w *writer) constant(c *types.Const) string {
	name := c.Name()
	if basic, ok := c.Type().(*types.Basic); !ok || basic.Info()&types.IsUntyped == 0 {
		name += " " + w.text(c.Type())
	}
	return name + " = " + c.Val().ExactString()
}

func (w *writer) typeName(name *types.TypeName) string {
	if name.IsAlias() {
		return "type " + name.Name() + " = " + w.text(types.Unalias(name.Type()))
	}
	named := name.Type().(*types.Named)
	var b strings.Builder
	fmt.Fprintf(&b, "type %s%s %s\n", name.Name(), w.typeParams(named), w.underlying(named.Underlying()))
	for _, method := range slices.SortedFunc(named.Methods(), byName) {
		if method.Exported() {
			receiver := method.Signature().Recv()
			fmt.Fprintf(&b, "func (%s %s) %s\n", receiver.Name(), w.text(receiver.Type()), w.signature(method))
		}
	}
	return b.String()
}

func byName(a, b *types.Func) int { return cmp.Compare(a.Name(), b.Name()) }

func (w *writer) typeParams(named *types.Named) string {
	if named.TypeParams().Len() == 0 {
		return ""
	}
	var list []string
	for p := range named.TypeParams().TypeParams() {
		list = append(list, p.Obj().Name()+" "+w.text(p.Constraint()))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (w *writer) underlying(t types.Type) string {
	switch t := t.(type) {
	case *types.Struct:
		return "struct {\n" + w.fields(t) + "}"
	case *types.Interface:
		return "interface {\n" + w.methods(t) + "}"
	default:
		return w.text(t)
	}
}

func (w *writer) fields(s *types.Struct) string {
	var b strings.Builder
	hidden, mayCompare := 0, true
	for i := range s.NumFields() {
		field := s.Field(i)
		if !field.Exported() && (!field.Embedded() || !promotes(field.Type())) {
			hidden++
			mayCompare = mayCompare && types.Comparable(field.Type())
			continue
		}
		if !field.Embedded() {
			b.WriteString(field.Name() + " ")
		}
		b.WriteString(w.text(field.Type()))
		if tag := s.Tag(i); tag != "" {
			b.WriteString(" " + quoteTag(tag))
		}
		b.WriteByte('\n')
	}
	switch {
	case hidden > 0 && mayCompare:
		b.WriteString("_ int // unexported fields\n")
	case hidden > 0:
		b.WriteString("_ []int // unexported fields, not comparable\n")
	}
	return b.String()
}

// promotes reports whether a struct gets exported fields or methods by embedding a
// type.
func promotes(t types.Type) bool {
	for method := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		if method.Obj().Exported() {
			return true
		}
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for field := range s.Fields() {
		if field.Exported() || field.Embedded() && promotes(field.Type()) {
			return true
		}
	}
	return false
}

func quoteTag(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}

// methods returns the lines of an interface. Unexported methods stand in it too:
// they say that nobody outside can implement it.
func (w *writer) methods(t *types.Interface) string {
	var b strings.Builder
	for embedded := range t.EmbeddedTypes() {
		b.WriteString(w.text(embedded) + "\n")
	}
	for _, method := range slices.SortedFunc(t.ExplicitMethods(), byName) {
		b.WriteString(w.signature(method) + "\n")
	}
	return b.String()
}
