package omisealipay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRefundWindow_EndsWithTheSameDayThreeMonthsLater(t *testing.T) {
	t.Parallel()
	window := alipayRefunds().Window
	zone, err := time.LoadLocation(window.Zone)
	require.NoError(t, err)
	for made, end := range map[string]string{
		"2026-11-22 15:00": "2027-02-23 00:00",
		"2026-11-30 23:59": "2027-03-01 00:00", // February has no 30th
		"2027-11-30 00:00": "2028-03-01 00:00", // a leap year's 29th is its last
		"2026-01-31 12:00": "2026-05-01 00:00", // April has no 31st
		"2026-12-31 12:00": "2027-04-01 00:00",
		"2026-10-01 00:00": "2027-01-02 00:00",
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", made, zone)
		require.NoError(t, err)
		assert.Equal(t, end, windowEnd(window, at).Format("2006-01-02 15:04"), made)
	}
}
