package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// refusal is an error object of Omise, and its HTTP status.
type refusal struct {
	status  int
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func badRequest(message string) *refusal {
	return &refusal{http.StatusBadRequest, "bad_request", message}
}

func refuse(code, message string) *refusal {
	return &refusal{http.StatusBadRequest, code, message}
}

func notFound(kind, id string) *refusal {
	return &refusal{http.StatusNotFound, "not_found", fmt.Sprintf("%s %s was not found", kind, shorten(id))}
}

func pathNotFound() *refusal {
	return &refusal{http.StatusNotFound, "not_found", "the requested object was not found"}
}

func unauthenticated() *refusal {
	return &refusal{http.StatusUnauthorized, "authentication_failure", "authentication failed"}
}

// render returns the error object. The newest version has its location on another
// site.
func (r *refusal) render(v version) object {
	location := "https://www.omise.co/api-errors#"
	if v >= version2019 {
		location = "https://docs.omise.co/api/errors#"
	}
	return object{
		{"object", "error"},
		{"location", location + strings.ReplaceAll(r.code, "_", "-")},
		{"code", r.code},
		{"message", r.message},
	}
}

// joinReasons returns reasons as one sentence: "a", "a and b", "a, b, and c".
func joinReasons(reasons []string) string {
	last := len(reasons) - 1
	switch {
	case last < 1:
		return strings.Join(reasons, "")
	case last == 1:
		return reasons[0] + " and " + reasons[1]
	}
	return strings.Join(reasons[:last], ", ") + ", and " + reasons[last]
}

// longestID is longer than any id, even with Trouble.LongIDs.
const longestID = 100

// shorten returns an id as an error quotes it: its beginning, if it is long.
func shorten(id string) string {
	if len(id) <= longestID {
		return id
	}
	return strings.ToValidUTF8(id[:longestID], "") + "..."
}
