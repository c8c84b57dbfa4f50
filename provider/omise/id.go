package omise

import (
	"regexp"
	"strings"
)

// idForm is the form of every id that Omise gives out: chrg_test_…, src_…, rfnd_…, evnt_….
var idForm = regexp.MustCompile(`^[a-z]+_(test_)?[0-9a-z]{1,64}$`)

// What ids of these objects begin with; in test mode "test_" follows.
const (
	ChargePrefix = "chrg_"
	sourcePrefix = "src_"
	RefundPrefix = "rfnd_"
	EventPrefix  = "evnt_"
)

// ValidID tells whether id has the form of an Omise id with the given prefix, such as "chrg_". Only such ids are put
// into the path of a request.
func ValidID(id, prefix string) bool {
	return strings.HasPrefix(id, prefix) && idForm.MatchString(id)
}

func checkID(operation, id, prefix string) error {
	if ValidID(id, prefix) {
		return nil
	}
	return invalid(operation, "the id does not have the form "+prefix+"…")
}
