package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// Trouble are looks of answers and events that are legal and seldom seen:
// each was recorded of Omise once, or is what its documentation allows. A
// client that breaks by one of them would break some day in production. What
// a merchant wrote (metadata, descriptions) is never touched.
type Trouble struct {
	Seed          string `json:"seed,omitempty"`           // of the choices; the same make the same ones
	LongIDs       bool   `json:"long_ids,omitempty"`       // ids of 32 letters where there were 19
	KeyOrder      bool   `json:"key_order,omitempty"`      // names of objects in any order
	UnknownFields bool   `json:"unknown_fields,omitempty"` // names that nobody has heard of
	AbsentNulls   bool   `json:"absent_nulls,omitempty"`   // what would be null may be absent
	NullOrder     bool   `json:"null_order,omitempty"`     // lists do not tell their order
	BangkokTimes  bool   `json:"bangkok_times,omitempty"`  // times with +07:00
}

// AllTrouble turns every dial of Trouble, with choices drawn from the seed.
func AllTrouble(seed string) Trouble {
	return Trouble{
		Seed: seed, LongIDs: true, KeyOrder: true, UnknownFields: true,
		AbsentNulls: true, NullOrder: true, BangkokTimes: true,
	}
}

func (t *Trouble) any() bool {
	return t.KeyOrder || t.UnknownFields || t.AbsentNulls || t.NullOrder || t.BangkokTimes
}

// spoil gives the document its odd look. The salt makes every document odd in
// its own way, and one document always in the same.
func (t *Trouble) spoil(document any, salt string) any {
	if !t.any() {
		return document
	}
	of := &spoiler{Trouble: t, dice: &dice{from: newIDs("trouble " + t.Seed + " " + salt)}}
	return of.value("", document)
}

type spoiler struct {
	*Trouble

	dice *dice
}

func (s *spoiler) value(name string, value any) any {
	switch value := value.(type) {
	case object:
		if name == "metadata" || name == "filters" {
			return value
		}
		return s.object(value)
	case []any:
		spoiled := make([]any, 0, len(value))
		for _, item := range value {
			spoiled = append(spoiled, s.value("", item))
		}
		return spoiled
	case string:
		return s.text(name, value)
	}
	return value
}

func (s *spoiler) object(members object) object {
	spoiled := make(object, 0, len(members)+2)
	for _, m := range members {
		value := s.value(m.name, m.value)
		if s.NullOrder && m.name == "order" {
			value = nil
		}
		if value == nil && s.AbsentNulls && s.dice.roll(2) == 0 {
			continue
		}
		spoiled = append(spoiled, member{m.name, value})
	}
	if s.UnknownFields {
		spoiled = append(spoiled,
			member{"x_new_flag", s.dice.roll(2) == 0},
			member{"x_new_object", object{{"object", "novelty"}, {"parts", []any{nil, 1, "two"}}}})
	}
	if s.KeyOrder {
		s.shuffle(spoiled)
	}
	return spoiled
}

func (s *spoiler) shuffle(members object) {
	for i := len(members) - 1; i > 0; i-- {
		j := s.dice.roll(i + 1)
		members[i], members[j] = members[j], members[i]
	}
}

// text changes times only, and only under names that hold one.
func (s *spoiler) text(name, text string) string {
	holdsTime := strings.HasSuffix(name, "_at") || slices.Contains([]string{"created", "from", "to"}, name)
	if !s.BangkokTimes || !holdsTime {
		return text
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil { // a delivery's time has a form of its own
		return text
	}
	return at.In(bangkok()).Format("2006-01-02T15:04:05-07:00")
}

// dice roll the same numbers for the same seed, on every machine.
type dice struct {
	from *gateway.IDGenerator
	left []byte
}

// roll gives a number from 0 to below sides, which is at most 256.
func (d *dice) roll(sides int) int {
	if len(d.left) == 0 {
		d.left = d.from.Bytes(32)
	}
	number := int(d.left[0]) % sides
	d.left = d.left[1:]
	return number
}
