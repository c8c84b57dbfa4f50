package checks

import (
	"net/http"
	"strconv"
	"time"

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
}

// counts reports whether a request could be repeated after the fault, while the caller
// still waits.
func (r *row) counts() bool { return r.class != unsent && r.limit == 0 }

// faultRows has a row for every kind of fault of the proxy, on connections of both
// kinds where that makes a difference, and for every status that gateways and what
// stands before them send in place of an answer.
func faultRows() []row {
	var rows []row
	for _, fresh := range []bool{true, false} {
		on := map[bool]string{true: " on a new connection", false: " on a connection that was used"}[fresh]
		for _, phase := range []proxy.Phase{proxy.BeforeCommit, proxy.AfterCommit} {
			add := func(name string, kind proxy.Kind, limit time.Duration, reasons ...contract.Reason) {
				rows = append(rows, row{
					name: name + on + ", " + string(phase), class: unknown, fresh: fresh, used: !fresh, limit: limit, reasons: reasons,
					fault: proxy.Fault{Phase: phase, Kind: kind, Times: -1},
				})
			}
			add("the connection is reset", proxy.FaultReset, 0, contract.ConnectionLost)
			add("the connection is closed", proxy.FaultCloseNoResponse, 0, contract.ConnectionLost)
			if phase == proxy.AfterCommit {
				add("no answer in time", proxy.FaultHold, shortLimit)
			}
		}
	}
	rows = append(rows, row{ // one that was used may be lost before it is refused
		name: "the connection is refused", class: unsent, fresh: true, reasons: []contract.Reason{contract.ProviderUnreachable},
		fault: proxy.Fault{Kind: proxy.FaultRefuse},
	})
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
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		redirect := spoilt("a redirect with the status "+strconv.Itoa(status), proxy.FaultRedirect, 0, contract.MalformedResponse)
		redirect.fault.Status, redirect.fault.URL = status, "https://elsewhere.example/"
		redirect.rare = status != http.StatusTemporaryRedirect
		rows = append(rows, redirect)
	}
	return rows
}

// statusRows are answers without the gateway's error object: all of 500 to 511, those of
// CDNs and load balancers beyond, and those of 4xx that do not mean a refusal.
func statusRows() []row {
	var rows []row
	add := func(status int, class class, phase proxy.Phase, reasons ...contract.Reason) {
		rows = append(rows, row{
			name: "the status " + strconv.Itoa(status) + ", " + string(phase), class: class, reasons: reasons, fault: statusFault("", status, phase),
		})
	}
	for _, status := range []int{
		500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511,
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
	add(http.StatusTooManyRequests, limited, proxy.BeforeCommit, contract.ProviderRateLimited)
	add(http.StatusUnauthorized, refused, proxy.BeforeCommit, contract.ProviderAuthFailed)
	add(http.StatusForbidden, refused, proxy.BeforeCommit, contract.ProviderAuthFailed)
	return rows
}

// leftFaults are the kinds of faults that no row has, and why.
func leftFaults() map[proxy.Kind]string {
	return map[proxy.Kind]string{
		proxy.FaultDelay:         "the call succeeds; the sweep over deadlines delays requests",
		proxy.FaultSlowHeaders:   "it ends by the deadline; the sweep over deadlines measures it",
		proxy.FaultDrip:          "it ends by the deadline; the sweep over deadlines measures it",
		proxy.FaultPatchJSON:     "the answer can be read; the sweep over echoes changes fields",
		proxy.FaultOversize:      "a large answer is legal",
		proxy.FaultDuplicateSend: "the answer is whole; IDM-001 sends twice",

		proxy.FaultWrongName:        "SEC-005 plays it with every operation",
		proxy.FaultUnknownAuthority: "SEC-005 plays it with every operation",
		proxy.FaultExpired:          "SEC-005 plays it with every operation",
		proxy.FaultOldTLS:           "SEC-005 plays it with every operation",
	}
}
