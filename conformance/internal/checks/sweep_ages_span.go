package checks

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// provesAsMuch checks what a look-up that found nothing says of itself. It was settled
// exactly if the declared settle time had passed when it was asked, which was at some time
// since began.
func (c *ageColumn) provesAsMuch(t *harness.T, what string, err error, attempt *contract.Attempt, settle time.Duration, began time.Time) {
	said := metadata(err)
	harness.Equal(t, what+": "+contract.MetaComplete, "true", said[contract.MetaComplete])
	before, after := attempt.SettledAt(began, settle), attempt.SettledAt(time.Now(), settle)
	if before == after { // else it settled during the call
		harness.Equal(t, what+": "+contract.MetaSettled+", with a settle time of "+settle.String(), strconv.FormatBool(after), said[contract.MetaSettled])
	}
	if !c.of.saysWindow {
		return
	}
	from, fromErr := time.Parse(time.RFC3339, said[contract.MetaSearchedFrom])
	until, untilErr := time.Parse(time.RFC3339, said[contract.MetaSearchedUntil])
	if fromErr != nil || untilErr != nil {
		t.Errorf("%s: the error does not say which window was read: %v", what, said)
		return
	}
	_, fromOff := from.Zone()
	_, untilOff := until.Zone()
	harness.True(t, fromOff == 0 && untilOff == 0, "%s: the window is not in UTC: %v", what, said)
	last := c.lastOf(attempt, began)
	harness.True(t, !from.After(attempt.FirstAt) && !until.Before(last.Truncate(time.Second)),
		"%s: the window %s to %s does not hold the calls from %s to %s", what, from, until, attempt.FirstAt, last)
}

// lastOf returns until when what a look-up is for can have been made.
func (c *ageColumn) lastOf(attempt *contract.Attempt, began time.Time) time.Time {
	if attempt.Unknown() && attempt.LastUnknownAt.Before(began) {
		return attempt.LastUnknownAt
	}
	return began
}

// asksWidely checks the times in what the gateway was asked since there were so many
// requests: a look-up that asks for a span of time must go beyond the calls on both sides,
// because the gateway has another clock. One that asks for no times reads all there is.
func (c *ageColumn) asksWidely(t *harness.T, s *harness.Scenario, what string, before int, attempt *contract.Attempt, began time.Time) {
	const rounding = time.Second
	first := attempt.FirstAt.Add(-lookupMargin).Add(rounding)
	last := c.lastOf(attempt, began).Add(lookupMargin).Add(-rounding)
	var all []time.Time
	spans := false
	for _, exchange := range s.Proxy.Journal()[before:] {
		if exchange.Commit {
			continue
		}
		times := timesAsked(exchange.Query)
		spans = spans || len(times) > 1
		all = append(all, times...)
	}
	if len(all) == 0 {
		return
	}
	slices.SortFunc(all, time.Time.Compare)
	earliest, latest := all[0], all[len(all)-1]
	if spans {
		harness.True(t, !earliest.After(first) && !latest.Before(last),
			"%s: the gateway was asked for %s to %s, and the calls were from %s to %s: a margin of %s on both sides is due",
			what, earliest, latest, attempt.FirstAt, c.lastOf(attempt, began), lookupMargin)
		return
	}
	for _, bound := range all { // on one side
		harness.True(t, !bound.After(first) || !bound.Before(last), "%s: the gateway was asked for what is on one side of %s, and the calls were from %s to %s: a margin of %s is due",
			what, bound, attempt.FirstAt, c.lastOf(attempt, began), lookupMargin)
	}
}

// timesAsked returns the times that a query has, each once.
func timesAsked(query string) []time.Time {
	values, _ := url.ParseQuery(query)
	var times []time.Time
	for _, of := range values {
		for _, value := range of {
			if at, ok := timeOf(value); ok && !slices.ContainsFunc(times, at.Equal) {
				times = append(times, at)
			}
		}
	}
	return times
}
