package conformance

import "github.com/paysocket/paysocket/conformance/internal/harness"

// Failure is one thing that the provider did wrong.
type Failure struct {
	What string `json:"what"`
	Want string `json:"want,omitempty"`
	Got  string `json:"got,omitempty"`
}

// Evidence is what happened during a check, without secrets.
type Evidence struct {
	// Faults are the faults that the check prepared. Those that it tried one after
	// another have no id.
	Faults []FaultRecord `json:"faults,omitempty"`

	// Timeline has a line for each call of the provider and each request to
	// its gateway, in the order in which they ended.
	Timeline []string `json:"timeline,omitempty"`

	// Log is the end of what the provider printed.
	Log string `json:"log,omitempty"`
}

// FaultRecord says how often a fault happened.
type FaultRecord struct {
	ID    string `json:"id"`
	Fault string `json:"fault"`
	Fired int    `json:"fired"`
}

// failuresOf converts failures, with redact applied to all their texts.
func failuresOf(found []harness.Failure, redact func(string) string) []Failure {
	failures := make([]Failure, len(found))
	for i, f := range found {
		failures[i] = Failure{What: redact(f.What), Want: redact(f.Want), Got: redact(f.Got)}
	}
	return failures
}

func evidenceOf(found *harness.Evidence) *Evidence {
	return &Evidence{Faults: recordsOf(found.Faults), Timeline: found.Timeline, Log: found.Log}
}

func recordsOf(faults []harness.FaultRecord) []FaultRecord {
	var records []FaultRecord
	for _, fault := range faults {
		records = append(records, FaultRecord(fault))
	}
	return records
}
