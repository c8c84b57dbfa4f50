package omise

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// A Remnant is what can be read of an object that cannot be read as a whole: enough to decide whose it is.
type Remnant struct {
	// ID is blank if it is missing or does not have the form of an id.
	ID string
	// Charge is the charge that a refund is of; blank as ID.
	Charge string
	// SourceType is how a charge is paid, such as alipay; blank if that is missing, cannot be read, or is only an id.
	SourceType string
	// Card is true if a charge is paid by card.
	Card bool
	// Metadata is the merchant's; nil if there is none.
	Metadata map[string]string
	// Problem is nil if Metadata is all that there is. Otherwise nobody can know whose object it is: there is no object,
	// it has a name twice (strictjson.ErrDuplicateName) beside or in the metadata, or the metadata is not an object either
	// (strictjson.ErrNotObject).
	Problem error
}

// RemnantOf reads what it can. Whatever else is in the object is not judged.
func RemnantOf(raw []byte) Remnant {
	members, err := strictjson.Members(raw, maxBody)
	if err != nil {
		return Remnant{Problem: err}
	}
	var left Remnant
	if id := strictjson.Read[text](members["id"]); hasIDForm(string(id)) {
		left.ID = string(id)
	}
	if charge := strictjson.Read[reference](members["charge"]); ValidID(string(charge), ChargePrefix) {
		left.Charge = string(charge)
	}
	source := strictjson.Read[struct {
		Type text `json:"type"`
	}](members["source"])
	left.SourceType = string(source.Type)
	if left.SourceType == "" {
		left.SourceType = string(strictjson.Read[text](members["offsite"]))
	}
	left.Card = isCard(jsontext.Value(members["card"]))
	left.Metadata, left.Problem = strictjson.Texts(members["metadata"])
	return left
}
