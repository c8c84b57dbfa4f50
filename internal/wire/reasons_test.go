package wire

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

// outcomeLetters are what the table of the .proto has for outcomes.
var outcomeLetters = map[contract.Outcome]string{contract.NotAttempted: "N", contract.Rejected: "R"}

// Authors in other languages have the .proto alone, and the provider in
// JavaScript has the table once more.
func TestReasons_AreTheTableOfTheProto(t *testing.T) {
	t.Parallel()
	rows := findRows(t, "../../contract/paymentprovider/v1/paymentprovider.proto",
		`(?m)^//   ([A-Z_]+) +([A-Z_]+)(?: +([NRI](?: [NRI])?)(?:  .*)?)?(?:   .*)?$`)
	for _, reason := range wordsInGo(t)["Reason"] {
		row := rows[reason]
		require.NotNil(t, row, "%s is not in the table of errors", reason)
		assert.Equal(t, reasonCodes[contract.Reason(reason)].String(), camelCase(row[2]), "the code of %s", reason)
		for outcome, letter := range outcomeLetters {
			assert.Equal(t, contract.Reason(reason).Allows(outcome), slices.Contains(strings.Fields(row[3]), letter),
				"whether %s may be %s", reason, outcome)
		}
	}
}

func TestReasons_AreTheTablesInOtherLanguages(t *testing.T) {
	t.Parallel()
	for file, row := range map[string]string{
		"provider/node-example/src/contract/error.js":              `(?m)^  ([A-Z_]+): \["([A-Z_]+)"((?:, [A-Z_]+)*)\],$`,
		"conformance/internal/scaffold/python/paysocket/errors.py": `(?m)^    "([A-Z_]+)": \("([A-Z_]+)",((?: [A-Z_]+,?)*)\),$`,
	} {
		rows := findRows(t, "../../"+file, row)
		for _, reason := range wordsInGo(t)["Reason"] {
			row := rows[reason]
			require.NotNil(t, row, "%s is not in REASONS of %s", reason, file)
			assert.Equal(t, reasonCodes[contract.Reason(reason)].String(), camelCase(row[2]), "%s: the code of %s", file, reason)
			for outcome := range outcomeLetters {
				assert.Equal(t, contract.Reason(reason).Allows(outcome), strings.Contains(row[3], string(outcome)),
					"%s: whether %s may be %s", file, reason, outcome)
			}
		}
	}
}

// findRows returns the parts of each row of a table, by the first of them.
func findRows(t *testing.T, file, form string) map[string][]string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	rows := map[string][]string{}
	for _, row := range regexp.MustCompile(form).FindAllStringSubmatch(string(content), -1) {
		rows[row[1]] = row
	}
	return rows
}

// camelCase returns the name of a gRPC code as package codes writes it.
func camelCase(code string) string {
	var name strings.Builder
	for word := range strings.SplitSeq(code, "_") {
		name.WriteString(word[:1] + strings.ToLower(word[1:]))
	}
	return name.String()
}

func TestStatuses_AreAcceptedInAnswers(t *testing.T) {
	t.Parallel()
	words := wordsInGo(t)
	for _, status := range words["PaymentStatus"] {
		assert.NotContains(t, violated((&contract.Payment{Status: contract.PaymentStatus(status)}).Validate()), "payment.status", status)
	}
	for _, status := range words["RefundStatus"] {
		assert.NotContains(t, violated((&contract.Refund{Status: contract.RefundStatus(status)}).Validate()), "refund.status", status)
	}
	for _, code := range words["FailureCode"] {
		failed := &contract.Payment{Status: contract.PaymentFailed, Failure: &contract.Failure{Code: contract.FailureCode(code)}}
		assert.NotContains(t, violated(failed.Validate()), "payment.failure.code", code)
	}
	assert.Contains(t, violated((&contract.Refund{Status: "OF_LATER"}).Validate()), "refund.status")
}

// violated returns the fields that an error of a check names.
func violated(err error) []string {
	failed, _ := errors.AsType[*contract.Error](err)
	var fields []string
	for _, violation := range failed.Violations {
		fields = append(fields, violation.Field)
	}
	return fields
}
