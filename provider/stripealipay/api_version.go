package stripealipay

import (
	"regexp"

	"github.com/paysocket/paysocket/contract"
)

// leastVersion is the least API version whose events are read. Requests always ask
// for the SDK's version, but an event comes in that of its webhook endpoint. In
// older versions a PaymentIntent has a list of charges and no latest_charge, so
// that whether it was paid cannot be told. testdata/versions.json has every version
// from here to the SDK's; later ones are read as if nothing of these objects had
// changed.
const leastVersion = "2022-11-15"

// versionForm is how the name of a version begins. From 2024-09-30 on a word
// follows, and a preview has other words still.
var versionForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)

// tooOld returns the error of an event whose version is older than the least one,
// and nil for others. An event without a version, or with one of another form, is
// read.
func (a *eventAnswer) tooOld() *contract.Error {
	day := versionForm.FindString(a.apiVersion)
	if day == "" || day >= leastVersion {
		return nil
	}
	return contract.Errorf(contract.WebhookMalformed,
		"the webhook is genuine, but its event has API version %s, and events can be read from %s on; "+
			"replace the webhook endpoint in Stripe's dashboard by one with a newer API version", day, leastVersion)
}
