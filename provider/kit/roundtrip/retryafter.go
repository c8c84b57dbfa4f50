package roundtrip

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest wait that is believed unless the caller sets
// another bound. One wrong header must not put payments to sleep for a day.
const maxRetryAfter = 5 * time.Minute

// RetryAfter reads the header Retry-After, which has seconds or a date, as a
// wait of 0 to longest (0: five minutes). It is 0 if the header is absent,
// past, negative or cannot be read, and longest if it is larger than any
// number. A date counts from the header Date, the gateway's own clock, or from
// now where that is absent.
func RetryAfter(header http.Header, now time.Time, longest time.Duration) time.Duration {
	if longest <= 0 {
		longest = maxRetryAfter
	}
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(longest/time.Second) { // more digits than fit are still a number
			return longest
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, ok := dateOf(header); ok {
		now = date
	}
	return min(max(at.Sub(now), 0), longest)
}

func dateOf(header http.Header) (time.Time, bool) {
	at, err := http.ParseTime(strings.TrimSpace(header.Get("Date")))
	return at.UTC(), err == nil
}
