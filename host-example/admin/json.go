package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
	"github.com/paysocket/paysocket/host-example/shop"
)

// maxBody bounds the body of a request.
const maxBody = 16 << 10

// apiError is an error in an answer. Outcome is NOT_ATTEMPTED if nothing was sent, and
// empty if that is not known or if the request moves no money.
type apiError struct {
	Reason     string           `json:"reason"`
	Outcome    contract.Outcome `json:"outcome,omitempty"`
	Message    string           `json:"message"`
	Violations []violation      `json:"violations,omitempty"`
	Known      string           `json:"known,omitempty"` // what the ledger has under the id
	Asked      string           `json:"asked,omitempty"` // what the request has
	From       time.Time        `json:"from,omitzero"`   // when to ask again
	Left       *amount          `json:"left,omitempty"`  // what could be refunded
}

// violation is a field that was refused.
type violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

const notAttempted = contract.NotAttempted

// newAPIError returns the answer for an error of the shop or the engine, with its
// status.
func newAPIError(err error) (int, *apiError) {
	if errors.Is(err, host.ErrNotFound) {
		return http.StatusNotFound, &apiError{Reason: "NOT_FOUND", Outcome: notAttempted, Message: "there is no such order or attempt"}
	}
	if differs, ok := errors.AsType[*host.OrderDiffersError](err); ok {
		return http.StatusConflict, &apiError{
			Reason: "ORDER_DIFFERS", Outcome: notAttempted, Message: err.Error(), Known: differs.Known, Asked: differs.Asked,
		}
	}
	if busy, ok := errors.AsType[*host.NotFreeError](err); ok {
		e := &apiError{Reason: "NOT_FREE", Outcome: notAttempted, Message: err.Error(), From: busy.From}
		if busy.Left.Currency != "" {
			left := amount(busy.Left)
			e.Left = &left
		}
		return http.StatusConflict, e
	}
	if refused, ok := errors.AsType[*contract.Error](err); ok {
		e := &apiError{Reason: string(refused.Reason), Outcome: refused.Outcome, Message: refused.Message}
		for _, v := range refused.Violations {
			e.Violations = append(e.Violations, violation{Field: strings.TrimPrefix(v.Field, "payer."), Description: v.Description})
		}
		if refused.Reason == contract.InvalidRequest {
			e.Outcome = notAttempted
			return http.StatusUnprocessableEntity, e
		}
		return http.StatusServiceUnavailable, e
	}
	return http.StatusServiceUnavailable, &apiError{
		Reason:  "UNAVAILABLE",
		Message: "the request may be stored and go on, or not; send it again with the same id, which makes nothing twice",
	}
}

// fail answers with an error. What is wrong with the host itself is for its log.
func (a *Admin) fail(w http.ResponseWriter, r *http.Request, asked string, err error) {
	status, e := newAPIError(err)
	if r.Method == http.MethodGet {
		e.Outcome = "" // it moves no money
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	attrs := []slog.Attr{slog.String("request", asked), slog.Int("status", status), slog.Any("error", err)}
	_, isDisabled := errors.AsType[*shop.DisabledError](err)
	if status < http.StatusInternalServerError || isDisabled || r.Context().Err() != nil { // who asked is at fault, or has gone
		a.log(r, "a request was refused", attrs...)
	} else {
		a.logFailure(r, "a request failed", remedyOf(err), attrs...)
	}
	writeError(w, status, e)
}

// remedyOf returns what to do about a failure of the host's own.
func remedyOf(err error) string {
	if _, ok := errors.AsType[*contract.Error](err); ok {
		return "see why the provider does not answer, in /healthz and in its last_error; the request may be sent again"
	}
	return "bring the database back to what the error misses, such as space, rights or a connection; the request may be sent again, and nothing is made twice"
}

// logFailure logs what the host could not do, and what to do about it.
func (a *Admin) logFailure(r *http.Request, message, remedy string, attrs ...slog.Attr) {
	a.options.Logger.LogAttrs(r.Context(), slog.LevelError, message, append(attrs, slog.String("remedy", remedy))...)
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // fails only if the client is gone
}

func writeError(w http.ResponseWriter, status int, p *apiError) {
	writeJSON(w, status, map[string]*apiError{"error": p})
}

// readJSON decodes a request into a struct. If it cannot it answers, and returns false.
func (a *Admin) readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := checkMedia(r); err != nil {
		a.refuse(w, r, http.StatusUnsupportedMediaType, &apiError{Reason: "UNSUPPORTED_MEDIA_TYPE", Outcome: notAttempted, Message: err.Error()})
		return false
	}
	if err := decodeJSON(w, r, into); err != nil {
		a.refuse(w, r, http.StatusBadRequest, &apiError{Reason: string(contract.InvalidRequest), Outcome: notAttempted, Message: err.Error()})
		return false
	}
	return true
}

// withoutBody serves a request that needs no body. One that has one means something that
// would not be done.
func (a *Admin) withoutBody(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if n, _ := io.ReadFull(http.MaxBytesReader(w, r.Body, maxBody), make([]byte, 1)); n > 0 {
			a.refuse(w, r, http.StatusBadRequest, &apiError{
				Reason: string(contract.InvalidRequest), Outcome: notAttempted, Message: "this request has no body, and nothing was done: send it without one",
			})
			return
		}
		serve(w, r)
	}
}

// refuse answers a request that is not as it should be.
func (a *Admin) refuse(w http.ResponseWriter, r *http.Request, status int, e *apiError) {
	a.log(r, "a request was refused", slog.String("path", r.URL.Path), slog.Int("status", status), slog.String("error", e.Message))
	writeError(w, status, e)
}

// checkMedia refuses a body that is not said to be JSON in UTF-8, as all JSON is.
func checkMedia(r *http.Request) error {
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return errors.New("the content type must be application/json")
	}
	if charset, named := parameters["charset"]; named && !strings.EqualFold(charset, "utf-8") {
		return fmt.Errorf("the content type must be application/json in UTF-8, not in %.40q", charset)
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return fmt.Errorf("the body must not be encoded, which %.40q is", encoding)
	}
	return nil
}

// decodeJSON reads a request whose body is one JSON value in UTF-8, and refuses names
// that are unknown, in another case, or there twice.
func decodeJSON(w http.ResponseWriter, r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return fmt.Errorf("the body cannot be read: %w", err)
	}
	if !utf8.Valid(body) {
		return errors.New("the body is not UTF-8")
	}
	if err := checkNames(body, reflect.TypeOf(into)); err != nil {
		return fmt.Errorf("the body is not the JSON that this request needs: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not the JSON that this request needs: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body contains more than one JSON value")
	}
	return nil
}
