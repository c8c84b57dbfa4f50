package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// maxBody bounds what is read of a request.
const maxBody = 16 << 10

// problem is an error as it is answered. Outcome says what is certain of the
// payment that the request was about; it is empty for a request that moves no
// money.
type problem struct {
	Reason  string           `json:"reason"`
	Outcome contract.Outcome `json:"outcome,omitempty"`
	Message string           `json:"message"`
}

const notAttempted = contract.NotAttempted

// problemOf tells of an error of the shop. Those that have no reason of the
// contract get one of this package.
func problemOf(err error) *problem {
	p := &problem{Reason: string(contract.ReasonOf(err)), Outcome: contract.OutcomeOf(err), Message: err.Error()}
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
		p.Reason = "MISMATCH" // the call was answered, and the answer is not believed
	}
	if _, ok := errors.AsType[*shop.InFlightError](err); ok {
		p.Reason = "IN_FLIGHT"
	}
	if _, ok := errors.AsType[*shop.StateError](err); ok {
		p.Reason, p.Outcome = "STATE", notAttempted
	}
	return p
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // the reader is gone
}

func fail(w http.ResponseWriter, status int, p *problem) {
	answer(w, status, map[string]*problem{"error": p})
}

// decode reads the one JSON value of a request, strictly.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return errors.New("send application/json")
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not the JSON that is asked for: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}
