// Command portable writes docs/portable, what authors in other languages need as files
// besides the pages: the .proto for an old protoc, and ISO 4217's exponents as JSON. With
// protoc 3.21 it also writes the .proto in Python, for the scaffold.
// "make generate" runs it in the root of the module.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
)

const (
	folder = "docs/portable"
	source = "contract/paymentprovider/v1/paymentprovider.proto"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "portable:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	plain, err := withoutRedaction(string(text))
	if err != nil {
		return err
	}
	table, err := json.MarshalIndent(currencies(), "", "  ")
	if err != nil {
		return err
	}
	if err := errors.Join(write("paymentprovider.proto", plain), write("iso4217.json", string(table)+"\n")); err != nil {
		return err
	}
	return writePython(ctx)
}

func write(name, content string) error {
	return os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644)
}

// withoutRedaction removes the option that protoc before version 22 does not know. It
// changes neither messages nor their encoding.
func withoutRedaction(proto string) (string, error) {
	const option = " [debug_redact = true]"
	plain := strings.ReplaceAll(proto, option, "")
	if strings.Contains(plain, "debug_redact =") {
		return "", errors.New("the .proto has the option debug_redact in a form that is not known here; extend withoutRedaction")
	}
	return "// Made by \"make generate\" of " + source + ", for protoc before\n// version 22, which does not know the option debug_redact. Nothing else differs.\n\n" + plain, nil
}

// A table is ISO 4217 for programs.
type table struct {
	About string `json:"about"`

	// Active are the exponents of currencies in which payments are created, and
	// Retired those of others, which old payments have.
	Active  map[string]int `json:"active"`
	Retired map[string]int `json:"retired"`
}

func currencies() *table {
	t := &table{
		About:  "The decimal digits of each currency's minor unit in ISO 4217. Payments are created in an active currency only.",
		Active: make(map[string]int), Retired: make(map[string]int),
	}
	for code := range codes {
		exponent, known := contract.Exponent(code)
		switch {
		case !known:
		case isActive(code):
			t.Active[code] = exponent
		default:
			t.Retired[code] = exponent
		}
	}
	return t
}

// codes yields every code of three letters.
func codes(yield func(string) bool) {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			for c := 'A'; c <= 'Z'; c++ {
				if !yield(string([]rune{a, b, c})) {
					return
				}
			}
		}
	}
}

// isActive reports whether the contract allows to create a payment in a currency.
func isActive(code string) bool {
	request := &contract.CreatePaymentRequest{Amount: contract.Money{Currency: code, MinorUnits: 1}}
	invalid, ok := errors.AsType[*contract.Error](request.Validate())
	return ok && !slices.ContainsFunc(invalid.Violations, func(v contract.Violation) bool { return strings.HasPrefix(v.Field, "amount") })
}
