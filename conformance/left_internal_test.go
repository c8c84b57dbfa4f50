package conformance

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAReportNamesWhatIsLeftOfTheFullestProfile(t *testing.T) {
	t.Parallel()
	clauses := []ClauseResult{
		{ID: "CRE-001", Status: Pass},
		{ID: "REF-001", Gate: "refunds", Status: NotApplied},
		{ID: "REF-002", Gate: "refunds.partial", Status: NotApplied},
		{ID: "WHK-001", Gate: "webhooks", Status: NotApplied},
		{ID: "WHK-002", Gate: "webhooks, !webhooks.signed", Status: NotApplied},
		{ID: "CAN-001", Gate: "cancel", Status: NotApplied},
	}
	capabilities := Capabilities{
		Declared:   []string{"redirect", "expiry"},
		Undeclared: []string{"cancel", "list", "refunds", "refunds.partial", "webhooks", "webhooks.signed"},
	}
	left := func(r *Report) string {
		var text strings.Builder
		writeLeft(&text, r)
		return text.String()
	}
	assert.Equal(t, "left for redirect-wallet: refunds (2 clauses, REF-*), webhooks (2 clauses, WHK-*)\n"+
		"possible besides: cancel (1 clause, CAN-*), list\n\n",
		left(&Report{Clauses: clauses, Capabilities: capabilities}))

	assert.Empty(t, left(&Report{Clauses: clauses, Capabilities: capabilities, Counts: Counts{Skipped: 1}}), "some clauses only")
	capabilities.Declared = append(capabilities.Declared, "refunds", "webhooks")
	capabilities.Undeclared = []string{"cancel", "refunds.partial", "webhooks.signed"}
	assert.Empty(t, left(&Report{Clauses: clauses, Capabilities: capabilities}), "nothing is left")
	assert.Empty(t, left(&Report{}), "a run that could not begin")
}
