package scripted

import (
	"context"
	"errors"
	"slices"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
)

// Call is one call of the host, as it came. Its fields do not change.
type Call struct {
	// Number orders the calls of all accounts of a server by their beginnings.
	Number    int
	Operation contract.Operation
	Process   Process

	// Began is when the call came to the suite, and Deadline when it ends at the latest,
	// which is absent if the host set none. The host's own deadline is earlier by what the
	// call took to come here.
	Began, Deadline time.Time

	// Attempt is what the request has of it; nil if it has none. A look-up by the id has
	// none.
	Attempt *contract.Attempt

	// PaymentID and Amount are those of the request, if it has them.
	PaymentID string
	Amount    contract.Money

	// Request is the request as a type of package contract; nil for Describe. Raw is the
	// message, whether it is legal or not.
	Request any
	Raw     proto.Message

	// Metadata is what came with the call, from the plugin.
	Metadata metadata.MD

	account *Account // when the call began
	session *session
	method  string
	ctx     context.Context //nolint:containedctx // A Call is what a handler works with while it runs.

	mu        sync.Mutex
	committed bool
	made      exchange
	message   proto.Message // the honest answer
	status    error
	ended     Ending
	endedAt   time.Time
	reason    contract.Reason
	outcome   contract.Outcome
	proves    bool
	honest    bool
	committer time.Time
	told      string
	over      chan struct{}
}

// Key returns the idempotency key of the call; "" if it has none.
func (c *Call) Key() string {
	if c.Attempt == nil {
		return ""
	}
	return c.Attempt.Key
}

// Account returns the account for which the call is.
func (c *Call) Account() *Account { return c.account }

// begin makes the record of a call, and adds it to its account's.
func (s *session) begin(ctx context.Context, method string, request any) *Call {
	call := s.decode(ctx, method, request)
	md, _ := metadata.FromIncomingContext(ctx)
	c := &Call{
		Operation: call.Operation, Process: *s.process, Request: call.Request, Metadata: md,
		account: s.account(), session: s, method: method, ctx: ctx, over: make(chan struct{}),
	}
	c.Raw, _ = request.(proto.Message)
	c.Deadline, _ = ctx.Deadline()
	switch r := call.Request.(type) {
	case *contract.CreatePaymentRequest:
		c.Attempt, c.Amount = &r.Attempt, r.Amount
	case *contract.RefundRequest:
		c.Attempt, c.Amount, c.PaymentID = &r.Attempt, r.Amount, r.PaymentID
	case *contract.GetStatusRequest:
		c.Attempt, c.PaymentID = r.Attempt, r.PaymentID
	case *contract.GetRefundRequest:
		c.Attempt, c.PaymentID = r.Attempt, r.PaymentID
	case *contract.CancelPaymentRequest:
		c.PaymentID = r.PaymentID
	}
	defer c.account.wake()
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	c.Number, c.Began = s.stamped.server.next(), time.Now()
	c.account.calls = append(c.account.calls, c)
	return c
}

// Over is closed when the call has ended.
func (c *Call) Over() <-chan struct{} { return c.over }

// Wait waits until the channel is closed or has something; it returns false if the call
// ended before, by its deadline, or because the host gave up or a process is gone.
func (c *Call) Wait(until <-chan struct{}) bool {
	select {
	case <-until:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// Delay waits for so long; it returns false if the call ended before.
func (c *Call) Delay(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// Commit lets the honest provider do what the call asks for: it checks the request, and
// the gateway executes it. Only the first Commit of a call has an effect; without any, the
// action Honest commits. What the host hears of it is the action's business.
func (c *Call) Commit() error {
	defer c.account.wake()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.committed {
		return c.status
	}
	c.committed, c.committer = true, time.Now()
	ctx := context.WithValue(context.WithValue(c.ctx, exchangeKey{}, &c.made), callKey{}, c.Number)
	c.message, c.status = invoke(ctx, c.session.checked, c.method, c.Raw)
	return c.status
}

// Made returns what the honest provider answered to the call when it was committed, such as a
// *contract.Payment, or its error. It returns nothing before.
func (c *Call) Made() (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made.answer, c.made.err
}

// CommitLate makes the gateway execute the request as one that was under way for long: after
// the call has ended, and whatever the provider would check. It does so for CreatePayment and
// Refund, and returns the id of what was made.
func (c *Call) CommitLate() (string, error) {
	defer c.account.wake()
	switch r := c.Request.(type) {
	case *contract.CreatePaymentRequest:
		p, _, e := c.account.ledger.create(r, c.Number)
		if e != nil {
			return "", e
		}
		return p.PaymentID, nil
	case *contract.RefundRequest:
		f, _, e := c.account.ledger.refund(r, c.Number)
		if e != nil {
			return "", e
		}
		return f.RefundID, nil
	default:
		return "", errors.New("the operation makes nothing")
	}
}

// Kill ends the plugin's process by SIGKILL, and returns when its connection is gone. It
// returns false if it was gone before.
func (c *Call) Kill() bool {
	if !c.session.signal(syscall.SIGKILL) {
		return false
	}
	<-c.session.connection.lost
	return true
}

// trailer returns what the plugin has to do with the answer; "" for nothing.
func (c *Call) trailer() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told
}

// tell tells the plugin what to do with the answer, by a trailer of package link.
func (c *Call) tell(trailer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = trailer
}

// run ends the call by the rule that it meets, or honestly.
func (c *Call) run() (any, error) {
	action := Honest()
	if do := c.account.match(c); do != nil {
		action = do(c)
	}
	if action.end == nil {
		action = Honest()
	}
	answer, err := action.end(c)
	c.finish(action.ending, answer, err)
	return answer, err
}

func (c *Call) finish(ending Ending, answer any, err error) {
	defer c.account.wake()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case ending == "" && c.ctx.Err() != nil:
		ending = EndedUnheard
	case ending == "" && err != nil:
		ending = EndedError
	case ending == "":
		ending = EndedAnswer
	}
	c.reason, c.outcome, c.proves = readStatus(err)
	c.honest = ending == EndedAnswer && answer == any(c.message) && c.told == ""
	c.ended, c.endedAt = ending, time.Now()
	close(c.over)
}

// match returns what the first rule that fits the call does; nil if none does.
func (a *Account) match(c *Call) func(*Call) Action {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, r := range a.rules {
		if !r.fits(c) {
			continue
		}
		if r.left > 0 {
			if r.left--; r.left == 0 {
				a.rules = slices.Delete(a.rules, i, i+1)
			}
		}
		return r.rule.Do
	}
	return nil
}
