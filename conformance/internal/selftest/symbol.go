package selftest

import (
	"cmp"
	"go/ast"
	"go/types"
)

// symbol is what an identifier stands for.
type symbol struct {
	folder string // of the package, or its path if it is none of ours
	name   string // F, T, T.M or T.f; empty: the package itself
	local  bool   // it belongs to a function, or to the language
}

// names finds the symbols of one package's identifiers.
type names struct {
	u      *universe
	owners map[*types.Package]map[*types.Var]string
}

func newInfo() *types.Info {
	return &types.Info{Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object)}
}

// symbols returns what the identifiers of the changed files stand for, by their
// places. What cannot be type-checked is not known.
func (v *view) symbols(folder string) (map[string]map[int]symbol, error) {
	files, err := v.files(folder)
	if err != nil {
		return nil, err
	}
	info := newInfo()
	_, _ = v.checkFiles(folder, files, info) // what there is has to do
	n := &names{u: v.universe, owners: make(map[*types.Package]map[*types.Var]string)}
	all := make(map[string]map[int]symbol)
	for _, f := range files {
		all[f.path] = make(map[int]symbol)
		ast.Inspect(f.ast, func(node ast.Node) bool {
			ident, ok := node.(*ast.Ident)
			if !ok {
				return true
			}
			object, isDef := info.Defs[ident]
			if used := info.Uses[ident]; used != nil {
				object = used
			}
			if object != nil {
				all[f.path][f.offset(ident.Pos())] = n.of(object)
			} else if isDef { // the variable of a type switch, or the package clause
				all[f.path][f.offset(ident.Pos())] = symbol{local: true}
			}
			return true
		})
	}
	return all, nil
}

// meaning returns the symbols of a package as it is.
func (u *universe) meaning(folder string) (map[string]map[int]symbol, error) {
	if known := u.meant[folder]; known != nil {
		return known, nil
	}
	found, err := u.with(nil).symbols(folder)
	u.meant[folder] = found
	return found, err
}

func (n *names) of(object types.Object) symbol {
	if name, ok := object.(*types.PkgName); ok {
		return symbol{folder: n.folder(name.Imported())}
	}
	if object.Pkg() == nil {
		return symbol{local: true}
	}
	s := symbol{folder: n.folder(object.Pkg())}
	switch o := object.(type) {
	case *types.Func:
		if receiver := o.Origin().Signature().Recv(); receiver != nil {
			if s.name = typeName(receiver.Type()); s.name == "" {
				return symbol{local: true}
			}
			s.name += "." + o.Name()
			return s
		}
	case *types.Var:
		if o.Embedded() { // it is called what its type is
			if t := typeObject(o.Type()); t != nil {
				return n.of(t)
			}
		}
		if o.IsField() {
			s.name = cmp.Or(n.owner(o.Origin()), "."+o.Name()) // of a type without a name
			return s
		}
	}
	if object.Parent() != object.Pkg().Scope() {
		return symbol{local: true}
	}
	s.name = object.Name()
	return s
}

func (n *names) folder(p *types.Package) string {
	folder, ours := n.u.folder(p.Path())
	if !ours {
		return p.Path()
	}
	return folder
}

func typeObject(t types.Type) *types.TypeName {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Origin().Obj()
	}
	return nil
}

func typeName(t types.Type) string {
	if object := typeObject(t); object != nil {
		return object.Name()
	}
	return ""
}

// owner returns T.f for the field f of a struct type T.
func (n *names) owner(field *types.Var) string {
	p := field.Pkg()
	if n.owners[p] == nil {
		n.owners[p] = make(map[*types.Var]string)
		for _, name := range p.Scope().Names() {
			object, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok {
				continue
			}
			if s, ok := object.Type().Underlying().(*types.Struct); ok && !object.IsAlias() {
				for field := range s.Fields() {
					n.owners[p][field] = name + "." + field.Name()
				}
			}
		}
	}
	return n.owners[p][field]
}
