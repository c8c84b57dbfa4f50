package admission

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"
)

// maxReport is far above what a run writes, evidence included.
const maxReport = 16 << 20

// report is what of a conformance report decides. The form of the whole is
// conformance.Report; a test there keeps the two together.
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

// read gives the report in a file.
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
		return nil, &Error{Problem: NoReport, File: path, Err: errors.New("holds more than a report")}
	}
	if r.APIVersion != apiVersion || r.Kind != kind {
		return nil, &Error{Problem: NoReport, File: path, Err: fmt.Errorf("is a %.40q of %.40q, and not a %s of %s",
			r.Kind, r.APIVersion, kind, apiVersion)}
	}
	return &r, nil
}

// content reads a file that only root or this user can write to. It looks at
// the file that it has opened, so that none is exchanged in between.
func content(path string) ([]byte, error) {
	// Without O_NONBLOCK the open of a named pipe waits for its writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The path is the catalog's.
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	case info.Mode().Perm()&0o022 != 0:
		return nil, fmt.Errorf("can be written to by others, mode %#o; chmod go-w it, and make sure that it is genuine", info.Mode().Perm())
	case !ownedByRootOrUs(info):
		return nil, errors.New("belongs to another user; it must belong to root or to the host's user")
	}
	text, err := io.ReadAll(io.LimitReader(file, maxReport+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot be read: %w", err)
	case len(text) > maxReport:
		return nil, fmt.Errorf("is longer than %d bytes", maxReport)
	}
	return text, nil
}

// ownedByRootOrUs reports whether nobody else can exchange the file's content.
func ownedByRootOrUs(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && (stat.Uid == 0 || int(stat.Uid) == os.Geteuid())
}
