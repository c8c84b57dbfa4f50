package staff

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// chart is a day's payments by the hour in which they were begun and by their state, as a
// picture that needs no script.
type chart struct {
	hours []map[string]int
	from  time.Time
}

func newChart(from, until time.Time) *chart {
	c := &chart{from: from, hours: make([]map[string]int, int(until.Sub(from)/time.Hour))} // 23 or 25 where the clocks change
	for i := range c.hours {
		c.hours[i] = map[string]int{}
	}
	return c
}

func (c *chart) add(hour int, state string, n int) {
	if hour >= 0 && hour < len(c.hours) {
		c.hours[hour][state] += n
	}
}

// The picture in its own units.
const (
	chartWidth  = 400
	chartHeight = 170
	chartTop    = 12
	chartLeft   = 28
	chartBottom = 24
	barGap      = 2
)

// bar is a rectangle of the picture.
type bar struct {
	X, Y, Width, Height float64
	State               string
	Title               string
}

// mark is a text of the picture.
type mark struct {
	X, Y float64
	Text string
}

func (c *chart) most() int {
	most := 1
	for _, hour := range c.hours {
		sum := 0
		for _, n := range hour {
			sum += n
		}
		most = max(most, sum)
	}
	return most
}

// Bars returns the rectangles, those of an hour above one another.
func (c *chart) Bars() []bar {
	var bars []bar
	width := float64(chartWidth-chartLeft) / float64(len(c.hours))
	scale := float64(chartHeight-chartTop-chartBottom) / float64(c.most())
	for i, hour := range c.hours {
		top := float64(chartHeight - chartBottom)
		for _, state := range c.States() {
			n := hour[state]
			if n == 0 {
				continue
			}
			height := float64(n) * scale
			top -= height
			at := c.from.Add(time.Duration(i) * time.Hour).Format("15:04")
			bars = append(bars, bar{
				X: float64(chartLeft) + float64(i)*width + barGap/2, Y: top, Width: width - barGap, Height: height, State: state,
				Title: fmt.Sprintf("%s: %d %s", at, n, words(state)),
			})
		}
	}
	return bars
}

// States returns the states that there are on the day, in the order of their bars.
func (c *chart) States() []string {
	return slices.DeleteFunc(states(), func(state string) bool {
		return !slices.ContainsFunc(c.hours, func(hour map[string]int) bool { return hour[state] > 0 })
	})
}

// Marks returns the texts of the axes.
func (c *chart) Marks() []mark {
	const every, below = 6, 16
	width := float64(chartWidth-chartLeft) / float64(len(c.hours))
	var marks []mark
	for i := 0; i < len(c.hours); i += every {
		marks = append(marks, mark{float64(chartLeft) + float64(i)*width, chartHeight - chartBottom + below, c.from.Add(time.Duration(i) * time.Hour).Format("15:04")})
	}
	const ascent = 5
	return append(marks, mark{0, chartTop + ascent, number(c.most())}, mark{0, chartHeight - chartBottom, "0"})
}

// Summary says what the picture shows.
func (c *chart) Summary() string {
	var text strings.Builder
	text.WriteString("Payments of each hour by state.")
	for i, hour := range c.hours {
		for _, state := range c.States() {
			if n := hour[state]; n > 0 {
				fmt.Fprintf(&text, " %s: %d %s.", c.from.Add(time.Duration(i)*time.Hour).Format("15:04"), n, words(state))
			}
		}
	}
	return text.String()
}

// words returns what a state is called for people.
func words(state string) string {
	switch state {
	case "SUCCEEDED":
		return "paid"
	case "PENDING":
		return "waiting for the buyer"
	case "FAILED":
		return "failed"
	case "EXPIRED":
		return "expired"
	case "CANCELED":
		return "canceled"
	case "UNKNOWN":
		return "unknown at the gateway"
	case stateNone:
		return "being found out"
	case stateGivenUp:
		return "given up"
	default:
		return state
	}
}
