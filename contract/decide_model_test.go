package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The model has a host that obeys a decider, a provider that keeps the contract, a
// gateway, and everything that may go wrong between them: lost requests and answers,
// requests that arrive late, crashes, other accounts, other terms. It is searched to its
// fixpoint: every state that can be reached is visited.

// decider is Decide, or something that is wrong.
type decider func(*History, *Now) Verdict

// setting is what does not change during one search.
type setting struct {
	name      string
	operation Operation
	action    PayerAction
	terms     Idempotency
	other     *Idempotency // the terms to which a new version changes; nil: none
	moves     bool         // the account of the provider may change
	liar      bool         // a lost request may arrive after the settle time
	keys      int          // how many keys the host may use for the sale
}

// truth is what the gateway knows of one key.
type truth struct {
	made   int           // payments of the key
	really PaymentStatus // the status of the first
	place  string        // its account
	keyed  bool          // it was made with a key that the gateway honours
	late   bool          // it ended, and succeeded afterwards

	// ghost is a request that was lost and may still arrive, until then.
	ghost        bool
	ghostUntil   time.Time
	ghostAccount string
	ghostTerms   *Idempotency
}

// key is one key of a sale, at the host and at the gateway.
type key struct {
	History
	truth
}

// world is one state of the model.
type world struct {
	at      time.Time
	account string
	terms   *Idempotency
	faults  int // how often the account or the terms may still change
	keys    []key
}

func (w *world) now() *Now {
	return &Now{At: w.at, CallTime: 30 * time.Second, Skew: 5 * time.Second, Terms: w.terms, Account: w.account}
}

// clone returns a copy, and its last key.
func (w *world) clone() (*world, *key) {
	c := *w
	c.keys = slices.Clone(w.keys)
	k := &c.keys[len(c.keys)-1]
	k.Tries = slices.Clone(k.Tries)
	return &c, k
}

func (s *setting) begin() *world {
	w := &world{at: second(0), account: "a", terms: &s.terms}
	if s.other != nil || s.moves {
		w.faults = 1
	}
	s.open(w)
	return w
}

func (s *setting) open(w *world) {
	w.keys = append(w.keys, key{History: History{Operation: s.operation, Key: fmt.Sprint("k", len(w.keys)), PayerAction: s.action}})
}

// next returns the states that may follow, and whether the host is done with the sale,
// or has told a person.
func (s *setting) next(w *world, decide decider) (following []*world, done bool) {
	k := &w.keys[len(w.keys)-1]
	v := decide(&k.History, w.now())
	if v.Free && v.Do != ActionWait && !k.Released {
		following = append(following, s.release(w))
	}
	following = append(following, s.surroundings(w)...)
	switch v.Do {
	case ActionCall, ActionLookUp, ActionRead:
		c, k := w.clone()
		k.cut(v.CutOff, c.at)
		if v.From.After(c.at) {
			c.at = v.From
			return append(following, c), v.Attention
		}
		switch v.Do { //nolint:exhaustive // The others were handled above.
		case ActionCall:
			following = append(following, s.call(c, v.Attempt)...)
		case ActionLookUp:
			following = append(following, s.lookUp(c, v.Attempt)...)
		default:
			following = append(following, s.read(c)...)
		}
	case ActionWait:
		c, _ := w.clone()
		c.at = later(v.From, c.at.Add(time.Second))
		following = append(following, c)
	case ActionAsk, ActionNothing:
		return following, true
	}
	return following, v.Attention
}

// release gives the last key up, and begins another one if there may be one.
func (s *setting) release(w *world) *world {
	c, k := w.clone()
	k.Released = true
	if len(c.keys) < s.keys {
		s.open(c)
	}
	return c
}

// cut ends a call whose time is up, as a host does.
func (k *key) cut(n int, at time.Time) {
	for i := range k.Tries {
		if t := &k.Tries[i]; n != 0 && t.N == n {
			t.Ended, t.Outcome = later(t.Deadline, at), Indeterminate
		}
	}
}

// surroundings returns what may happen without the host.
func (s *setting) surroundings(w *world) []*world {
	var following []*world
	for i := range w.keys {
		change := func(do func(c *world, k *key)) {
			c, _ := w.clone()
			do(c, &c.keys[i])
			following = append(following, c)
		}
		k := &w.keys[i]
		if k.ghost && (s.liar || w.at.Before(k.ghostUntil)) {
			change(func(c *world, k *key) { k.ghost = false; s.execute(c, k, k.ghostAccount, k.ghostTerms) })
		}
		if k.made > 0 && k.really == PaymentPending {
			change(func(_ *world, k *key) { k.really = PaymentFailed })
			if k.payable() {
				change(func(_ *world, k *key) { k.really = PaymentSucceeded })
			}
		}
		if k.made > 0 && k.really == PaymentFailed && k.payable() {
			change(func(_ *world, k *key) { k.really, k.late = PaymentSucceeded, true })
		}
	}
	if w.faults > 0 {
		c, _ := w.clone()
		c.faults--
		if s.moves {
			c.account = "b"
		} else {
			c.terms = s.other
		}
		following = append(following, c)
	}
	return following
}

// payable reports whether anybody could pay the payment of the key.
func (k *key) payable() bool { return k.PayerAction != PayerActionRequired || k.Shown }

