package harness

import "github.com/paysocket/paysocket/conformance/internal/manifest"

// RequireField returns the value of a field of the manifest. If it is empty, the
// check ends, and is unverified.
func RequireField(t *T, name, value string) string {
	if value == "" {
		t.SkipUnverified(unsaid, name)
	}
	return value
}

// OptionalField returns the value of a field of the manifest that only a part of the
// check needs. It returns "" if that part has to be left out: because the gateway has
// no such field, or because the manifest does not say, and then the check is
// unverified unless it fails.
func OptionalField(t *T, name, value string) string {
	switch value {
	case "":
		t.MarkUnverified(unsaid, name)
	case manifest.None:
		return ""
	}
	return value
}

// OptionalPointers is like [OptionalField], for a list of pointers.
func OptionalPointers(t *T, name string, pointers manifest.Pointers) []string {
	if pointers == nil {
		t.MarkUnverified(unsaid, name)
	}
	return pointers
}

// OptionalChanges is like [OptionalField], for changes of an answer.
func OptionalChanges(t *T, name string, changes manifest.Changes) manifest.Changes {
	if changes == nil {
		t.MarkUnverified(unsaid, name)
	}
	return changes
}

// OptionalAnswer is like [OptionalField], for an answer to play back.
func OptionalAnswer(t *T, name string, answer *manifest.ErrorAnswer) *manifest.ErrorAnswer {
	switch {
	case answer == nil:
		t.MarkUnverified(unsaid, name)
	case answer.None:
		return nil
	}
	return answer
}

// unsaid is the reason of a clause for which the manifest lacks a field.
const unsaid = "the manifest does not say %s"
