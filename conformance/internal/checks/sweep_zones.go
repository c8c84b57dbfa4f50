package checks

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

const (
	zoneClause = "STS-012"

	// farZone is fourteen hours off UTC, further than any other: what is read in it
	// instead of in UTC is on another day.
	farZone = "Pacific/Kiritimati"

	zoneFiles = "/usr/share/zoneinfo"
)

// zones is the sweep over times in the zone of the machine: every time of every answer, as
// a process has it that is in another zone than its gateway. In the process of the suite
// there is no other zone, so the clause needs one of the provider's own.
func zones() sweep {
	payments, refunds := timesOfPayments(), timesOfRefunds()
	cells := append(cross(payments, paymentPaths()), cross(refunds, refundPaths())...)
	return sweep{name: "zones", cells: cells, check: func(clause string) Check {
		return func(t *harness.T, e *harness.Env) {
			if _, err := os.Stat(filepath.Join(zoneFiles, farZone)); err != nil {
				t.SkipUnverified("this machine does not know the time zone %s", farZone)
			}
			s := e.Scenario(t, &harness.ScenarioOptions{Env: []string{"TZ=" + farZone}})
			for _, state := range paymentStates()[:2] {
				if state.reachable(e) {
					k := know(t, e, s, state.name+", in the zone "+farZone)
					if state.reach(t, e, k) {
						compare(t, e, k, clause, payments, paymentPaths())
					}
				}
			}
			if !refundsPaid(e) {
				return
			}
			k := know(t, e, s, "a refund, in the zone "+farZone)
			s.Transition(t, k.created.PaymentID, gateway.StateSucceeded)
			if made := refundStates()[0]; made.make(t, e, k) {
				compare(t, e, k, clause, refunds, refundPaths())
			}
		}
	}}
}

// timesOfPayments has a row for every field of a payment that is or has a time.
func timesOfPayments() []fact[contract.Payment] {
	times := onlyTimes(paymentFacts())
	at := slices.IndexFunc(times, func(f fact[contract.Payment]) bool { return f.field == "next_action" })
	times[at].check = func(t *harness.T, what string, p *contract.Payment, k *recorded) {
		if p.NextAction != nil {
			checkExpires(t, what, &contract.Payment{ExpiresAt: p.NextAction.ExpiresAt}, k)
		}
	}
	at = slices.IndexFunc(times, func(f fact[contract.Payment]) bool { return f.field == "updated_at" })
	times[at].check = func(t *harness.T, what string, p *contract.Payment, _ *recorded) {
		off := time.Since(p.UpdatedAt).Abs()
		harness.True(t, p.UpdatedAt.IsZero() || off < time.Hour, "%s: it is %s", what, p.UpdatedAt)
	}
	return times
}

func timesOfRefunds() []fact[contract.Refund] { return onlyTimes(refundFacts()) }

// timeFields are the fields of answers that are or have times.
func timeFields() []string { return []string{"created_at", "updated_at", "expires_at", "next_action"} }

func onlyTimes[Answer any](facts []fact[Answer]) []fact[Answer] {
	facts = slices.DeleteFunc(facts, func(f fact[Answer]) bool { return !slices.Contains(timeFields(), f.field) })
	for i := range facts {
		facts[i].clause, facts[i].on = zoneClause, nil
	}
	return facts
}
