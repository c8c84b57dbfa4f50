package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// A failure is an answer of Omise's that says no.
type failure struct {
	status  int
	code    string
	message string
}

func (f *failure) Error() string { return f.code + ": " + f.message }

func badRequest(message string) *failure {
	return &failure{http.StatusBadRequest, "bad_request", message}
}

func refuse(code, message string) *failure {
	return &failure{http.StatusBadRequest, code, message}
}

func notFound(kind, id string) *failure {
	return &failure{http.StatusNotFound, "not_found", fmt.Sprintf("%s %s was not found", kind, shortened(id))}
}

func noSuchPath() *failure {
	return &failure{http.StatusNotFound, "not_found", "the requested object was not found"}
}

func unauthenticated() *failure {
	return &failure{http.StatusUnauthorized, "authentication_failure", "authentication failed"}
}

// render gives the error object. Its location moved to another site with the
// newest version.
func (f *failure) render(v version) object {
	location := "https://www.omise.co/api-errors#"
	if v >= version2019 {
		location = "https://docs.omise.co/api/errors#"
	}
	return object{
		{"object", "error"},
		{"location", location + strings.ReplaceAll(f.code, "_", "-")},
		{"code", f.code},
		{"message", f.message},
	}
}

// joined words several reasons as one sentence: "a", "a and b", "a, b, and c".
func joined(reasons []string) string {
	last := len(reasons) - 1
	switch {
	case last < 1:
		return strings.Join(reasons, "")
	case last == 1:
		return reasons[0] + " and " + reasons[1]
	}
	return strings.Join(reasons[:last], ", ") + ", and " + reasons[last]
}

// longestID is more than any id has, trouble's longer ones too.
const longestID = 100

// shortened keeps what is quoted from a request short.
func shortened(id string) string {
	if len(id) <= longestID {
		return id
	}
	return strings.ToValidUTF8(id[:longestID], "") + "..."
}
