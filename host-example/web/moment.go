package web

import (
	"fmt"
	"time"
)

// months has the names of the months where they are written.
var months = map[Language][12]string{
	English: {
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	},
	Thai: {
		"มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
		"กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
	},
}

// buddhist is how many years the Buddhist era, by which Thai counts, is ahead.
const buddhist = 543

// Date returns the day of a time, in the time's own zone.
func (l Language) Date(t time.Time) string {
	year, month, day := t.Date()
	switch l {
	case Thai:
		return fmt.Sprintf("%d %s %d", day, months[Thai][month-1], year+buddhist)
	case SimplifiedChinese, TraditionalChinese:
		return fmt.Sprintf("%d年%d月%d日", year, int(month), day)
	case English:
		return fmt.Sprintf("%d %s %d", day, months[English][month-1], year)
	default:
		return t.Format(time.DateOnly)
	}
}

// Moment returns the day and the minute of a time, in the time's own zone, which it names.
func (l Language) Moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	clock := t.Format("15:04")
	switch l {
	case Thai:
		return fmt.Sprintf("%s เวลา %s น. (%s)", l.Date(t), clock, zone(t))
	case SimplifiedChinese, TraditionalChinese:
		return fmt.Sprintf("%s %s（%s）", l.Date(t), clock, zone(t))
	case English:
		return fmt.Sprintf("%s, %s (%s)", l.Date(t), clock, zone(t))
	default:
		return fmt.Sprintf("%s %s (%s)", l.Date(t), clock, zone(t))
	}
}

// zone names the zone of a time by its distance from UTC, which is the same in all
// languages.
func zone(t time.Time) string {
	_, offset := t.Zone()
	switch {
	case offset == 0:
		return "UTC"
	case offset%int(time.Hour/time.Second) == 0:
		return fmt.Sprintf("UTC%+d", offset/int(time.Hour/time.Second))
	default:
		return "UTC" + t.Format("-07:00")
	}
}
