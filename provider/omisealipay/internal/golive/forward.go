package golive

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/paysocket/paysocket/provider/omise"
)

// ForwardOptions say which events go where.
type ForwardOptions struct {
	// Client reads the account's events.
	Client *omise.Client
	// Verifier has the webhook secret with which events are signed anew.
	Verifier *omise.Verifier
	// To is the address of the host. It must be on this machine; see ParseLoopback.
	To *url.URL
	// Since is how far back to begin; 0: only what happens from now on.
	Since time.Duration
	// Every is how long to wait between looks; 2 s if 0.
	Every time.Duration
	// Began is called once, before the first event is forwarded, and Sent for each
	// event, in their order. Neither may be nil.
	Began func()
	Sent  func(*Forwarded)
	// Missed is called for a look that failed, and for an event that cannot be read.
	// The next look comes all the same, unless the key is refused.
	Missed func(error)
}

// Forwarded is what became of one event.
type Forwarded struct {
	ID  string    `json:"id"`
	Key string    `json:"key"`
	At  time.Time `json:"created_at"`
	// Status is the host's answer; 0 if there was none, and then Error says why.
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
}

// ErrNotThisMachine refuses an address to forward to.
var ErrNotThisMachine = errors.New("events are forwarded to this machine alone: write an address such as http://127.0.0.1:8080/webhooks/NAME")

// ParseLoopback reads the address of a host on this machine.
func ParseLoopback(address string) (*url.URL, error) {
	to, err := url.Parse(address)
	if err != nil || (to.Scheme != "http" && to.Scheme != "https") || to.User != nil || to.Fragment != "" {
		return nil, ErrNotThisMachine
	}
	if to.Hostname() == "localhost" {
		return to, nil
	}
	ip, err := netip.ParseAddr(to.Hostname())
	if err != nil || !ip.Unmap().IsLoopback() {
		return nil, ErrNotThisMachine
	}
	return to, nil
}

// lag is how far back each look goes again: lists were seen to miss what is new for a
// while, and events of one second come in any order.
const lag = 5 * time.Minute

// forwarder is the state between looks.
type forwarder struct {
	*ForwardOptions

	send *sender
	from time.Time            // where the next look begins
	seen map[string]time.Time // events that were sent or are from before, by id
}

// Forward sends each new event of the account to the host, once and signed, until ctx
// ends, which is no error. The gateway sends a webhook once, too.
func Forward(ctx context.Context, o *ForwardOptions) error {
	f := &forwarder{ForwardOptions: o, send: newSender(&senderOptions{only: true}), seen: map[string]time.Time{}}
	defer f.send.close()
	if f.Every == 0 {
		f.Every = 2 * time.Second
	}
	if err := f.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	f.Began()
	ticks := time.NewTicker(f.Every)
	defer ticks.Stop()
	for ctx.Err() == nil {
		err := f.look(ctx, f.forward)
		var failure *omise.Error
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.As(err, &failure) && failure.Kind == omise.KindUnauthorized:
			return err
		case err != nil:
			f.Missed(err)
		}
		select {
		case <-ctx.Done():
		case <-ticks.C:
		}
	}
	return nil
}

// begin finds the gateway's time, which is that of events, and marks as seen what is
// older than Since.
func (f *forwarder) begin(ctx context.Context) error {
	account, err := f.Client.RetrieveAccount(ctx)
	if err != nil {
		return err
	}
	now := account.Response.Date
	if now.IsZero() {
		now = time.Now()
	}
	f.from = now.Add(-f.Since - lag)
	first := now.Add(-f.Since)
	return f.look(ctx, func(_ context.Context, record *omise.EventRecord) {
		if f.Since == 0 || record.CreatedAt.Before(first) {
			f.seen[record.ID] = record.CreatedAt
		}
	})
}

// look calls do for each event from f.from on that was not seen, oldest first.
func (f *forwarder) look(ctx context.Context, do func(context.Context, *omise.EventRecord)) error {
	newest := time.Time{}
	for offset := 0; ; {
		page, err := f.Client.ListEvents(ctx, &omise.ListOptions{
			From: f.from, Order: omise.Chronological, Limit: omise.MaxPageSize, Offset: offset,
		})
		if err != nil {
			return err
		}
		for i := range page.Data {
			record := &page.Data[i]
			if _, known := f.seen[record.ID]; !known && ctx.Err() == nil {
				do(ctx, record)
			}
			if record.CreatedAt.After(newest) {
				newest = record.CreatedAt
			}
		}
		f.unreadable(page.Unreadable)
		offset += page.Len()
		if page.Len() == 0 || offset >= page.Total {
			break
		}
	}
	f.forget(newest)
	return nil
}

// unreadable reports, once, each event that cannot be read.
func (f *forwarder) unreadable(events []omise.Remnant) {
	for _, event := range events {
		if _, known := f.seen[event.ID]; !known {
			f.seen[event.ID] = f.from.Add(2 * lag) // it is not older than the newest
			f.Missed(errors.New("an event cannot be read and was not forwarded: " + event.ID))
		}
	}
}

// forget has the next look begin a lag before the newest event, and drops the ids that
// no look meets again.
func (f *forwarder) forget(newest time.Time) {
	if next := newest.Add(-lag); next.After(f.from) {
		f.from = next
	}
	for id, at := range f.seen {
		if at.Before(f.from.Add(-time.Second)) {
			delete(f.seen, id)
		}
	}
}

func (f *forwarder) forward(ctx context.Context, record *omise.EventRecord) {
	f.seen[record.ID] = record.CreatedAt
	made := &Forwarded{ID: record.ID, Key: record.Key, At: record.CreatedAt}
	status, err := f.send.post(ctx, f.To, record.Body, f.Verifier.Sign(record.Body, time.Now()))
	made.Status = status
	if err != nil {
		made.Error = err.Error()
		if network, ok := errors.AsType[*net.OpError](err); ok {
			made.Error = network.Err.Error()
		}
	}
	f.Sent(made)
}
