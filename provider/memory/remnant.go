package memory

import (
	"encoding/json"
	"errors"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// A remnant is what can be read of a payment or refund that cannot be read as a
// whole: enough to decide whose it is.
type remnant struct {
	id        string // "" if it does not have the form of one
	paymentID string // that a refund is of, likewise
	key       string
	// problem is nil if the key is all that there is. Otherwise nobody can know
	// whose it is: there is no object, it has a name twice, or the key has another
	// type.
	problem error
}

var errKeyType = errors.New("its idempotency key is not a text")

// remnantOf reads what it can. Whatever else is in the object is not judged.
func remnantOf(content json.RawMessage) remnant {
	members, err := strictjson.Members(content, roundtrip.DefaultMaxBody)
	if err != nil {
		return remnant{problem: err}
	}
	var left remnant
	if id := strictjson.Read[string](members["id"]); idForm.MatchString(id) {
		left.id = id
	}
	if id := strictjson.Read[string](members["payment_id"]); idForm.MatchString(id) {
		left.paymentID = id
	}
	key := strictjson.Read[*string](members["idempotency_key"])
	switch raw := string(members["idempotency_key"]); {
	case key != nil:
		left.key = *key
	case raw != "" && raw != "null":
		left.problem = errKeyType
	}
	return left
}

// showsNoKey reports whether no key can be read. An object that was found by its key
// may then be the one that was looked for, and one of a list is not the host's or
// cannot be known to be.
func (r *remnant) showsNoKey() bool { return r.problem != nil || r.key == "" }

// hasNoKey reports whether the object of an event has no place for a key of the
// host's. With a duplicate name it may be anybody's.
func (r *remnant) hasNoKey() bool {
	return r.showsNoKey() && !errors.Is(r.problem, strictjson.ErrDuplicateName)
}
