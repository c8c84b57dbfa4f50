package hostchecks

import (
	"math"
	"slices"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// heardLate is how much later than the host the suite may learn that a call has ended
// which nobody answered.
const heardLate = time.Second

// noTwoCallsWithOneKey compares the times of all calls that have one key. A call that was
// cut off when the host was killed may go on at the gateway until its deadline.
func noTwoCallsWithOneKey(m *M) int {
	keys := m.Keys()
	for _, k := range keys {
		calls := slices.Clone(k.Calls)
		for i := range calls {
			if k.Wallet.world.cutOff(&calls[i]) {
				calls[i].EndedAt = calls[i].Deadline
			}
		}
		for _, o := range scripted.Overlaps(calls, heardLate) {
			m.Errorf("two calls with the key %s were in flight at one time, for %s", k.Key, o.For.Round(time.Millisecond))
			m.Evidence(o.First, o.Second)
		}
	}
	return len(keys)
}

// diedWithHost reports whether the process of a call ended because the host was killed.
func (w *world) diedWithHost(c *scripted.CallRecord) bool {
	return slices.ContainsFunc(w.kills, func(f fall) bool {
		return f.killed && !c.ProcessLost.Before(f.from) && !c.ProcessLost.After(f.until)
	})
}

// cutOff reports whether a call was in flight when its host was killed.
func (w *world) cutOff(c *scripted.CallRecord) bool {
	heard := c.Ended == scripted.EndedAnswer || c.Ended == scripted.EndedError
	return !heard && w.diedWithHost(c) && (c.EndedAt.IsZero() || slices.ContainsFunc(w.kills, func(f fall) bool {
		return f.killed && c.Began.Before(f.until) && !c.EndedAt.Before(f.from)
	}))
}

// repeatedCallsAreTheSame compares what the calls with one key ask for.
func repeatedCallsAreTheSame(m *M) int {
	repeated := 0
	for _, k := range m.Keys() {
		first := &k.Calls[0]
		for i := range k.Calls[1:] {
			c := &k.Calls[i+1]
			repeated++
			if c.Amount != first.Amount || methodOf(c) != methodOf(first) {
				m.Errorf("a call with the key %s asks for %s by %q, and the first asked for %s by %q",
					k.Key, c.Amount, methodOf(c), first.Amount, methodOf(first))
				m.Evidence(*first, *c)
			}
		}
	}
	return repeated
}

// methodOf returns the method of a call that creates a payment; empty for others.
func methodOf(c *scripted.CallRecord) string {
	if r, ok := c.Request.(*contract.CreatePaymentRequest); ok {
		return r.Method
	}
	return ""
}

// answeredKeysCreateNothing looks for calls that create a payment with a key of which the
// host had received the payment, by a call or by a look-up.
func answeredKeysCreateNothing(m *M) int {
	received := 0
	for _, w := range m.Wallets() {
		answered := make(map[string]scripted.CallRecord)
		for _, c := range w.Calls() {
			before, known := answered[c.Key()]
			if known && c.Operation == contract.OperationCreatePayment && c.Began.After(before.EndedAt.Add(heardLate)) {
				m.Errorf("a payment is created with the key %s, which had been answered", c.Key())
				m.Evidence(before, c)
			}
			creates := c.Operation == contract.OperationCreatePayment || c.Operation == contract.OperationGetStatus
			if c.Key() != "" && creates && c.Honest && !known && w.world.heardFor(&c) {
				answered[c.Key()] = c
				received++
			}
		}
	}
	return received
}

// heardFor reports whether the host was there long enough after an answer to have stored it.
func (w *world) heardFor(c *scripted.CallRecord) bool {
	if !c.ProcessLost.IsZero() && c.ProcessLost.Before(c.EndedAt.Add(margin)) { // it may have been given up before
		return false
	}
	return !slices.ContainsFunc(w.kills, func(f fall) bool {
		return f.until.After(c.EndedAt) && f.from.Before(c.EndedAt.Add(margin))
	})
}

const (
	// keyBits is the room that keys must have for chance: 128 bits, of which a random
	// UUID uses six to say what it is.
	keyBits = 120

	// alike is how many characters two keys have at the same places only if they were not
	// made at random.
	alike = 12
)

// keysAreRandom looks at the keys of all orders and refunds: at what differs in them, and
// whether two have something in common. The worlds have databases of their own, and orders
// with the same ids and amounts.
func keysAreRandom(m *M) int {
	var keys []string
	used := make(map[string]scripted.CallRecord)
	for _, k := range m.Keys() {
		before, known := used[k.Key]
		if known && before.Amount != k.Calls[0].Amount || known && before.Account() != k.Calls[0].Account() {
			m.Errorf("the key %s was made for two payments or refunds", k.Key)
			m.Evidence(before, k.Calls[0])
		}
		if !known {
			used[k.Key] = k.Calls[0]
			keys = append(keys, k.Key)
		}
	}
	if len(keys) < fewKeys {
		return len(keys)
	}
	random := randomPlaces(keys)
	if bits := room(keys, random); bits < keyBits {
		m.Errorf("the keys have room for %.0f random bits, and need %d: %q, %q", bits, keyBits, keys[0], keys[1])
	}
	for i, key := range keys {
		for _, other := range keys[:i] {
			if same := common(key, other, random); same >= alike {
				m.Errorf("two keys have %d characters in common: %q, %q", same, other, key)
				m.Evidence(used[other], used[key])
			}
		}
	}
	return len(keys)
}

// fewKeys are too few to tell which of their characters are random.
const fewKeys = 20

// randomPlaces returns the places at which the keys differ: no character is there in more
// than half of them.
func randomPlaces(keys []string) []int {
	var random []int
	for at := range len(slices.MinFunc(keys, func(a, b string) int { return len(a) - len(b) })) {
		seen := make(map[byte]int)
		most := 0
		for _, key := range keys {
			seen[key[at]]++
			most = max(most, seen[key[at]])
		}
		if most <= len(keys)/2 {
			random = append(random, at)
		}
	}
	return random
}

// room returns how many bits of chance fit in the places.
func room(keys []string, places []int) float64 {
	return float64(len(places)) * math.Log2(float64(alphabet(keys, places)))
}

// alphabet returns how many characters there are at the places.
func alphabet(keys []string, places []int) int {
	seen := make(map[byte]bool)
	for _, key := range keys {
		for _, at := range places {
			seen[key[at]] = true
		}
	}
	return max(1, len(seen))
}

// common returns the length of the longest run of places at which two keys are the same.
func common(a, b string, places []int) int {
	longest, run := 0, 0
	for _, at := range places {
		run++
		if a[at] != b[at] {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
