package main

import (
	"fmt"
	"io"
)

// lines prints what the demo does, one aligned line for each step.
type lines struct {
	out      io.Writer
	provider string
}

// step prints one line. Texts that come from a gateway are made printable.
func (l *lines) step(name, format string, args ...any) {
	fmt.Fprintf(l.out, "%-14s %-9s %s\n", l.provider, name, printable(fmt.Sprintf(format, args...)))
}

// printable keeps a gateway's text from moving the terminal's cursor, or from
// faking a line.
func printable(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if r < ' ' || r == 0x7f || r >= 0x80 && r <= 0x9f {
			runes[i] = '?'
		}
	}
	return string(runes)
}
