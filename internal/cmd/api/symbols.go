package main

import (
	"errors"
	"fmt"
	"go/types"
	"io"
	"strings"
	"text/tabwriter"
)

// symbols counts the constants, variables, functions and types that a package
// exports, and the exported methods of these types. Fields, and the methods of
// interfaces, are part of their types.
func symbols(p *types.Package) int {
	count := 0
	for _, name := range p.Scope().Names() {
		object := p.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		count++
		if named, ok := object.Type().(*types.Named); ok && object.Pkg() == named.Obj().Pkg() && isType(object) {
			for method := range named.Methods() {
				if method.Exported() {
					count++
				}
			}
		}
	}
	return count
}

func isType(object types.Object) bool {
	_, ok := object.(*types.TypeName)
	return ok
}

// printSymbols prints how many symbols each package exports. Too many of them are an
// error. The contract does not count: it is what there is to say, and what is
// generated from it follows. Package host has a limit of its own, since whoever writes a
// provider or runs the suite has nothing to do with it.
func printSymbols(out io.Writer, packages []*promisedPackage) error {
	total := 0
	var errs []error
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range packages {
		count := symbols(p.types)
		switch {
		case p.folder == "contract" || strings.HasPrefix(p.folder, "contract/"):
			fmt.Fprintf(table, "%d\t  %s (not counted)\n", count, p.folder)
		case p.folder == "host":
			fmt.Fprintf(table, "%d\t  %s (at most %d, and not counted)\n", count, p.folder, maxHostSymbols)
			errs = append(errs, atMost("package host exports", count, maxHostSymbols))
		default:
			total += count
			fmt.Fprintf(table, "%d\t  %s\n", count, p.folder)
		}
	}
	fmt.Fprintf(table, "%d\t  exported symbols; at most %d\n", total, maxSymbols)
	return errors.Join(append(errs, table.Flush(), atMost("the promised packages export", total, maxSymbols))...)
}

func atMost(who string, count, limit int) error {
	if count <= limit {
		return nil
	}
	return fmt.Errorf("%s %d symbols, and may export %d: make some unexported", who, count, limit)
}
