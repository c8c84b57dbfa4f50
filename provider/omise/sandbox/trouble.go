package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Trouble chooses forms of answers and events that are allowed but rarely seen:
// Omise was seen to use each of them, or its documentation allows it. A client
// that fails on one of them would fail in production some day. What a merchant
// wrote (metadata, descriptions) is never changed.
type Trouble struct {
	Seed          string `json:"seed,omitempty"`           // of the random choices, which it makes repeatable
	LongIDs       bool   `json:"long_ids,omitempty"`       // ids of 32 characters in place of 19
	KeyOrder      bool   `json:"key_order,omitempty"`      // members of objects in random order
	UnknownFields bool   `json:"unknown_fields,omitempty"` // members that no documentation has
	AbsentNulls   bool   `json:"absent_nulls,omitempty"`   // members that are null may be absent
	NullOrder     bool   `json:"null_order,omitempty"`     // the order of a list is null
	BangkokTimes  bool   `json:"bangkok_times,omitempty"`  // times with +07:00

	// ExpandedSearch shows transactions as objects in the search results of version
	// 2019-05-29, unasked. One of Omise's libraries recorded that, and another one
	// recorded ids and cannot read objects.
	ExpandedSearch bool `json:"expanded_search,omitempty"`
}

// AllTrouble returns a Trouble with everything on. The seed makes its random
// choices repeatable.
func AllTrouble(seed string) Trouble {
	return Trouble{
		Seed: seed, LongIDs: true, KeyOrder: true, UnknownFields: true,
		AbsentNulls: true, NullOrder: true, BangkokTimes: true, ExpandedSearch: true,
	}
}

func (t *Trouble) any() bool {
	return t.KeyOrder || t.UnknownFields || t.AbsentNulls || t.NullOrder || t.BangkokTimes
}

// apply returns a document in the forms that are chosen. A document with the same
// salt is always changed in the same way, and one with another in another.
func (t *Trouble) apply(document any, salt string) any {
	if !t.any() {
		return document
	}
	of := &troubler{Trouble: t, random: &random{from: newIDs("trouble " + t.Seed + " " + salt)}}
	return of.value("", document)
}

type troubler struct {
	*Trouble

	random *random
}

func (s *troubler) value(name string, value any) any {
	switch value := value.(type) {
	case object:
		if name == "metadata" || name == "filters" {
			return value
		}
		return s.object(value)
	case []any:
		changed := make([]any, 0, len(value))
		for _, item := range value {
			changed = append(changed, s.value("", item))
		}
		return changed
	case string:
		return s.text(name, value)
	}
	return value
}

func (s *troubler) object(members object) object {
	changed := make(object, 0, len(members)+2)
	for _, m := range members {
		value := s.value(m.name, m.value)
		if s.NullOrder && m.name == "order" {
			value = nil
		}
		if value == nil && s.AbsentNulls && s.random.below(2) == 0 {
			continue
		}
		changed = append(changed, member{m.name, value})
	}
	if s.UnknownFields {
		changed = append(changed,
			member{"x_new_flag", s.random.below(2) == 0},
			member{"x_new_object", object{{"object", "novelty"}, {"parts", []any{nil, 1, "two"}}}})
	}
	if s.KeyOrder {
		s.shuffle(changed)
	}
	return changed
}

func (s *troubler) shuffle(members object) {
	for i := len(members) - 1; i > 0; i-- {
		j := s.random.below(i + 1)
		members[i], members[j] = members[j], members[i]
	}
}

// text changes only times, in members that hold one.
func (s *troubler) text(name, text string) string {
	holdsTime := strings.HasSuffix(name, "_at") || slices.Contains([]string{"created", "from", "to"}, name)
	if !s.BangkokTimes || !holdsTime {
		return text
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil { // a delivery's time has another form
		return text
	}
	return at.In(bangkok()).Format("2006-01-02T15:04:05-07:00")
}

// random draws the same numbers from the same seed on every machine.
type random struct {
	from *gateway.IDGenerator
	left []byte
}

// below returns a number from 0 to n-1. n is at most 256.
func (r *random) below(n int) int {
	if len(r.left) == 0 {
		r.left = r.from.Bytes(32)
	}
	number := int(r.left[0]) % n
	r.left = r.left[1:]
	return number
}
