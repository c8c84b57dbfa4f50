package omise

import "strings"

// hasIDForm reports whether id has the form of Omise's ids: chrg_test_…, src_…, rfnd_…, evnt_….
func hasIDForm(id string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
	kind, rest, _ := strings.Cut(id, "_")
	rest = strings.TrimPrefix(rest, "test_")
	return kind != "" && strings.Trim(kind, letters) == "" && rest != "" && len(rest) <= 64 && strings.Trim(rest, letters+digits) == ""
}

// The prefixes of ids; in test mode "test_" follows.
const (
	ChargePrefix = "chrg_"
	sourcePrefix = "src_"
	RefundPrefix = "rfnd_"
	EventPrefix  = "evnt_"
)

// ValidID reports whether id has the form of an Omise id with the given prefix, such as "chrg_". Only such ids are put into
// the path of a request.
func ValidID(id, prefix string) bool {
	return strings.HasPrefix(id, prefix) && hasIDForm(id)
}

func checkID(operation, id, prefix string) error {
	if ValidID(id, prefix) {
		return nil
	}
	return invalid(operation, "the id does not have the form "+prefix+"…")
}
