package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// examples are those of commands whose own file has none, without the name of the program.
func examples() []string {
	return []string{
		`call bin/payment-provider-memory GetStatus '{"payment_id": "pay_1"}' --settings settings.yaml`,
		`call wallet-th Configure --catalog catalog.yaml`,
		`catalog add bin/payment-provider-memory --catalog catalog.yaml --name wallet-th`,
		`catalog diff catalog.yaml catalog.new.yaml`,
		`conformance doctor -f conformance.yaml`,
		`conformance gateway-check -f conformance.yaml`,
		`conformance explain IDM-001`,
		`conformance list --json | jq '.[].id'`,
		`conformance host explain HKY-001`,
		`conformance host list`,
		`conformance host selftest --only 'settles-*'`,
		`conformance host selftest check --compile`,
		`conformance selftest --only 'prints-*,follows-redirects'`,
		`conformance selftest --sample 20 --since HEAD^`,
		`conformance selftest check --compile --record`,
		`conformance selftest gone provider/memory session.probe`,
		`conformance selftest migrate mutants.old.yaml > mutants.yaml`,
		`conformance selftest move provider/memory newKey provider/kit NewKey`,
		`conformance selftest move-package contract/wire internal/wire`,
		`conformance selftest refit`,
		`conformance selftest rehome provider/memory session.send provider/memory session.sendOnce`,
		`conformance selftest rename provider/memory session.probe session.look`,
		`conformance selftest requalify internal/wire wire frames`,
		`conformance selftest rewrite provider/memory 'do($x)' 'send(ctx, $x)'`,
		`version --json`,
	}
}

// addExamples adds each example to the command that it is of.
func addExamples(root *cobra.Command) {
	for _, example := range examples() {
		of := root
		for word := range strings.FieldsSeq(example) {
			at := below(of, word)
			if at == nil {
				break
			}
			of = at
		}
		if of.Example != "" {
			of.Example += "\n"
		}
		of.Example += "  " + root.Name() + " " + example
	}
}

func below(command *cobra.Command, name string) *cobra.Command {
	for _, c := range command.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return nil
}
