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
	a.log(r, "a request failed", slog.String("request", asked), slog.Int("status", status), slog.Any("error", err))
	writeError(w, status, e)
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
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	err := decodeJSON(w, r, into)
	if err != nil {
		writeError(w, http.StatusBadRequest, &apiError{Reason: string(contract.InvalidRequest), Outcome: notAttempted, Message: err.Error()})
	}
	return err == nil
}

// decodeJSON reads a request whose body is one JSON value in UTF-8, and refuses names
// that are unknown, in another case, or there twice.
func decodeJSON(w http.ResponseWriter, r *http.Request, into any) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return errors.New("the content type must be application/json")
	}
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