// execute is what the gateway does with a request of the key: it makes a payment, unless
// it honours keys and still knows this one.
func (s *setting) execute(w *world, k *key, account string, terms *Idempotency) {
	first := w.at
	if len(k.Tries) > 0 {
		first = k.Tries[0].Began
	}
	if k.keyed && terms.Kind == IdempotencyNative && k.place == account && w.at.Before(first.Add(terms.KeyLife)) {
		return
	}
	if k.made++; k.made == 1 {
		k.really, k.place, k.keyed = PaymentPending, account, terms.Kind == IdempotencyNative
	}
}

// unsafe returns what must never be, or "".
func (s *setting) unsafe(w *world) string {
	live := 0
	for i := range w.keys {
		k := &w.keys[i]
		open := k.really == PaymentPending || k.really == PaymentSucceeded && !k.late
		if k.made > 1 {
			return "two payments for one key"
		}
		if k.made > 0 && open && k.payable() {
			live++
			if k.Released {
				return "a key was given up that is paid, or can be paid"
			}
		}
		harmless := k.made > 0 && k.keyed // the gateway knows the key
		if k.Released && k.ghost && !harmless && k.payable() && w.at.Before(k.ghostUntil) {
			return "a key was given up whose request is on its way"
		}
	}
	if live > 1 {
		return "two payments for one sale"
	}
	return ""
}

// id tells states apart, by what matters for all that can follow. Times count from now;
// beyond two hours, only where in its hour a look-up is.
func (w *world) id(s *setting) string {
	var text strings.Builder
	fmt.Fprint(&text, w.account, w.terms.Kind, w.terms.LookupByKey, w.faults)
	for i := range w.keys {
		k := &w.keys[i]
		fmt.Fprint(&text, "|", k.made, k.really, k.place, k.keyed, k.late, k.Status, k.Shown, k.Released)
		if k.ghost {
			fmt.Fprint(&text, "g", k.ghostAccount, k.ghostTerms.Kind, max(0, k.ghostUntil.Sub(w.at)))
		}
		if !k.Released && k.Status == "" {
			k.fingerprint(&text, w, s)
		}
	}
	return text.String()
}

// fingerprint writes what matters of a key whose payment the host does not know.
func (k *key) fingerprint(text *strings.Builder, w *world, s *setting) {
	f := k.at(w.now())
	ago := func(at time.Time, most time.Duration) time.Duration { return min(w.at.Sub(at), most) }
	fmt.Fprint(text, f.rejected, f.strange != nil, f.cutOff != 0, f.changed)
	if f.open != nil {
		fmt.Fprint(text, "o", f.open.Deadline.Sub(w.at))
	}
	if s.terms.Kind == IdempotencyNative && len(k.Tries) > 0 {
		fmt.Fprint(text, "f", ago(k.Tries[0].Began, s.terms.KeyLife+time.Second))
	}
	var accounts []string
	for i := range k.Tries {
		if t := &k.Tries[i]; t.Outcome == Indeterminate && !t.NeverSent && !slices.Contains(accounts, t.Account) {
			accounts = append(accounts, t.Account)
		}
	}
	fmt.Fprint(text, "a", accounts)
	switch {
	case f.attempt.Unknown() && w.terms.LookupByKey:
		fmt.Fprint(text, "u", ago(f.attempt.LastUnknownAt, 2*time.Minute+time.Second))
	case f.attempt.Unknown():
		fmt.Fprint(text, "u")
	}
	if f.last != nil && (!f.attempt.Unknown() || !w.terms.LookupByKey || s.operation == OperationRefund) {
		fmt.Fprint(text, "l", ago(f.last.Ended, 11*time.Minute), min(f.last.N, 10), f.last.Reason)
	}
	if k.Look != nil && !f.current(k.Look) {
		fmt.Fprint(text, "e", k.Look.Proves)
	}
	if f.last != nil && f.current(k.Look) {
		fmt.Fprint(text, "s", max(0, f.nextLook().Sub(w.at)), k.Look.Proves, f.absent(), k.Look.Account)
	}
}

// reduced returns the shortest history about which Decide says the same: of calls alike,
// only one counts.
func reduced(h *History) *History {
	r := *h
	keep := make(map[int]bool)
	type class struct {
		terms   Idempotency
		account string
	}
	latest := make(map[class]int)
	attempt := Attempt{Key: h.Key}
	for i := range h.Tries {
		t := &h.Tries[i]
		switch {
		case i == 0 || i == len(h.Tries)-1 || t.Ended.IsZero() || t.Answered || t.Outcome == Rejected || t.Reason.unsettling():
			keep[i] = true
		}
		unknown := attempt.leavesUnknown(t.err())
		if unknown && !attempt.Unknown() {
			keep[i] = true
		}
		attempt = attempt.Next(t.Began, t.Ended, t.err())
		if unknown {
			c := class{t.Terms, t.Account}
			if before, seen := latest[c]; !seen || !t.Ended.Before(h.Tries[before].Ended) {
				latest[c] = i
			}
		}
	}
	for _, i := range latest {
		keep[i] = true
	}
	r.Tries = nil
	for i := range h.Tries {
		if keep[i] {
			r.Tries = append(r.Tries, h.Tries[i])
		}
	}
	return &r
}
