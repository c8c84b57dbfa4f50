package contract

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The table of outcomes and the comments are one statement. Package wire compares
// the table with that of the .proto.
func TestReason_CommentsNameTheOutcomesOfTheTable(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, parser.ParseComments)
	require.NoError(t, err)
	documented := map[Reason]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok || spec.Doc == nil || spec.Type == nil || len(spec.Values) != 1 {
			return true
		}
		reason := Reason(strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		if !reason.Known() {
			return true // an outcome
		}
		documented[reason] = true
		assert.Equal(t, append([]Outcome{}, reasons[reason].outcomes...), namedOutcomes(spec.Doc.Text()), "the comment of %s", spec.Names[0].Name)
		return true
	})
	assert.Len(t, documented, len(reasons), "every reason has a comment")
}

// namedOutcomes returns the outcomes that a comment names, in its order. Indeterminate
// may stand alone, and is no outcome of the table, since every reason may have it.
func namedOutcomes(comment string) []Outcome {
	words := strings.FieldsFunc(comment, func(r rune) bool { return strings.ContainsRune(" \n.,;:()", r) })
	outcomes := []Outcome{}
	for _, word := range words {
		outcome := map[string]Outcome{"NotAttempted": NotAttempted, "Rejected": Rejected}[word]
		if outcome != "" && !slices.Contains(outcomes, outcome) {
			outcomes = append(outcomes, outcome)
		}
	}
	return outcomes
}

func TestReason_SaysWhoCanMendIt(t *testing.T) {
	t.Parallel()
	for reason, terms := range reasons {
		assert.Contains(t, []Remedy{RemedyTime, RemedyRequest, RemedyOperator, RemedyDecision, RemedyAuthor}, reason.Remedy(), reason)
		assert.Equal(t, reason.Remedy() == RemedyTime, reason.Transient(), reason)
		assert.False(t, reason.Transient() && len(terms.outcomes) > 0 && terms.outcomes[0] == Rejected, "%s: what is refused for good does not pass", reason)
	}
	assert.Equal(t, RemedyDecision, Reason("SOMETHING_NEW").Remedy())
	assert.False(t, Reason("SOMETHING_NEW").Transient())
}
