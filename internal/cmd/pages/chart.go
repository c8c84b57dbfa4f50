package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// A node is what a host may know of the payment of one idempotency key.
type node struct {
	name, about string
	x, y        int
	history     contract.History
}

// An edge is how a host learns more. Money is in it if a payment may be made by it.
type edge struct {
	from, to, why string
	late          bool // it happens after the host took the payment for over
}

func try(outcome contract.Outcome, reason contract.Reason, ended time.Duration) contract.Try {
	terms := contract.Idempotency{Kind: contract.IdempotencyLookup, LookupByKey: true, SettleTime: 2 * time.Minute}
	t := contract.Try{N: 1, Began: began, Deadline: began.Add(time.Minute), Terms: terms, Account: "account", Outcome: outcome, Reason: reason}
	if ended > 0 {
		t.Ended = began.Add(ended)
	}
	return t
}

var began = time.Date(2026, time.January, 1, 12, 0, 0, 0, time.UTC)

func nodes() []node {
	history := func(status contract.PaymentStatus, tries ...contract.Try) contract.History {
		return contract.History{Operation: contract.OperationCreatePayment, Key: "key", PayerAction: contract.PayerActionRequired, Status: status, Tries: tries}
	}
	answered := try("", "", time.Second)
	answered.Answered = true
	return []node{
		{"no call", "the key is stored", 500, 30, history("")},
		{"called", "no answer yet", 500, 180, history("", try("", "", 0))},
		{"not attempted", "nothing was sent", 250, 180, history("", try(contract.NotAttempted, contract.ProviderUnreachable, time.Second))},
		{"rejected", "the gateway refused", 750, 180, history("", try(contract.Rejected, contract.ProviderRejected, time.Second))},
		{"indeterminate", "it may have been made", 250, 330, history("", try(contract.Indeterminate, contract.ConnectionLost, time.Second))},
		{"PENDING", "the payer can pay", 500, 330, history(contract.PaymentPending, answered)},
		{"UNKNOWN", "the gateway does not say", 750, 330, history(contract.PaymentUnknown, answered)},
		{"SUCCEEDED", "the payer has paid", 750, 630, history(contract.PaymentSucceeded, answered)},
		{"FAILED", "it did not succeed", 20, 490, history(contract.PaymentFailed, answered)},
		{"EXPIRED", "the payer came too late", 250, 490, history(contract.PaymentExpired, answered)},
		{"CANCELED", "it was stopped", 480, 490, history(contract.PaymentCanceled, answered)},
	}
}

func edges() []edge {
	return []edge{
		{"no call", "called", "CreatePayment", false},
		{"called", "not attempted", "error", false},
		{"called", "rejected", "error", false},
		{"called", "indeterminate", "error, no end", false},
		{"called", "PENDING", "answer", false},
		{"not attempted", "called", "again", false},
		{"indeterminate", "PENDING", "found", false},
		{"PENDING", "UNKNOWN", "read", false},
		{"UNKNOWN", "PENDING", "read", false},
		{"PENDING", "SUCCEEDED", "read", false},
		{"PENDING", "FAILED", "read", false},
		{"PENDING", "EXPIRED", "read", false},
		{"PENDING", "CANCELED", "read", false},
		{"FAILED", "SUCCEEDED", "late", true},
		{"EXPIRED", "SUCCEEDED", "late", true},
		{"CANCELED", "SUCCEEDED", "late", true},
	}
}

// verdictOf asks the contract what a host may do a second after the call has ended.
func verdictOf(n *node) contract.Verdict {
	now := &contract.Now{At: began.Add(2 * time.Second), CallTime: time.Minute, Account: "account", Terms: &contract.Idempotency{
		Kind: contract.IdempotencyLookup, LookupByKey: true, SettleTime: 2 * time.Minute,
	}}
	history := n.history
	return contract.Decide(&history, now)
}

const wide, high = 200, 84

var colours = map[contract.Action]string{
	contract.ActionCall: "#dbeafe", contract.ActionLookUp: "#fef3c7", contract.ActionRead: "#fef3c7",
	contract.ActionWait: "#f3f4f6", contract.ActionNothing: "#dcfce7", contract.ActionAsk: "#fee2e2",
}

// chart returns the states of a payment as a picture, with what Decide allows in each.
func chart() string {
	var picture strings.Builder
	picture.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 970 770" font-family="sans-serif" font-size="13" role="img" aria-label="The states of a payment">
<!-- Made by "make generate" of contract.Decide. Do not edit. -->
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#374151"/></marker></defs>
<rect width="970" height="770" fill="#ffffff"/>
`)
	all := nodes()
	at := map[string]*node{}
	for i := range all {
		at[all[i].name] = &all[i]
	}
	for _, e := range edges() {
		picture.WriteString(line(at[e.from], at[e.to], &e))
	}
	for i := range all {
		picture.WriteString(box(&all[i]))
	}
	picture.WriteString(`<text x="20" y="750" fill="#374151">The last line of each box is what contract.Decide lets a host do next. Dashed: late, and a person hears of it.</text>
</svg>
`)
	return picture.String()
}

func box(n *node) string {
	verdict := verdictOf(n)
	does := string(verdict.Do)
	if verdict.Free {
		does += ", or another key"
	}
	return fmt.Sprintf(`<g><rect x="%d" y="%d" width="%d" height="%d" rx="8" fill="%s" stroke="#374151"/>
<text x="%d" y="%d" font-weight="bold">%s</text><text x="%d" y="%d">%s</text><text x="%d" y="%d" font-family="monospace">%s</text></g>
`, n.x, n.y, wide, high, colours[verdict.Do], n.x+12, n.y+24, n.name, n.x+12, n.y+46, n.about, n.x+12, n.y+68, does)
}

// line leads from the border of one box to that of another. Boxes side by side have a way
// forth and one back.
func line(from, to *node, e *edge) string {
	shift, anchor := 0, "start"
	if from.y == to.y {
		shift, anchor = -14*sign(to.x-from.x), "middle"
	}
	x1, y1 := border(from.x+wide/2, from.y+high/2, to.x+wide/2, to.y+high/2)
	x2, y2 := border(to.x+wide/2, to.y+high/2, from.x+wide/2, from.y+high/2)
	dash := ""
	if e.late {
		dash = ` stroke-dasharray="5 4"`
	}
	return fmt.Sprintf(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#374151" marker-end="url(#tip)"%s/><text x="%d" y="%d" fill="#4b5563" font-size="11" text-anchor="%s">%s</text>
`, x1, y1+shift, x2, y2+shift, dash, (x1+x2)/2+3, (y1+y2)/2+shift-5, anchor, e.why)
}

// border returns where a line from the middle of a box to another point leaves the box.
func border(x, y, toX, toY int) (int, int) {
	dx, dy := toX-x, toY-y
	// The line leaves by a side if it is flatter than the box's diagonal.
	if abs(dy)*wide <= abs(dx)*high {
		return x + sign(dx)*wide/2, y + dy*wide/2/max(abs(dx), 1)
	}
	return x + dx*high/2/max(abs(dy), 1), y + sign(dy)*high/2
}

func abs(n int) int { return max(n, -n) }

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}
