package omise

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MaxRetryAfter is the longest wait that a gateway is believed to ask for. One wrong header must not put payments to
// sleep for a day.
const MaxRetryAfter = 5 * time.Minute

// parseRetryAfter reads a Retry-After header, seconds or a date, as a wait from 0 to MaxRetryAfter; 0 if it is absent,
// past, negative or junk. now is the gateway's clock, where it told.
func parseRetryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0
	}
	if at, err := http.ParseTime(header); err == nil {
		return min(max(at.Sub(now), 0), MaxRetryAfter)
	}
	if strings.Trim(header, "0123456789") != "" {
		return 0
	}
	seconds, err := strconv.ParseInt(header, 10, 64)
	if err != nil || seconds > int64(MaxRetryAfter/time.Second) {
		return MaxRetryAfter // more digits than fit are still a number
	}
	return time.Duration(seconds) * time.Second
}
