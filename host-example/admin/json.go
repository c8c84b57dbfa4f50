package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// maxBody bounds the body of a request.
const maxBody = 16 << 10

// apiError is an error in an answer. Outcome says what is certain of the payment that
// the request was about; it is empty for a request that moves no money.
type apiError struct {
	Reason  string           `json:"reason"`
	Outcome contract.Outcome `json:"outcome,omitempty"`
	Message string           `json:"message"`
}

const notAttempted = contract.NotAttempted

// newAPIError returns the answer for an error of the shop. Errors without a reason of
// the contract get one of this package.
func newAPIError(err error) *apiError {
	p := &apiError{Reason: string(contract.ReasonOf(err)), Outcome: contract.OutcomeOf(err), Message: err.Error()}
	if p.Reason != "" {
		return p
	}
	p.Reason = "INTERNAL"
	if _, ok := errors.AsType[*shop.NotFoundError](err); ok {
		p.Reason, p.Outcome = "NOT_FOUND", notAttempted
	}
	if _, ok := errors.AsType[*shop.MethodError](err); ok {
		p.Reason, p.Outcome = string(contract.MethodUnsupported), notAttempted
	}
	if _, ok := errors.AsType[*shop.MismatchError](err); ok {
		p.Reason = "MISMATCH" // the provider answered, and the answer contradicts the record
	}
	if _, ok := errors.AsType[*shop.InFlightError](err); ok {
		p.Reason = "IN_FLIGHT"
	}
	if _, ok := errors.AsType[*shop.StateError](err); ok {
		p.Reason, p.Outcome = "STATE", notAttempted
	}
	return p
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
