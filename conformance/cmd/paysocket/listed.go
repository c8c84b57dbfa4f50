package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/paysocket/paysocket/internal/text"
	"github.com/paysocket/paysocket/internal/tool"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// listed are the providers that an operator has: those of a catalog, or those in a
// folder.
type listed struct {
	*supervisor.Catalog

	path string

	// folder says that the path is a folder. Its entries have a name and a path, and
	// no sum, mode, settings or secrets.
	folder bool
}

// binaryPrefix begins the names of files that are providers. A folder of programs has
// others, which must not be executed.
const binaryPrefix = "payment-provider-"

// loadListed reads a catalog or looks into a folder.
func loadListed(path string) (*listed, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, tool.Misused(fmt.Errorf("there is neither a catalog nor a folder: %w", err))
	case err == nil && info.IsDir():
		return listFolder(path)
	}
	catalog, err := supervisor.LoadCatalog(path) // which says what is wrong with the file
	if err != nil {
		return nil, err
	}
	return &listed{Catalog: catalog, path: path}, nil
}

// listFolder returns the providers in a folder, by the names of their files.
func listFolder(path string) (*listed, error) {
	l := &listed{Catalog: &supervisor.Catalog{}, path: path, folder: true}
	folder, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name, named := strings.CutPrefix(file.Name(), binaryPrefix)
		info, err := os.Stat(filepath.Join(folder, file.Name())) // a link to a binary is one
		if !named || err != nil || !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0 {
			continue
		}
		if other, err := l.find(nameInCatalog(name)); err == nil {
			return nil, fmt.Errorf("%s and %s would both be called %s; rename one", other.Path, file.Name(), other.Name)
		}
		l.Entries = append(l.Entries, supervisor.Entry{Name: nameInCatalog(name), Path: filepath.Join(folder, file.Name())})
	}
	if len(l.Entries) == 0 {
		return nil, fmt.Errorf("the folder %s has no providers; those are executable files called %s and a name", path, binaryPrefix)
	}
	return l, nil
}

// nameInCatalog returns a name as a catalog can have it: "wallet-1-3-0" for
// "Wallet-1.3.0".
func nameInCatalog(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(name))
	if name == "" || name[0] < 'a' || name[0] > 'z' {
		name = "p-" + name
	}
	return text.Truncate(name, 63, "")
}

// find returns the provider of that name.
func (l *listed) find(name string) (*supervisor.Entry, error) {
	if entry, ok := l.Entry(strings.TrimPrefix(name, binaryPrefix)); ok {
		return entry, nil
	}
	names := make([]string, len(l.Entries))
	for i := range l.Entries {
		names[i] = l.Entries[i].Name
	}
	return nil, tool.Misused(fmt.Errorf("%s has no provider %q; it has %s", l.path, name, strings.Join(names, ", ")))
}
