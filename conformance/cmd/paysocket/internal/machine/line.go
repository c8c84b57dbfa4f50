package machine

import "fmt"

// Status is how much a line matters.
type Status string

// The statuses.
const (
	OK   Status = "ok"
	Warn Status = "warn" // providers run, and something is missing or will be
	Bad  Status = "bad"  // providers do not start, or cannot take payments
)

// Line is one thing that was looked at. Its JSON is stable: fields, topics and names
// keep their meaning, and more may be added.
type Line struct {
	// Topic is what it is about: catalog, providers, kernel, folders, limits, user,
	// clock, dns or proxies. Name is unique within the topic.
	Topic string `json:"topic"`
	Name  string `json:"name"`

	Status Status `json:"status"`

	// Text says what was seen, and Remedy what to do; empty if nothing.
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
}

func ok(topic, name, text string, arguments ...any) Line {
	return Line{Topic: topic, Name: name, Status: OK, Text: fmt.Sprintf(text, arguments...)}
}

func warn(topic, name, remedy, text string, arguments ...any) Line {
	return Line{Topic: topic, Name: name, Status: Warn, Text: fmt.Sprintf(text, arguments...), Remedy: remedy}
}

func bad(topic, name, remedy, text string, arguments ...any) Line {
	return Line{Topic: topic, Name: name, Status: Bad, Text: fmt.Sprintf(text, arguments...), Remedy: remedy}
}

// Worst returns the worst status of the lines.
func Worst(lines []Line) Status {
	worst := OK
	for i := range lines {
		switch lines[i].Status {
		case Bad:
			return Bad
		case Warn:
			worst = Warn
		case OK:
		}
	}
	return worst
}
