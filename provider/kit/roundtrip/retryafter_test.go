package roundtrip_test

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// maxRetryAfter is the longest wait that is believed by default.
const maxRetryAfter = 5 * time.Minute

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	here := time.Date(2026, 2, 3, 4, 5, 6, 0, time.FixedZone("", 7*3600))
	there := here.Add(-24 * time.Hour) // the gateway's clock is a day slow
	date := func(at time.Time) string { return at.UTC().Format(http.TimeFormat) }
	for _, row := range []struct {
		value, date string
		want        time.Duration
	}{
		{"", "", 0},
		{"0", "", 0},
		{"7", "", 7 * time.Second},
		{" 7\t", "", 7 * time.Second},
		{"007", "", 7 * time.Second},
		{"300", "", 5 * time.Minute},
		{"301", "", 5 * time.Minute},
		{"86400", "", 5 * time.Minute},
		{strconv.Itoa(math.MaxInt64), "", 5 * time.Minute},
		{strconv.Itoa(math.MaxInt64/int(time.Second) + 1), "", 5 * time.Minute}, // a Duration does not hold it
		{"9223372036854775808", "", 5 * time.Minute},                            // nor does an integer
		{strings.Repeat("9", 100), "", 5 * time.Minute},
		{"-1", "", 0},
		{"+7", "", 0},
		{"1.5", "", 0},
		{"1e2", "", 0},
		{"7s", "", 0},
		{"7 s", "", 0},
		{"0x5", "", 0},
		{"7 8", "", 0},
		{"٧", "", 0},
		{"soon", "", 0},
		{date(here.Add(90 * time.Second)), "", 90 * time.Second},
		{date(here.Add(-time.Hour)), "", 0},
		{date(here.Add(24 * time.Hour)), "", 5 * time.Minute},
		{date(there.Add(90 * time.Second)), date(there), 90 * time.Second},
		{date(there.Add(-90 * time.Second)), date(there), 0},
		{date(here.Add(90 * time.Second)), date(there), 5 * time.Minute},
		{date(here.Add(90 * time.Second)), "yesterday", 90 * time.Second},
		{there.UTC().Add(time.Minute).Format(time.ANSIC), date(there), time.Minute}, // forms that HTTP has had
		{there.UTC().Add(time.Minute).Format("Monday, 02-Jan-06 15:04:05 ") + "GMT", date(there), time.Minute},
		{"Fri, 31 Dec 9999 23:59:59 GMT", "", 5 * time.Minute},
		{there.Format(time.RFC3339), date(there), 0},
		{"7", date(there), 7 * time.Second},
	} {
		header := http.Header{}
		for name, value := range map[string]string{"Retry-After": row.value, "Date": row.date} {
			if value != "" {
				header.Set(name, value)
			}
		}
		assert.Equal(t, row.want, roundtrip.RetryAfter(header, here, 0), "%q at %q", row.value, row.date)
	}
	assert.Zero(t, roundtrip.RetryAfter(nil, here, 0))
}

func TestRetryAfter_IsBoundedByTheCaller(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for _, value := range []string{"86400", now.Add(24 * time.Hour).Format(http.TimeFormat), "99999999999999999999"} {
		for longest, want := range map[time.Duration]time.Duration{
			time.Hour: time.Hour, time.Second: time.Second, 1500 * time.Millisecond: 1500 * time.Millisecond, time.Nanosecond: time.Nanosecond,
			0: maxRetryAfter, -1: maxRetryAfter,
		} {
			assert.Equal(t, want, roundtrip.RetryAfter(http.Header{"Retry-After": {value}}, now, longest), "%s, %v", value, longest)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{"", "0", "7", " 7 ", "-1", "1.5", "86400", "99999999999999999999", "Tue, 03 Feb 2026 04:05:06 GMT", "soon"} {
		for _, date := range []string{"", "Tue, 03 Feb 2026 04:05:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"} {
			f.Add(value, date, int64(0), int64(1770091506))
		}
	}
	f.Fuzz(func(t *testing.T, value, date string, longest, now int64) {
		header := http.Header{"Retry-After": {value}, "Date": {date}}
		wait := roundtrip.RetryAfter(header, time.Unix(now, 0), time.Duration(longest))
		bound := time.Duration(longest)
		if bound <= 0 {
			bound = maxRetryAfter
		}
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.LessOrEqual(t, wait, bound)
		if _, err := http.ParseTime(date); err == nil {
			require.Equal(t, wait, roundtrip.RetryAfter(header, time.Unix(0, 0), bound), "this machine's clock does not matter")
		}
		if digits := strings.Trim(strings.TrimSpace(value), "0123456789") == ""; digits && strings.TrimLeft(strings.TrimSpace(value), "0") != "" {
			require.Positive(t, wait, "a number of seconds is a wait")
		}
	})
}
