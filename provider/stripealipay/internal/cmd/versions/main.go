// Command versions writes the shapes of Stripe's objects in each API version, for
// the tests of package stripealipay:
//
//	cd provider/stripealipay && go run ./internal/cmd/versions > testdata/versions.json
//
// It takes them from released Go modules of Stripe's, which the go command
// downloads: a release of stripe-go has the types of one API version, and one of
// stripe-mock has examples of objects. A release of the SDK that is for another
// version needs another row in rows.go.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "versions:", err)
		os.Exit(1)
	}
}

// object is an object of Stripe's: a value for each field.
type object map[string]any

// shape is what a version has of each object that the provider reads.
type shape map[string]object

// written is a row as it is written. The first row adds everything.
type written struct {
	Version string              `json:"version"`
	Source  string              `json:"source"`
	Change  string              `json:"change"`
	Added   shape               `json:"added,omitempty"`
	Removed map[string][]string `json:"removed,omitempty"`
}

func run(ctx context.Context, out io.Writer) error {
	var before, with shape
	var all []written
	for _, r := range rows() {
		if r.with == nil {
			r.with = with
		}
		now, err := r.shape(ctx, before)
		if err != nil {
			return fmt.Errorf("%s: %w", r.version, err)
		}
		w := written{Version: r.version, Source: r.source(), Change: r.change}
		w.Added, w.Removed = difference(before, now)
		all, before, with = append(all, w), now, r.with
	}
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(all)
}

// shape returns what the row's modules have. A field that the row before had keeps
// its value.
func (r *row) shape(ctx context.Context, before shape) (shape, error) {
	now := before.clone() // if there is no release of the SDK
	if r.sdk != "" {
		folder, err := download(ctx, "github.com/stripe/stripe-go/"+r.sdk)
		if err != nil {
			return nil, err
		}
		if now, err = readTypes(folder); err != nil {
			return nil, err
		}
	}
	for name, fields := range now {
		maps.Copy(fields, r.with[name])
		for _, field := range r.without[name] {
			delete(fields, field)
		}
		for field, value := range before[name] {
			if found, has := fields[field]; has && !differ(value, found) {
				fields[field] = value
			}
		}
	}
	if r.mock == "" {
		return now, nil
	}
	folder, err := download(ctx, "github.com/stripe/stripe-mock@"+r.mock)
	if err != nil {
		return nil, err
	}
	return now, now.readExamples(folder)
}

func (s shape) clone() shape {
	cloned := shape{}
	for name, fields := range s {
		cloned[name] = maps.Clone(fields)
	}
	return cloned
}

// readExamples takes the examples of stripe-mock over.
func (s shape) readExamples(folder string) error {
	content, err := os.ReadFile(filepath.Join(folder, "embedded", "openapi", "fixtures3.json"))
	if err != nil {
		return err
	}
	var examples struct{ Resources shape }
	if err := json.Unmarshal(content, &examples); err != nil {
		return err
	}
	for name, fields := range s {
		for field, value := range examples.Resources[name] {
			if !isPlaceholder(field) {
				fields[field] = value
			}
		}
	}
	return nil
}

// differ reports whether two values are of different types in JSON. null is of any.
func differ(a, b any) bool { return a != nil && b != nil && reflect.TypeOf(a) != reflect.TypeOf(b) }

// isPlaceholder reports whether a field is for the tests to fill: it is another
// object of the shape, the example has a card in it, or only events of Connect have
// it.
func isPlaceholder(field string) bool {
	return slices.Contains([]string{"account", "data", "last_payment_error", "latest_charge", "next_action", "payment_method_details", "source"}, field)
}

// difference returns what one shape has more than another, or of another type, and
// what it lacks.
func difference(before, now shape) (shape, map[string][]string) {
	added, removed := shape{}, map[string][]string{}
	for name, fields := range now {
		for field, value := range fields {
			old, had := before[name][field]
			if had && !differ(old, value) {
				continue
			}
			if added[name] == nil {
				added[name] = object{}
			}
			added[name][field] = value
		}
		for field := range before[name] {
			if _, has := fields[field]; !has {
				removed[name] = append(removed[name], field)
			}
		}
		slices.Sort(removed[name])
	}
	return added, removed
}

// download returns the folder of a released module.
func download(ctx context.Context, module string) (string, error) {
	content, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", module).Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", module, err, content)
	}
	var found struct{ Dir string }
	return found.Dir, json.Unmarshal(content, &found)
}
