package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// A chart has lines over an axis of powers, such as callers or sales.
type chart struct {
	name, title, across, up string
	lines                   []line
}

// A line is values by what they were measured at.
type line struct {
	label  string
	points []point
}

type point struct{ at, value float64 }

// charts returns those of which something was measured.
func (p *page) charts() []chart {
	each := func(label, unit string, scale float64, at map[float64]string) line {
		l := line{label: label}
		for _, x := range []float64{1, 3, 8, 10, 64, 1_000, 10_000, 100_000, 1_000_000} {
			if value, ok := p.results[at[x]+" "+unit]; ok && at[x] != "" {
				l.points = append(l.points, point{x, scale * value})
			}
		}
		return l
	}
	large := 100_000.0
	if p.full {
		large = 1_000_000
	}
	calls := map[float64]string{1: hop + "1", 8: hop + "8", 64: hop + "64"}
	rates := map[float64]string{1: "BenchmarkLookup_OfABusyMerchant/1", 3: "BenchmarkLookup_OfABusyMerchant/3", 10: lookup}
	ledger := func(label, bench string) line {
		l := each(label, "small-ms", 1, map[float64]string{1_000: bench})
		l.points = append(l.points, each("", "large-ms", 1, map[float64]string{10_000: "10000 " + bench}).points...)
		l.points = append(l.points, each("", "large-ms", 1, map[float64]string{large: bench}).points...)
		return l
	}
	all := []chart{
		{"latency", "Time of a call to a provider", "callers at once", "microseconds of the machine, for each call", []line{
			each("through package plugin", "us/call", 1, calls), each("go-plugin alone", "floor-us/call", 1, calls),
		}},
		{"throughput", "Calls to a provider", "callers at once", "calls a second", []line{
			perSecond(each("through package plugin", "us/call", 1, calls)), perSecond(each("go-plugin alone", "floor-us/call", 1, calls)),
		}},
		{"ledger", "Cost in a growing ledger", "sales in the ledger", "milliseconds", []line{
			ledger("a checkout", checkout), ledger("a sweep of 100 open payments", sweep),
		}},
		{"merchant", "Look-up by key at a busy merchant", "charges a second", "seconds", []line{
			each("found", "found-s", 1, rates), each("proved absent", "absent-s", 1, rates),
		}},
	}
	var measured []chart
	for _, c := range all {
		if len(c.lines[0].points) > 1 {
			measured = append(measured, c)
		}
	}
	return measured
}

// perSecond makes a rate of microseconds.
func perSecond(l line) line {
	for i := range l.points {
		l.points[i].value = 1e6 / l.points[i].value
	}
	return l
}

const (
	width, height                  = 640.0, 360.0
	left, right, top, bottom       = 70.0, 45.0, 50.0, 60.0
	dark, light                    = "#1f2937", "#e5e7eb"
	labelAbove, labelSize, tickGap = 8.0, 13, 18.0
)

// colours are told apart by people who do not see red and green, too; the lines have marks and labels as well.
var colours = []string{"#1d4ed8", "#b45309", "#047857"}

func (c *chart) svg() string {
	var b strings.Builder
	low, high, most := math.Inf(1), 0.0, 0.0
	for _, l := range c.lines {
		for _, p := range l.points {
			low, high, most = min(low, p.at), max(high, p.at), max(most, p.value)
		}
	}
	most = roundUp(most)
	x := func(at float64) float64 {
		return left + (width-left-right)*math.Log(at/low)/math.Log(high/low)
	}
	y := func(value float64) float64 { return height - bottom - (height-top-bottom)*value/most }
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="sans-serif" font-size="%d" role="img">`+"\n", width, height, labelSize)
	fmt.Fprintf(&b, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", html.EscapeString(c.title))
	text(&b, left, 22, "start", c.title+": "+c.up, dark)
	for i := range 5 {
		value := most * float64(i) / 4
		fmt.Fprintf(&b, `<line x1="%g" y1="%.1f" x2="%g" y2="%.1f" stroke="%s"/>`+"\n", left, y(value), width-right, y(value), light)
		text(&b, left-labelAbove, y(value)+4, "end", short(value), dark)
	}
	for _, at := range ticks(c.lines) {
		text(&b, x(at), height-bottom+tickGap, "middle", fmt.Sprintf("%g", at), dark)
	}
	text(&b, (left+width-right)/2, height-15, "middle", c.across, dark)
	for i, l := range c.lines {
		colour := colours[i%len(colours)]
		places := make([]string, len(l.points))
		for j, p := range l.points {
			places[j] = fmt.Sprintf("%.1f,%.1f", x(p.at), y(p.value))
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`+"\n", x(p.at), y(p.value), colour)
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(places, " "), colour)
		text(&b, left+float64(i)*260, 41, "start", "● "+l.label, colour)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func text(b *strings.Builder, x, y float64, anchor, content, colour string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`+"\n", x, y, anchor, colour, html.EscapeString(content))
}

// ticks returns where something was measured, without what is too close to be read.
func ticks(lines []line) []float64 {
	var at []float64
	for _, l := range lines {
		for _, p := range l.points {
			if len(at) == 0 || p.at > at[len(at)-1] {
				at = append(at, p.at)
			}
		}
	}
	return at
}

// roundUp returns the next number of one digit, and a zero or a five behind it.
func roundUp(value float64) float64 {
	if value <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(value))) / 2
	return math.Ceil(value/step) * step
}
