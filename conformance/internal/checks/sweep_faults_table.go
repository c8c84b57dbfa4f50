package checks

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
)

// class is what is certain about a request after a fault.
type class string

const (
	unsent    class = "unsent"    // no connection: the gateway got nothing
	unknown   class = "unknown"   // the gateway may have executed it
	undecided class = "undecided" // the gateway says that it does not know yet
	limited   class = "limited"   // the gateway refused to process it, for now
	refused   class = "refused"   // the gateway refused the credentials
	overdue   class = "overdue"   // the provider's own time-out came before the answer
)

// row is one fault of a sweep: what happens to a request.
type row struct {
	name  string
	class class
	fault proxy.Fault // without its operation

	// reasons are those that the contract's table has for it; empty: any that is no
	// verdict about a payment.
	reasons []contract.Reason

	// rare says that few gateways answer so. A slow provider meets one of these, drawn by
	// the seed, and not all.
	rare bool

	fresh bool          // whether the connection is a new one
	used  bool          // whether it has carried a request before
	limit time.Duration // of the call; 0: that of the manifest

	// wait is the time to wait in Retry-After, in seconds or, with date, as a date.
	wait time.Duration
	date bool

	// reading says that only requests meet the fault that cannot move money, and whole
	// that they are those of wholes, and what a webhook makes a provider read.
	reading, whole bool

	// object says that the body is the gateway's error object, and account that only the
	// answer to a probe is lost: it has to be an account.
	object, account bool

	// bare says that the answer has no body, and is a success.
	bare bool
}

// counts reports whether a request could be repeated after the fault, while the caller
// still waits.
func (r *row) counts() bool {
	return r.class != unsent && r.class != overdue && r.limit == 0 && !r.reading && r.wait == 0
}

// wholes returns the operations that ask for no one payment, so that none can be missing.
func wholes() []contract.Operation {
	return []contract.Operation{contract.OperationListPayments, contract.OperationConfigure}
}

// usual reports whether the gateway answers the request so without a fault.
func (r *row) usual(request met) bool { return r.bare && request.bare }

// left returns why requests of the column do not meet the fault; empty: they do.
func (r *row) left(c *column) string {
	switch {
	case c.counts && !r.counts():
		return "no request is answered that could be repeated"
	case r.class == overdue && c.clauseOn(overdue) != "DLN-001":
		return "what only reads, or is repeated, is asked again; DLN-001 measures when it ends"
	case c.second && r.fault.Kind == proxy.FaultRefuse:
		return "it is about the whole call, which another column has"
	case c.fails != "" && (r.rare || r.fresh || r.used || r.limit != 0 || r.class == undecided):
		return "another column has it, and each costs a process of the provider"
	case r.wait != 0 && c.clauseOn(limited) != "ERR-004":
		return "ERR-004 looks at the time to wait"
	case r.account && c.operation != contract.OperationConfigure:
		return "there are gateways whose empty lists look like that; what they repeat has a sweep of its own"
	case r.object && !slices.Contains(wholes(), c.operation):
		return "it is how the gateway says that a payment is not there"
	case r.whole && !slices.Contains(append(wholes(), contract.OperationParseWebhook), c.operation):
		return "there are gateways that say so, without more, of a payment that is not there"
	default:
		return ""
	}
}

// possible reports whether the fault can be had with this provider and manifest.
func (r *row) possible(t *harness.T, e *harness.Env) bool {
	if r.object {
		return harness.OptionalField(t, "errors.object", e.Manifest.Errors.Object) != ""
	}
	if r.account && e.Manifest.Fields.EmptyList == "{}" { // a probe may read a list
		return false
	}
	return r.class != overdue || ownLimit(t, e) != ""
}

// ownLimit returns the setting for how long a call may take at most; empty if the provider
// has none. The client of a call whose deadline has passed hears nothing of what the
// provider says then, but of what it says after its own time-out.
func ownLimit(t *harness.T, e *harness.Env) string {
	name := cmp.Or(e.Manifest.Fixtures.Timeout, "timeout")
	isTime := func(f contract.ConfigField) bool { return f.Kind == contract.ConfigDuration }
	named := func(f contract.ConfigField) bool { return isTime(f) && f.Name == name }
	switch {
	case name == manifest.None, !slices.ContainsFunc(e.Descriptor.ConfigFields, isTime):
		return ""
	case slices.ContainsFunc(e.Descriptor.ConfigFields, named):
		return name
	}
	t.MarkUnverified("the provider has no time as a setting %s; fixtures.timeout of the manifest can name that for how long a call may take, or be none", name)
	return ""
}

