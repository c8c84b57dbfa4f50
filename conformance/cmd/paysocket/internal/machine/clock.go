package machine

import "time"

// tolerance is how far the clocks of two machines that share files may differ.
const tolerance = 24 * time.Hour

// plausible looks at whether the clock can be right. Certificates, signatures of
// webhooks and the times of attempts depend on it.
func plausible(now, newest time.Time) Line {
	const remedy = "set the clock, and let a service such as systemd-timesyncd or chrony keep it"
	if now.Before(newest.Add(-tolerance)) {
		return bad("clock", "plausible", remedy, "it says %s, and a file of the host was changed at %s",
			now.UTC().Format(time.RFC3339), newest.UTC().Format(time.RFC3339))
	}
	return ok("clock", "plausible", "%s", now.UTC().Format(time.RFC3339))
}
