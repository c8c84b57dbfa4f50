package golive

import (
	"fmt"
	"io"
	"strings"
)

// A State is what was found of one thing that selling needs.
type State string

// The states.
const (
	OK      State = "ok"
	Warning State = "warning" // it sells, but somebody should look
	Failed  State = "failed"  // it does not sell, or learns too late of payments
	Unknown State = "unknown" // it cannot be told from here
)

// A Line is one thing that selling needs.
type Line struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	// Found is what was seen, and Remedy what to do; blank if there is nothing to do.
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"`
}

// A Report is whether an account can sell.
type Report struct {
	// Mode is test or live.
	Mode string `json:"mode"`
	// Ready is true if no line failed, and the account could be read.
	Ready bool   `json:"ready"`
	Lines []Line `json:"lines"`
}

func (r *Report) add(name string, state State, found, remedy string) {
	r.Lines = append(r.Lines, Line{Name: name, State: state, Found: found, Remedy: remedy})
	if state == Failed {
		r.Ready = false
	}
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	width := 0
	for _, line := range r.Lines {
		width = max(width, len(line.Name))
	}
	var page strings.Builder
	for _, line := range r.Lines {
		fmt.Fprintf(&page, "%-7s  %-*s  %s\n", line.State, width, line.Name, line.Found)
		if line.Remedy != "" {
			fmt.Fprintf(&page, "%-7s  %-*s  -> %s\n", "", width, "", line.Remedy)
		}
	}
	switch {
	case !r.Ready:
		page.WriteString("\nThis account cannot sell yet: see the lines that failed.\n")
	case r.Mode == modeLive:
		page.WriteString("\nThis account can sell.\n")
	default:
		page.WriteString("\nThis account can sell in test mode. No money moves there; run this again with the live keys.\n")
	}
	_, err := io.WriteString(w, page.String())
	return err
}
