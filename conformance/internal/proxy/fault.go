package proxy

import (
	"fmt"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Phase says when a fault is injected.
type Phase string

// The phases.
const (
	// BeforeCommit: the request never reaches the gateway.
	BeforeCommit Phase = "before_commit"

	// AfterCommit: the gateway has executed the request and answered completely.
	// Then the answer is corrupted.
	AfterCommit Phase = "after_commit"
)

// Kind is what a fault does.
type Kind string

// The kinds of faults. They corrupt an answer: before commit, one with Status (200)
// and Body ("{}"); after commit, the answer of the gateway.
const (
	FaultStatus          Kind = "status"            // answers with Status, Header and Body
	FaultReset           Kind = "reset"             // resets the connection (RST)
	FaultCloseNoResponse Kind = "close_no_response" // closes the connection without a byte
	FaultRefuse          Kind = "refuse"            // refuses and closes all connections until Disarm
	FaultHold            Kind = "hold"              // waits for Release, then goes on as usual
	FaultDelay           Kind = "delay"             // waits for Delay, then goes on
	FaultSlowHeaders     Kind = "slow_headers"      // sends the headers a byte at a time, Delay between two
	FaultDrip            Kind = "drip"              // sends Bytes of the body in a second
	FaultTruncate        Kind = "truncate"          // announces the whole body, sends Bytes of it, and closes
	FaultBadChunk        Kind = "bad_chunk"         // sends a chunk with an invalid size
	FaultEmptyBody       Kind = "empty_body"        // sends the status and headers only
	FaultHTML            Kind = "html"              // sends a web page
	FaultNotJSON         Kind = "not_json"          // sends something that is not JSON as JSON
	FaultPatchJSON       Kind = "patch_json"        // changes the answer by Patch
	FaultOversize        Kind = "oversize"          // pads the answer with blanks to Bytes
	FaultDuplicateSend   Kind = "duplicate_send"    // sends the request to the gateway twice, and answers with the first answer
	FaultRedirect        Kind = "redirect"          // answers 307, or Status, with URL as Location

	// The gateway cannot prove on any connection who it is, until Disarm. A
	// provider that connects in spite of that is served.
	FaultWrongName        Kind = "wrong_name"        // its certificate is for another name
	FaultUnknownAuthority Kind = "unknown_authority" // an authority that nobody trusts has signed it
	FaultExpired          Kind = "expired"           // it was valid until yesterday
	FaultOldTLS           Kind = "tls_1_1"           // it speaks nothing newer than TLS 1.1
)

// Fault is a fault for some of the requests that pass a [Proxy].
type Fault struct {
	// Operation is the name of the route; empty means any.
	Operation string

	// Nth is the first matching request after Arm that meets the fault, counted
	// from 1; 0 means 1. Times is how many requests meet it; 0 means 1, and a
	// negative number means all.
	Nth, Times int

	// Phase, if empty, is BeforeCommit; for FaultPatchJSON, which needs the
	// gateway's answer, it is AfterCommit.
	Phase Phase

	Kind   Kind
	Status int
	Header http.Header
	Body   []byte
	Patch  []gateway.PatchOp
	Bytes  int
	Delay  time.Duration
	URL    string

	// Optional says that it is not an error if no request meets the fault.
	Optional bool

	// WhereItFits passes answers on unchanged that do not have the fields of a
	// FaultPatchJSON, such as an empty page. They do not count.
	WhereItFits bool
}

// normal returns the fault with default values filled in.
func (f Fault) normal() Fault {
	f.Nth = max(f.Nth, 1)
	if f.Times == 0 {
		f.Times = 1
	}
	if f.Phase == "" {
		f.Phase = BeforeCommit
		if f.Kind == FaultPatchJSON {
			f.Phase = AfterCommit
		}
	}
	if f.Status == 0 {
		f.Status = http.StatusOK
		if f.Kind == FaultRedirect {
			f.Status = http.StatusTemporaryRedirect
		}
	}
	if f.Body == nil && f.Kind != FaultStatus {
		f.Body = []byte("{}")
	}
	if f.Delay == 0 {
		f.Delay = 200 * time.Millisecond
	}
	if f.Bytes == 0 {
		f.Bytes = 8
	}
	return f
}

// String returns the fault in one word.
func (f *Fault) String() string {
	operation := f.Operation
	if operation == "" {
		operation = "any"
	}
	text := fmt.Sprintf("%s#%d %s/%s", operation, f.Nth, f.Phase, f.Kind)
	if f.Kind == FaultStatus {
		text += fmt.Sprintf("(%d)", f.Status)
	}
	return text
}
