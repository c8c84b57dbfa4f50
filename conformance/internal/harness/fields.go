package harness

import "github.com/paysocket/paysocket/conformance/internal/manifest"

// Need ends the check as unverified unless the manifest has the field, given
// by its name there and its value.
func RequireField(t *T, name, value string) string {
	if value == "" {
		t.SkipUnverified(unsaid, name)
	}
	return value
}

// Where gives a field without which a part of the check can still be made. It is
// empty where that part cannot: the manifest says that the gateway has nothing
// of the kind, or it says nothing, and then the check owes that part.
func OptionalField(t *T, name, value string) string {
	switch value {
	case "":
		t.MarkUnverified(unsaid, name)
	case manifest.None:
		return ""
	}
	return value
}

// Flags is Where for a list of pointers.
func OptionalPointers(t *T, name string, pointers manifest.Pointers) []string {
	if pointers == nil {
		t.MarkUnverified(unsaid, name)
	}
	return pointers
}

// Changes is Where for changes of an answer.
func OptionalChanges(t *T, name string, changes manifest.Changes) manifest.Changes {
	if changes == nil {
		t.MarkUnverified(unsaid, name)
	}
	return changes
}

// Answer is Where for an answer to play back.
func OptionalAnswer(t *T, name string, answer *manifest.ErrorAnswer) *manifest.ErrorAnswer {
	switch {
	case answer == nil:
		t.MarkUnverified(unsaid, name)
	case answer.None:
		return nil
	}
	return answer
}

// unsaid is why a clause is unverified for which the manifest lacks a field.
const unsaid = "the manifest does not say %s"
