package harness

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/conformance/internal/proxy"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/text"
)

// Evidence is what happened during a check, without secrets.
type Evidence struct {
	// Faults are the faults that were armed.
	Faults []FaultRecord

	// Discarded are the faults that happened in scenarios that the check has discarded.
	Discarded []FaultRecord

	// Timeline has a line for each call of the provider and each request to
	// the gateway, in the order in which they ended, one scenario after another.
	Timeline []string

	// Log is the end of what the provider printed.
	Log string
}

// FaultRecord says how often a fault happened.
type FaultRecord struct {
	ID    string
	Fault string
	Fired int
}

const (
	maxTimeline = 400
	maxLogShown = 4 << 10
)

func (e *Env) evidence() *Evidence {
	evidence := &Evidence{}
	for _, name := range slices.Sorted(maps.Keys(e.discarded)) {
		if fired := e.discarded[name]; fired > 0 {
			evidence.Discarded = append(evidence.Discarded, FaultRecord{Fault: name, Fired: fired})
		}
	}
	for i, scenario := range e.scenarios {
		for _, armed := range scenario.Proxy.Armed() {
			evidence.Faults = append(evidence.Faults, FaultRecord{
				ID: armed.ID(), Fault: e.Canaries.Redact(armed.String()), Fired: armed.Fired(),
			})
		}
		if len(e.scenarios) > 1 {
			evidence.Timeline = append(evidence.Timeline, fmt.Sprintf("scenario %d", i+1))
		}
		evidence.Timeline = append(evidence.Timeline, scenario.timeline()...)
		if scenario.Instance != nil { // the last one's
			evidence.Log = e.Canaries.redactEnd(scenario.Log(), maxLogShown)
		}
	}
	if over := len(evidence.Timeline) - maxTimeline; over > 0 {
		evidence.Timeline = append([]string{fmt.Sprintf("(%d lines before)", over)}, evidence.Timeline[over:]...)
	}
	return evidence
}

// event is a line of the timeline with its time.
type event struct {
	at   time.Duration
	text string
}

func (s *Scenario) timeline() []string {
	var events []event
	for _, exchange := range s.Proxy.Journal() {
		events = append(events, event{at: exchange.At, text: "→ " + describe(&exchange)})
	}
	if s.Instance != nil {
		for _, call := range s.Calls()[s.calls:] {
			end := call.Began.Add(call.Took)
			if end.Before(s.opened) || s.closed(end) {
				continue
			}
			events = append(events, event{at: end.Sub(s.opened), text: "← " + Describe(&call)})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return int(a.at - b.at) })
	lines := make([]string, len(events))
	for i, e := range events {
		lines[i] = s.env.Canaries.Redact(fmt.Sprintf("%7.3f %s", e.at.Seconds(), e.text))
	}
	return lines
}

// closed reports whether the instance belonged to another scenario by then.
func (s *Scenario) closed(at time.Time) bool {
	for i, scenario := range s.env.scenarios {
		if scenario == s && i+1 < len(s.env.scenarios) && !s.own {
			next := s.env.scenarios[i+1]
			return !next.own && at.After(next.opened)
		}
	}
	return false
}

// describe returns an exchange with the gateway in one line.
func describe(x *proxy.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", x.Method, x.Path)
	if x.Query != "" {
		b.WriteString("?" + text.Truncate(x.Query, maxAsked, "…"))
	}
	if x.Operation != "" {
		fmt.Fprintf(&b, " [%s]", x.Operation)
	}
	if key := x.RequestHeader.Get("Idempotency-Key"); key != "" {
		fmt.Fprintf(&b, " key=%s", key)
	}
	if body := strings.Join(strings.Fields(string(x.RequestBody)), " "); body != "" {
		b.WriteString(" " + text.Truncate(strings.ToValidUTF8(body, "�"), maxAsked, "…"))
	}
	switch {
	case !x.Forwarded:
		b.WriteString(" (never reached the gateway)")
	case x.Commit && x.GatewayStatus/100 == 2:
		fmt.Fprintf(&b, " (committed, %d)", x.GatewayStatus)
	default:
		fmt.Fprintf(&b, " (gateway answered %d)", x.GatewayStatus)
	}
	if x.Fault != "" {
		fmt.Fprintf(&b, " fault %s, provider got %d", x.Fault, x.Status)
	}
	return b.String()
}

func answered(c *Call) string {
	switch response := c.Response.(type) {
	case interface{ GetPayment() *v1.Payment }:
		payment := response.GetPayment()
		return fmt.Sprintf("%s %s", payment.GetPaymentId(), strings.TrimPrefix(payment.GetStatus().String(), "PAYMENT_STATUS_"))
	case interface{ GetRefund() *v1.Refund }:
		refund := response.GetRefund()
		return fmt.Sprintf("%s %s", refund.GetRefundId(), strings.TrimPrefix(refund.GetStatus().String(), "REFUND_STATUS_"))
	default:
		return "OK"
	}
}

// DescribeStatus returns a gRPC error in one line.
func DescribeStatus(s *status.Status) string {
	var b strings.Builder
	b.WriteString(s.Code().String())
	for _, detail := range s.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			b.WriteString(" " + detail.GetReason())
		case *v1.OperationOutcome:
			b.WriteString(" outcome=" + strings.TrimPrefix(detail.GetOutcome().String(), "OUTCOME_"))
		case *errdetails.RetryInfo:
			b.WriteString(" retry_after=" + detail.GetRetryDelay().AsDuration().String())
		}
	}
	return b.String() + fmt.Sprintf(" %.200q", s.Message())
}
