package plugin

import (
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheCauseOfALossIsThePanicAndNotItsStack(t *testing.T) {
	t.Parallel()
	const frame = "\t/src/main.go:12 +0x1d\n"
	for name, c := range map[string]struct{ printed, want string }{
		"a panic":               {"starting\npanic: no such thing\n\ngoroutine 1 [running]:\nmain.main()\n" + frame, "panic: no such thing"},
		"one with a long stack": {"panic: no such thing\n\n" + strings.Repeat(frame, 1000), "panic: no such thing"},
		"the runtime's own":     {"fatal error: all goroutines are asleep - deadlock!\n" + frame, "fatal error: all goroutines are asleep - deadlock!"},
		"no panic":              {"one\nthe disk is full\n", "the disk is full"},
		"the word in a line":    {"do not panic: it is fine\nsorry\n", "sorry"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOutput(slog.New(slog.DiscardHandler), nil)
			o.read("stderr", io.NopCloser(strings.NewReader(c.printed)))
			end := o.end()
			assert.LessOrEqual(t, len(end), maxTail)
			lost := &LostError{PID: 7, Err: errors.New("it ended: exit status 2"), Stderr: end}
			assert.ErrorContains(t, lost, `it last printed "`+c.want+`"`)
			assert.ErrorContains(t, &OpenError{Stderr: end}, `it last printed "`+c.want+`"`)
		})
	}
}
