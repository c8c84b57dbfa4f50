package selftest

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// Source is a tree of Go source, such as os.DirFS of the module's root. Each
// folder is parsed once. It can be used by several goroutines at once.
type Source struct {
	tree fs.FS
	tags []string
	set  *token.FileSet

	mu      sync.Mutex
	folders map[string]*folder
}

// NewSource returns the source in the tree, as it is built with some build tags.
func NewSource(tree fs.FS, tags ...string) *Source {
	return &Source{tree: tree, tags: tags, set: token.NewFileSet(), folders: make(map[string]*folder)}
}

// folder is the part of a package that is built here: its files but for tests
// and for those of other systems.
type folder struct {
	files []*file
	err   error
}

// file is a parsed file of Go.
type file struct {
	path  string // from the root of the tree
	text  string
	set   *token.FileSet
	ast   *ast.File
	decls []*decl
}

// decl is a top-level declaration: a function, a method, or a constant,
// variable or type. Of a group in brackets it is one member.
type decl struct {
	file  *file
	names []string // F, or T.M; several for "var a, b"
	kind  token.Token

	from, to int          // in the file's text, with its directives
	docFrom  int          // where its comment begins
	group    *ast.GenDecl // nil: it is in no group
}

func (s *Source) folder(name string) *folder {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.folders[name]; ok {
		return known
	}
	f := &folder{}
	f.files, f.err = s.parseFolder(name)
	s.folders[name] = f
	return f
}

func (s *Source) parseFolder(name string) ([]*file, error) {
	entries, err := fs.ReadDir(s.tree, name)
	if err != nil {
		return nil, fmt.Errorf("there is no package folder %s", name)
	}
	var files []*file
	for _, entry := range entries {
		at := path.Join(name, entry.Name())
		if entry.IsDir() || !s.builds(at) {
			continue
		}
		text, err := fs.ReadFile(s.tree, at)
		if err != nil {
			return nil, err
		}
		parsed, err := parse(s.set, at, string(text))
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no Go package in folder %s", name)
	}
	return files, nil
}

// builds reports whether the go command builds the file here, as mutants are
// built.
func (s *Source) builds(name string) bool {
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	system := build.Default
	system.CgoEnabled, system.BuildTags = false, s.tags
	system.OpenFile = func(name string) (io.ReadCloser, error) { return s.tree.Open(name) }
	fits, err := system.MatchFile(path.Dir(name), path.Base(name))
	return fits && err == nil
}

// parse reads one file.
func parse(set *token.FileSet, name, text string) (*file, error) {
	f := &file{path: name, text: text, set: set}
	var err error
	if f.ast, err = parser.ParseFile(f.set, name, text, parser.ParseComments); err != nil {
		return nil, err
	}
	for _, d := range f.ast.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			f.add(d, d.Doc, token.FUNC, funcName(d))
		case *ast.GenDecl:
			if d.Tok != token.IMPORT {
				f.addGroup(d)
			}
		}
	}
	return f, nil
}

func (f *file) add(node ast.Node, doc *ast.CommentGroup, kind token.Token, names ...string) *decl {
	d := &decl{file: f, names: names, kind: kind, from: f.offset(node.Pos()), to: f.offset(node.End())}
	d.docFrom = d.from
	if doc != nil {
		d.docFrom = f.offset(doc.Pos())
		for _, comment := range slices.Backward(doc.List) {
			if isDirective(comment.Text) {
				d.from = f.offset(comment.Pos())
			}
		}
	}
	f.decls = append(f.decls, d)
	return d
}

func (f *file) addGroup(group *ast.GenDecl) {
	for _, spec := range group.Specs {
		var names []string
		var doc *ast.CommentGroup
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			names, doc = []string{spec.Name.Name}, spec.Doc
		case *ast.ValueSpec:
			doc = spec.Doc
			for _, name := range spec.Names {
				names = append(names, name.Name)
			}
		}
		if group.Lparen.IsValid() {
			f.add(spec, doc, group.Tok, names...).group = group
		} else {
			f.add(group, group.Doc, group.Tok, names...)
		}
	}
}

func (f *file) offset(at token.Pos) int { return f.set.Position(at).Offset }

// funcName returns F, or T.M for a method, whatever the pointer and the type
// parameters of its receiver.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	receiver := d.Recv.List[0].Type
	for {
		switch t := receiver.(type) {
		case *ast.StarExpr:
			receiver = t.X
		case *ast.ParenExpr:
			receiver = t.X
		case *ast.IndexExpr:
			receiver = t.X
		case *ast.IndexListExpr:
			receiver = t.X
		case *ast.Ident:
			return t.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

// text returns the declaration as it is written.
func (d *decl) text() string { return d.file.text[d.from:d.to] }

// words returns its tokens. Their places are those in the file.
func (d *decl) words() []word {
	words, err := scan(d.text())
	if err != nil { // the parser has read it
		return nil
	}
	for i := range words {
		words[i].at += d.from
		words[i].end += d.from
	}
	return words
}

// mayRepeat reports whether a package can have several declarations of the name.
func mayRepeat(name string) bool { return name == "_" || name == "init" }

// find returns the declarations of the name in the folder: one, or several of
// a name that may repeat.
func (s *Source) find(folder, name string) ([]*decl, error) {
	f := s.folder(folder)
	if f.err != nil {
		return nil, f.err
	}
	var found []*decl
	for _, file := range f.files {
		for _, d := range file.decls {
			if slices.Contains(d.names, name) {
				found = append(found, d)
			}
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("package %s declares no %s", folder, name)
	case len(found) > 1 && !mayRepeat(name):
		return nil, fmt.Errorf("package %s declares %s %d times", folder, name, len(found))
	}
	return found, nil
}

// read returns the text of one file of the tree.
func (s *Source) read(name string) (string, error) {
	text, err := fs.ReadFile(s.tree, name)
	return string(text), err
}
