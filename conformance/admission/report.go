package admission

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/paysocket/paysocket/internal/trust"
)

// maxReport bounds a report, in bytes. It is far above what a run writes.
const maxReport = 16 << 20

// report has the fields of conformance.Report that Check needs. A test compares the
// two.
type report struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Spec       string    `json:"spec"`
	Date       time.Time `json:"date"`
	Profile    string    `json:"profile"`
	Verdict    string    `json:"verdict"`
	Reason     string    `json:"reason"`

	Provider struct {
		ID          string `json:"id"`
		SpecVersion string `json:"specVersion"`
		SHA256      string `json:"sha256"`
	} `json:"provider"`

	Counts struct {
		Fail     int `json:"fail"`
		Error    int `json:"error"`
		Executed int `json:"executed"`
	} `json:"counts"`
}

const (
	apiVersion = "paymentprovider.conformance/v1"
	kind       = "ConformanceReport"
	conformant = "CONFORMANT"
)

// read returns the report in a file.
func read(path string) (*report, *Error) {
	text, err := content(path)
	if err != nil {
		return nil, &Error{Problem: Unreadable, File: path, Err: err}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	var r report
	if err := decoder.Decode(&r); err != nil {
		return nil, &Error{Problem: NoReport, File: path, Err: errors.New("is not JSON in the form of a report")}
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, &Error{Problem: NoReport, File: path, Err: errors.New("has something after the report")}
	}
	if r.APIVersion != apiVersion || r.Kind != kind {
		return nil, &Error{Problem: NoReport, File: path, Err: fmt.Errorf("has kind %.40q and apiVersion %.40q; they must be %s and %s",
			r.Kind, r.APIVersion, kind, apiVersion)}
	}
	return &r, nil
}

// content reads a file that only root or the host's user could have written. Who
// can replace the file at the path is not checked. A report names the binary
// that it is about, so a report that takes its place is either about another
// binary and refused, or a genuine one about this binary.
func content(path string) ([]byte, error) {
	file, err := trust.Open(path)
	if err != nil {
		return nil, whyNotRead(err)
	}
	defer func() { _ = file.Close() }()
	if err := file.CheckContent(); err != nil {
		return nil, whyNotRead(err)
	}
	text, err := file.ReadAll(maxReport)
	if err != nil {
		return nil, whyNotRead(err)
	}
	return text, nil
}

// whyNotRead returns the error in words that continue "the conformance report
// FILE".
func whyNotRead(err error) error {
	wrong, ok := errors.AsType[*trust.Error](err)
	if !ok {
		return fmt.Errorf("cannot be read: %w", err)
	}
	switch {
	case errors.Is(err, trust.ErrNotRegular):
		return errors.New("is not a regular file")
	case errors.Is(err, trust.ErrWritable):
		return fmt.Errorf("can be written to by others, mode %#o; chmod go-w it, and make sure that it is genuine", wrong.Mode.Perm())
	case errors.Is(err, trust.ErrOwner):
		return errors.New("belongs to another user; it must belong to root or to the host's user")
	case errors.Is(err, trust.ErrTooLong):
		return fmt.Errorf("is longer than %d bytes", maxReport)
	}
	return fmt.Errorf("cannot be used: %w", err)
}
