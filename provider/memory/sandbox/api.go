package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const maxBody = 64 << 10

// answer is the answer of an operation that did not refuse.
type answer struct {
	status   int
	body     any // a copy, since it is written without the account's lock
	replayed bool
}

func ok(body any) *answer { return &answer{status: http.StatusOK, body: body} }

func created(body any, replayed bool) *answer {
	if replayed {
		return &answer{status: http.StatusOK, body: body, replayed: true}
	}
	return &answer{status: http.StatusCreated, body: body}
}

// operation serves one path of the API. It locks the account after it has read
// the request, so that a slow client delays no other.
type operation func(a *account, r *http.Request) (*answer, *refusal)

func newAPI(s *Sandbox) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/payments", s.serve(createPayment))
	mux.HandleFunc("GET /v1/payments", s.serve(listPayments))
	mux.HandleFunc("GET /v1/payments/{payment}", s.serve(getPayment))
	mux.HandleFunc("POST /v1/payments/{payment}/cancel", s.serve(cancelPayment))
	mux.HandleFunc("POST /v1/payments/{payment}/refunds", s.serve(createRefund))
	mux.HandleFunc("GET /v1/payments/{payment}/refunds", s.serve(listRefunds))
	mux.HandleFunc("GET /v1/payments/{payment}/refunds/{refund}", s.serve(getRefund))
	mux.HandleFunc("GET /v1/account", s.serve(getAccount))
	mux.HandleFunc("GET /pay/{account}/{payment}", s.showPayPage)
	mux.HandleFunc("POST /pay/{account}/{payment}", s.submitPayPage)
	mux.HandleFunc("GET /pay/{account}/{payment}"+qrImageSuffix, s.showQRImage)
	mux.HandleFunc("/", s.serve(func(*account, *http.Request) (*answer, *refusal) {
		return nil, refuse(http.StatusNotFound, codeNotFound, "the API has no such path, or not with this method")
	}))
	return mux
}

func (s *Sandbox) serve(run operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, known := s.ByBearer(r)
		if !known {
			write(w, time.Now(), nil, refuse(http.StatusUnauthorized, codeUnauthorized,
				"send Authorization: Bearer and the secret key of a test account"))
			return
		}
		done, refused := run(a, r)
		a.Lock()
		now := a.now()
		a.Unlock()
		write(w, now, done, refused)
	}
}

func write(w http.ResponseWriter, now time.Time, done *answer, refused *refusal) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Date", now.UTC().Format(http.TimeFormat))
	if refused != nil {
		w.WriteHeader(refused.status)
		writeBody(w, map[string]any{"error": refused})
		return
	}
	if done.replayed {
		header.Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(done.status)
	writeBody(w, done.body)
}

func writeBody(w io.Writer, body any) {
	content, _ := json.Marshal(body) // strings, numbers and times cannot fail
	_, _ = w.Write(append(content, '\n'))
}

// readBody decodes a JSON object into a struct, and refuses any but the named
// fields. Names are case-sensitive.
func readBody(r *http.Request, into any, fields ...string) *refusal {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, codeContentTypeUnsupported, "send Content-Type: application/json")
	}
	content, refused := readContent(r)
	if refused != nil {
		return refused
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(content, &given); err != nil || given == nil || !utf8.Valid(content) {
		return invalid("", "the body must be one JSON object in UTF-8")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(fields, name) {
			return invalid(shorten(name), "the body may have %s and nothing else", strings.Join(fields, ", "))
		}
		if bytes.Equal(given[name], []byte("null")) {
			return invalid(name, "%s must not be null; leave it out", name)
		}
	}
	if err := json.Unmarshal(content, into); err != nil {
		if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return invalid(mistyped.Field, "%s is of the wrong type", mistyped.Field)
		}
		return invalid("", "the body does not have the documented form")
	}
	return nil
}

func readContent(r *http.Request) ([]byte, *refusal) {
	content, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, invalid("", "the body is incomplete")
	}
	if len(content) > maxBody {
		return nil, refuse(http.StatusRequestEntityTooLarge, codeBodyTooLarge, "a body has at most %d bytes", maxBody)
	}
	return content, nil
}

// shorten bounds a client's text that an error quotes.
func shorten(word string) string {
	const longest = 64
	if len(word) > longest {
		return strings.ToValidUTF8(word[:longest], "") + "..."
	}
	return word
}

// readQuery reads the query, and refuses parameters that are not named and those
// that occur twice.
func readQuery(r *http.Request, fields ...string) (url.Values, *refusal) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, invalid("", "the query cannot be read")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(fields, name) || len(values[name]) != 1 {
			return nil, invalid(shorten(name), "the query may have %s, each once, and nothing else", strings.Join(fields, ", "))
		}
	}
	return values, nil
}

var keyPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func readKey(r *http.Request) (string, *refusal) {
	given := r.Header.Values("Idempotency-Key")
	if len(given) != 1 || !keyPattern.MatchString(given[0]) {
		return "", invalid("Idempotency-Key", "send one Idempotency-Key of 1 to 64 letters, digits, _ and -")
	}
	return given[0], nil
}

func getAccount(a *account, r *http.Request) (*answer, *refusal) {
	if _, refused := readQuery(r); refused != nil {
		return nil, refused
	}
	return ok(a.answer()), nil
}
