package scripted

import (
	"slices"

	"github.com/paysocket/paysocket/contract"
)

// Rule says how calls end. Of several that fit a call, the one added first counts.
type Rule struct {
	// Operation is that of the calls; all if it is empty.
	Operation contract.Operation

	// Match says which calls it is for; nil means all. It must not block, or call methods
	// of an Account.
	Match func(*Call) bool

	// Times is for how many calls it holds; 0 means all.
	Times int

	// Do runs within the call, and says how it ends. It may wait, and Commit before it does.
	Do func(*Call) Action
}

// armed is a rule in force.
type armed struct {
	rule Rule
	left int // 0: for ever
}

func (r *armed) fits(c *Call) bool {
	return (r.rule.Operation == "" || r.rule.Operation == c.Operation) && (r.rule.Match == nil || r.rule.Match(c))
}

// On adds a rule. The function that it returns removes it; calls that have begun go on.
func (a *Account) On(rule Rule) (remove func()) {
	r := &armed{rule: rule, left: rule.Times}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rules = append(a.rules, r)
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.rules = slices.DeleteFunc(a.rules, func(other *armed) bool { return other == r })
	}
}

// Amount returns a Match for calls about an amount.
func Amount(amount contract.Money) func(*Call) bool {
	return func(c *Call) bool { return c.Amount == amount }
}

// Key returns a Match for calls with an idempotency key.
func Key(key string) func(*Call) bool { return func(c *Call) bool { return c.Key() == key } }

// Payment returns a Match for calls that name a payment by its id.
func Payment(id string) func(*Call) bool { return func(c *Call) bool { return c.PaymentID == id } }

// Point is a place within a call at which it can be parked.
type Point string

// The points of a call.
const (
	// Seen: the call has come, and nothing was done.
	Seen Point = "SEEN"

	// Committed: the gateway has executed it, and no answer was made.
	Committed Point = "COMMITTED"

	// Answered: it has ended for the suite, and its answer is on its way. It is not held.
	Answered Point = "ANSWERED"
)

// Parked is where calls wait for a test.
type Parked struct {
	// Arrived has each call when it has come to the point.
	Arrived <-chan *Call

	release chan struct{}
}

// Release lets the calls that are parked, and later ones, go on, each to the action of Park.
// It may be called once.
func (p *Parked) Release() { close(p.release) }

// parkedCalls is how many calls can arrive without anybody reading of them.
const parkedCalls = 1024

// Park makes the calls that fit the rule wait at a point until they are released. Then, or
// when a call has ended, Do is called; nil means Honest.
func (a *Account) Park(rule Rule, at Point) *Parked {
	arrived, release, do := make(chan *Call, parkedCalls), make(chan struct{}), rule.Do
	arrive := func(c *Call) {
		select {
		case arrived <- c:
		default: // nobody has read of so many
		}
	}
	if do == nil {
		do = func(*Call) Action { return Honest() }
	}
	rule.Do = func(c *Call) Action {
		switch at {
		case Answered:
			go func() {
				<-c.Over()
				arrive(c)
			}()
			return do(c)
		case Committed:
			_ = c.Commit() // an answer or error, for the action
		case Seen:
		}
		arrive(c)
		c.Wait(release)
		return do(c)
	}
	a.On(rule)
	return &Parked{Arrived: arrived, release: release}
}
