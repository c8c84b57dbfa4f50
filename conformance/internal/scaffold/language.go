package scaffold

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/paysocket/paysocket/docs/portable"
	nodeexample "github.com/paysocket/paysocket/provider/node-example"
)

// Language is what a project is written in.
type Language string

// The languages.
const (
	Go     Language = "go"
	Python Language = "python"
	Node   Language = "node"
)

// Languages are all languages, the default first.
func Languages() []Language { return []Language{Go, Python, Node} }

// The parts of the template in Go are named one by one, so that programs that somebody
// built in the folder are left out. go.mod has another name there, since a folder with
// a go.mod is another module and cannot be embedded.
//
//go:embed template/*.go template/cmd template/sandbox template/conformance.yaml
//go:embed template/go.mod.tmpl template/Makefile template/README.md template/.gitignore template/.github
var inGo embed.FS

// Python files whose names begin with an underscore are embedded by "all:" only.
//
//go:embed all:python all:node all:shared
var inOthers embed.FS

// source is a tree of files that are copied into a project.
type source struct {
	files  fs.FS
	from   string            // a folder or a file of files
	to     string            // its path in the project; "" is the project's folder
	change *strings.Replacer // of the content, before the project's names; nil: none
	only   func(name string) bool
}

// sources returns what a project is copied from. No file is in two of them.
func (l Language) sources() ([]source, error) {
	shared := source{files: inOthers, from: "shared"}
	switch l {
	case Go:
		return []source{{files: inGo, from: "template"}}, nil
	case Python:
		return []source{
			{files: inOthers, from: "python"},
			shared,
			{files: portable.Files(), from: "iso4217.json", to: "paysocket/iso4217.json"},
		}, nil
	case Node:
		return append(nodeSources(), source{files: inOthers, from: "node"}, shared), nil
	default:
		return nil, fmt.Errorf("%q is not a language of new-provider; write one of %v", l, Languages())
	}
}

// Tests of the parts that are the same for every gateway.
var nodePlumbingTests = map[string]bool{
	"certificate.test.js": true, "gate.test.js": true, "lifetime.test.js": true, "log.test.js": true, "time.test.js": true,
}

// nodeSources returns the provider in JavaScript of this repository. The folders that
// know no gateway become one, with their tests.
func nodeSources() []source {
	example := nodeexample.Files()
	names := []string{"Memory through JavaScript (an example)", "Acme Pay", "node-example", "acme-pay"}
	plumbing := strings.NewReplacer(
		"../../../../contract/paymentprovider/v1/paymentprovider.proto", "./paymentprovider.proto",
		"../src/contract/", "../contract/", "../src/plugin/", "../plugin/",
	)
	own := strings.NewReplacer(append(names,
		`"./contract/`, `"../paysocket/contract/`, `"./plugin/`, `"../paysocket/plugin/`,
		`"../src/contract/`, `"../paysocket/contract/`, `"../src/plugin/`, `"../paysocket/plugin/`,
		"--test test/", "--test test/ paysocket/test/",
	)...)
	isPlumbing := func(name string) bool { return nodePlumbingTests[path.Base(name)] }
	sources := []source{
		{files: example, from: "src/plugin", to: "paysocket/plugin", change: plumbing},
		{files: example, from: "src/contract", to: "paysocket/contract", change: plumbing},
		{files: portable.Files(), from: "paymentprovider.proto", to: "paysocket/contract/paymentprovider.proto"},
		{files: example, from: "test", to: "paysocket/test", change: plumbing, only: isPlumbing},
		{files: example, from: "test", to: "test", change: own, only: func(name string) bool { return !isPlumbing(name) }},
		{files: example, from: "src", to: "src", change: own, only: func(name string) bool { return path.Dir(name) == "src" }},
	}
	for _, name := range []string{"package.json", "package-lock.json", "build.js", "proto_text.js"} {
		sources = append(sources, source{files: example, from: name, to: name, change: own})
	}
	return sources
}

// each calls visit with the path in the project and the content of every file.
func (s *source) each(visit func(name string, content []byte) error) error {
	return fs.WalkDir(s.files, s.from, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "__pycache__": // what somebody's Python left there
			return fs.SkipDir
		case entry.IsDir() || s.only != nil && !s.only(name):
			return nil
		}
		content, err := fs.ReadFile(s.files, name)
		if err != nil {
			return err
		}
		if s.change != nil {
			content = []byte(s.change.Replace(string(content)))
		}
		return visit(path.Join(s.to, strings.TrimPrefix(strings.TrimPrefix(name, s.from), "/")), content)
	})
}