// configuration returns the configuration in which requests meet the fault.
func (r *row) configuration(t *harness.T, e *harness.Env, s *harness.Scenario) *contract.Configuration {
	if r.class != overdue {
		return s.Configuration
	}
	with := *s.Configuration
	with.Settings = maps.Clone(with.Settings)
	with.Settings[ownLimit(t, e)] = e.Within(shortLimit).String()
	return &with
}

// toSend returns the fault with what depends on the run and the time.
func (r *row) toSend(e *harness.Env, now time.Time) proxy.Fault {
	fault := r.fault
	if r.object {
		fault.Header, fault.Body = nil, []byte(e.Manifest.Errors.Object)
	}
	if r.wait != 0 {
		after := strconv.Itoa(int(r.wait.Seconds()))
		if r.date {
			after = now.Add(r.wait).UTC().Format(http.TimeFormat)
		}
		fault.Header = http.Header{"Content-Type": {"text/html"}, "Retry-After": {after}}
	}
	return fault
}

// waits reports whether this is the time to wait that the answer had. Of a date, some has
// passed meanwhile.
func (r *row) waits(after time.Duration) bool {
	if r.date {
		return after > r.wait-10*time.Second && after <= r.wait+time.Second
	}
	return after == r.wait
}

// faultRows has a row for every kind of fault of the proxy, on connections of both
// kinds where that makes a difference, and for every status that gateways and what
// stands before them send in place of an answer.
func faultRows() []row {
	var rows []row
	for _, fresh := range []bool{true, false} {
		on := map[bool]string{true: " on a new connection", false: " on a connection that was used"}[fresh]
		for _, phase := range []proxy.Phase{proxy.BeforeCommit, proxy.AfterCommit} {
			for name, kind := range inOrder(map[string]proxy.Kind{"the connection is reset": proxy.FaultReset, "the connection is closed": proxy.FaultCloseNoResponse}) {
				rows = append(rows, row{
					name: name + on + ", " + string(phase), class: unknown, fresh: fresh, used: !fresh, reasons: []contract.Reason{contract.ConnectionLost},
					fault: proxy.Fault{Phase: phase, Kind: kind, Times: -1},
				})
			}
		}
	}
	rows = append(rows, row{name: "no answer in time", class: unknown, limit: shortLimit, fault: proxy.Fault{Phase: proxy.AfterCommit, Kind: proxy.FaultHold, Times: -1}})
	rows = append(rows, row{ // one that was used may be lost before it is refused
		name: "the connection is refused", class: unsent, fresh: true, reasons: []contract.Reason{contract.ProviderUnreachable},
		fault: proxy.Fault{Kind: proxy.FaultRefuse},
	})
	for name, kind := range inOrder(map[string]proxy.Kind{
		"no answer within the provider's own limit": proxy.FaultHold, "a body that drips until the provider's own limit": proxy.FaultDrip,
	}) {
		rows = append(rows, row{name: name, class: overdue, fault: proxy.Fault{Phase: proxy.AfterCommit, Kind: kind, Times: -1}})
	}
	rows = append(rows, spoiltRows()...)
	return append(rows, statusRows()...)
}

// spoiltRows are answers that cannot be read.
func spoiltRows() []row {
	spoilt := func(name string, kind proxy.Kind, bytes int, reasons ...contract.Reason) row {
		return row{
			name: name, class: unknown, reasons: reasons,
			fault: proxy.Fault{Phase: proxy.AfterCommit, Kind: kind, Bytes: bytes, Times: -1},
		}
	}
	lost := []contract.Reason{contract.ConnectionLost, contract.MalformedResponse}
	rows := []row{
		spoilt("a cut body", proxy.FaultTruncate, 20, lost...), spoilt("a bad chunk", proxy.FaultBadChunk, 0, lost...),
		spoilt("an empty body", proxy.FaultEmptyBody, 0, contract.MalformedResponse),
		spoilt("a web page", proxy.FaultHTML, 0, contract.MalformedResponse),
		spoilt("no JSON", proxy.FaultNotJSON, 0, contract.MalformedResponse),
		spoilt("the status 204", proxy.FaultStatus, 0, contract.MalformedResponse),
	}
	rows[2].bare, rows[5].bare, rows[5].fault.Status = true, true, http.StatusNoContent
	for name, body := range inOrder(map[string]string{
		"an object without members": `{}`, "another object": `{"object":"other","id":"other_1","name":"other"}`,
	}) {
		odd := spoilt(name+" with the status 200", proxy.FaultStatus, 0, contract.MalformedResponse)
		odd.account, odd.fault.Body = true, []byte(body)
		rows = append(rows, odd)
	}
	told := spoilt("the gateway's error with the status 200", proxy.FaultStatus, 0, contract.MalformedResponse)
	told.object, told.reading = true, true
	rows = append(rows, told)
	for _, status := range []int{301, 302, 303, 307, 308} {
		redirect := spoilt("a redirect with the status "+strconv.Itoa(status), proxy.FaultRedirect, 0, contract.MalformedResponse)
		redirect.fault.Status, redirect.fault.URL = status, "https://elsewhere.example/"
		redirect.rare = status != http.StatusTemporaryRedirect
		rows = append(rows, redirect)
	}
	return rows
}

