package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// write records what the packages export, and prints which changes are incompatible
// with the record before.
func write(ctx context.Context, out io.Writer, apidiff string, packages []*promisedPackage) error {
	differences, err := compare(ctx, apidiff, packages)
	if err != nil { // a record that cannot be read is the more reason to write it
		fmt.Fprintln(out, err)
	}
	for _, d := range differences {
		fmt.Fprintln(out, d)
	}
	if err := os.RemoveAll(recordFolder); err != nil {
		return err
	}
	for _, p := range packages {
		if err := os.MkdirAll(filepath.Dir(p.record()), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p.record(), []byte(p.api), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if the record is not what the packages export.
func check(ctx context.Context, out io.Writer, apidiff string, packages []*promisedPackage) error {
	if err := onlyPromised(packages); err != nil {
		return err
	}
	differences, err := compare(ctx, apidiff, packages)
	if err != nil {
		return err
	}
	incompatible := false
	for _, d := range differences {
		fmt.Fprintln(out, d)
		incompatible = incompatible || d.incompatible != ""
	}
	switch {
	case incompatible:
		return errors.New("a promised API changed so that code which uses it breaks.\n" +
			"Undo that. If it is meant, describe it in CHANGELOG.md, run make api-write, and commit " + recordFolder + " with it")
	case len(differences) > 0:
		return errors.New("a promised API is not what " + recordFolder + " records. No code that uses it breaks.\n" +
			"If it is meant, run make api-write, and commit " + recordFolder + " with it")
	}
	return nil
}

// A difference is that between a package and its record.
type difference struct {
	folder       string
	incompatible string // lines, as the next
	compatible   string
}

func (d difference) String() string {
	text := d.folder + ":"
	if d.incompatible != "" {
		text += "\n  incompatible:\n" + d.incompatible
	}
	if d.compatible != "" {
		text += "\n  compatible:\n" + d.compatible
	}
	return strings.TrimRight(text, "\n")
}

// compare returns how the packages differ from the record.
func compare(ctx context.Context, apidiff string, packages []*promisedPackage) (differences []difference, err error) {
	old, err := unpackRecord()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(old.root)) }()
	for _, p := range packages {
		recorded, ok := old.files[p.folder]
		delete(old.files, p.folder)
		if !ok {
			differences = append(differences, difference{folder: p.folder, compatible: "  - it is promised, and not recorded\n"})
			continue
		}
		report, err := old.apidiff(ctx, apidiff, p.folder)
		if err != nil {
			return nil, err
		}
		d := parseReport(p.folder, report)
		if recorded != p.api && report == "" {
			d.compatible = "  - its declarations are written differently\n"
		}
		if d != (difference{folder: p.folder}) {
			differences = append(differences, d)
		}
	}
	for folder := range old.files {
		differences = append(differences, difference{folder: folder, incompatible: "  - it is recorded, and no longer promised\n"})
	}
	return differences, nil
}

// parseReport reads what apidiff prints.
func parseReport(folder, report string) difference {
	d := difference{folder: folder}
	into := &d.incompatible
	for line := range strings.Lines(report) {
		switch strings.TrimSpace(line) {
		case "Incompatible changes:":
			into = &d.incompatible
		case "Compatible changes:":
			into = &d.compatible
		case "":
		default:
			*into += "  " + line
		}
	}
	return d
}
