package main

import (
	"fmt"
	"io"
)

// printer prints what the demo does, an aligned line for each step.
type printer struct {
	out      io.Writer
	provider string
}

// print prints one line.
func (p *printer) print(name, format string, args ...any) {
	fmt.Fprintf(p.out, "%-14s %-9s %s\n", p.provider, name, printable(fmt.Sprintf(format, args...)))
}

// printable replaces control characters, with which a gateway's text could move the
// terminal's cursor or fake a line.
func printable(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if r < ' ' || r == 0x7f || r >= 0x80 && r <= 0x9f {
			runes[i] = '?'
		}
	}
	return string(runes)
}