// statusRows are answers without the gateway's error object: all of 500 to 511, those of
// CDNs and load balancers beyond, and those of 4xx that do not mean a refusal. One of them
// has that object: of a list or a probe, it says no more than the page of a proxy.
func statusRows() []row {
	var rows []row
	add := func(status int, class class, phase proxy.Phase, reasons ...contract.Reason) {
		rows = append(rows, row{
			name: "the status " + strconv.Itoa(status) + ", " + string(phase), class: class, reasons: reasons, fault: statusFault("", status, phase),
		})
	}
	for _, status := range []int{
		424, 500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511,
		520, 521, 522, 523, 524, 525, 526, 527, 529, 530, 561, 598, 599,
	} {
		add(status, unknown, proxy.AfterCommit, contract.ProviderFault)
		rows[len(rows)-1].rare = status == 501 || status > 504
	}
	add(http.StatusServiceUnavailable, unknown, proxy.BeforeCommit, contract.ProviderFault)
	later := len(rows)
	add(http.StatusServiceUnavailable, unknown, proxy.AfterCommit, contract.ProviderFault)
	rows[later].name = "the status 503 with Retry-After"
	rows[later].fault.Header.Set("Retry-After", "30") // it asks to wait, and is no rate limit
	add(http.StatusRequestTimeout, undecided, proxy.AfterCommit, contract.ProviderTimeout)
	add(http.StatusConflict, undecided, proxy.AfterCommit, contract.AttemptUnsettled)
	add(http.StatusTooEarly, undecided, proxy.AfterCommit, contract.AttemptUnsettled)
	for _, object := range []bool{false, true} {
		add(http.StatusNotFound, unknown, proxy.BeforeCommit)
		missing := &rows[len(rows)-1]
		missing.reading, missing.whole, missing.object = true, true, object
		missing.name += map[bool]string{false: ", of a proxy", true: ", of the gateway"}[object]
	}
	add(http.StatusTooManyRequests, limited, proxy.BeforeCommit, contract.ProviderRateLimited)
	for _, date := range []bool{false, true} {
		add(http.StatusTooManyRequests, limited, proxy.BeforeCommit, contract.ProviderRateLimited)
		asks := &rows[len(rows)-1]
		asks.name += map[bool]string{false: ", with seconds to wait", true: ", with a date to wait for"}[date]
		asks.wait, asks.date = map[bool]time.Duration{false: 7 * time.Second, true: 30 * time.Second}[date], date
	}
	add(http.StatusUnauthorized, refused, proxy.BeforeCommit, contract.ProviderAuthFailed)
	add(http.StatusForbidden, refused, proxy.BeforeCommit, contract.ProviderAuthFailed)
	return rows
}

// leftFaults are the kinds of faults that no row has, and why.
func leftFaults() map[proxy.Kind]string {
	return map[proxy.Kind]string{
		proxy.FaultDelay:         "the call succeeds; the sweep over deadlines delays requests",
		proxy.FaultSlowHeaders:   "it ends by the deadline; the sweep over deadlines measures it",
		proxy.FaultPatchJSON:     "the answer can be read; the sweep over echoes changes fields",
		proxy.FaultOversize:      "a large answer is legal",
		proxy.FaultDuplicateSend: "the answer is whole; IDM-001 sends twice",

		proxy.FaultWrongName:        "SEC-005 plays it with every operation",
		proxy.FaultUnknownAuthority: "SEC-005 plays it with every operation",
		proxy.FaultExpired:          "SEC-005 plays it with every operation",
		proxy.FaultOldTLS:           "SEC-005 plays it with every operation",
	}
}
