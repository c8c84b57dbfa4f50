package proxy

import (
	"bytes"
	"net/http"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// inject injects a fault into a request.
func (p *Proxy) inject(w http.ResponseWriter, r *http.Request, body []byte, x *Exchange, armed *ArmedFault) {
	f := &armed.fault
	defer armed.reach()
	if f.Phase == BeforeCommit {
		switch f.Kind { //nolint:exhaustive // the others answer in place of the gateway
		case FaultHold:
			armed.reach()
			if p.wait(r, armed.released, nil) != nil {
				return
			}
		case FaultDelay:
			timer := time.NewTimer(f.Delay)
			defer timer.Stop()
			if p.wait(r, nil, timer.C) != nil {
				return
			}
		case FaultDuplicateSend: // below
		default:
			p.corrupt(w, r, x, armed, &answer{status: f.Status, header: jsonHeader(f.Header), body: f.Body})
			return
		}
	}
	got, ok := p.forward(w, r, body, x)
	if !ok {
		return
	}
	if f.Kind == FaultDuplicateSend {
		again := *x // the journal shows what was answered to the first
		if _, ok := p.forward(w, r, body, &again); !ok {
			return
		}
	}
	if f.Phase == BeforeCommit {
		p.send(w, x, got)
		return
	}
	p.corrupt(w, r, x, armed, got)
}

func jsonHeader(header http.Header) http.Header {
	with := header.Clone()
	if with == nil {
		with = make(http.Header)
	}
	if with.Get("Content-Type") == "" {
		with.Set("Content-Type", "application/json")
	}
	return with
}

// wait holds a request until one of the channels is ready. It returns an error if the
// provider closes the connection first.
func (p *Proxy) wait(r *http.Request, released <-chan struct{}, timer <-chan time.Time) error {
	select {
	case <-released:
		return nil
	case <-timer:
		return nil
	case <-r.Context().Done():
		return errGone
	case <-p.ctx.Done():
		return errGone
	}
}

// corrupt sends an answer that is corrupted by the fault.
func (p *Proxy) corrupt(w http.ResponseWriter, r *http.Request, x *Exchange, armed *ArmedFault, a *answer) {
	f := &armed.fault
	switch f.Kind {
	case FaultStatus:
		p.send(w, x, &answer{status: f.Status, header: jsonHeader(f.Header), body: f.Body})
	case FaultRedirect:
		p.send(w, x, &answer{status: f.Status, header: http.Header{"Location": {f.URL}}})
	case FaultEmptyBody:
		p.send(w, x, &answer{status: a.status, header: a.header})
	case FaultHTML:
		p.send(w, x, &answer{
			status: a.status, header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
			body: []byte("<!doctype html><title>Sorry</title><p>We will be back soon."),
		})
	case FaultNotJSON:
		p.send(w, x, &answer{status: a.status, header: a.header, body: []byte(`{"id":"cut off in the mid`)})
	case FaultOversize:
		a.body = append(a.body, bytes.Repeat([]byte(" "), max(0, f.Bytes-len(a.body)))...)
		p.send(w, x, a)
	case FaultPatchJSON:
		p.patch(w, x, armed, a)
	case FaultHold, FaultDelay:
		p.late(w, r, x, armed, a)
	case FaultReset, FaultCloseNoResponse, FaultSlowHeaders, FaultDrip, FaultTruncate, FaultBadChunk:
		if r.ProtoMajor == 2 {
			p.rawHTTP2(w, r, x, f, a)
			return
		}
		p.raw(w, x, f, a)
	case FaultRefuse, FaultDuplicateSend, FaultWrongName, FaultUnknownAuthority, FaultExpired, FaultOldTLS:
		p.send(w, x, a)
	}
}

func (p *Proxy) patch(w http.ResponseWriter, x *Exchange, armed *ArmedFault, a *answer) {
	patched, err := gateway.Patch(a.body, armed.fault.Patch)
	if err != nil {
		armed.failed(err)
	} else {
		a.body = patched
	}
	p.send(w, x, a)
}

// late sends an answer after a delay.
func (p *Proxy) late(w http.ResponseWriter, r *http.Request, x *Exchange, armed *ArmedFault, a *answer) {
	armed.reach()
	var timer <-chan time.Time
	if armed.fault.Kind == FaultDelay {
		t := time.NewTimer(armed.fault.Delay)
		defer t.Stop()
		timer = t.C
	}
	if p.wait(r, armed.released, timer) == nil {
		p.send(w, x, a)
	}
}
