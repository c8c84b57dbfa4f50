package plugin

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/flood"
)

func TestLostError_QuotesThePanicAndNotItsStack(t *testing.T) {
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
			o := newOutput(slog.New(slog.DiscardHandler), nil, &flood.Budget{})
			o.read("stderr", io.NopCloser(strings.NewReader(c.printed)))
			end := o.end()
			assert.LessOrEqual(t, len(end), maxTail)
			lost := &LostError{PID: 7, Err: errors.New("it ended: exit status 2"), Stderr: end}
			assert.ErrorContains(t, lost, `it last printed "`+c.want+`"`)
			assert.ErrorContains(t, &OpenError{Stderr: end}, `it last printed "`+c.want+`"`)
		})
	}
}

const hiddenKey, hiddenHook = "skey_live_0123456789", "whsec_abcdefghijkl"

// hiding returns an output that knows two secrets, and what it lets through: to
// the caller's writer and to the log.
func hiding() (o *output, shown *bytes.Buffer) {
	shown = &bytes.Buffer{}
	o = newOutput(slog.New(slog.NewTextHandler(shown, nil)), shown, &flood.Budget{})
	hide(o.secrets, &contract.Configuration{Secrets: map[string]contract.Secret{
		"secret_key": contract.NewSecret(hiddenKey), "webhook_secrets": contract.NewSecret("tiny, " + hiddenHook),
	}})
	return o, shown
}

func TestOutput_StrikesASecretOutInWhateverPiecesItComes(t *testing.T) {
	t.Parallel()
	const printed = "the key is " + hiddenKey + ", the other\n" + hiddenHook + "\r\ntiny"
	for i := range len(printed) + 1 {
		for j := i; j <= len(printed); j++ {
			o, shown := hiding()
			w := o.lines("stderr")
			for _, piece := range []string{printed[:i], printed[i:j], printed[j:], "\n"} {
				_, _ = w.Write([]byte(piece))
			}
			require.Equal(t, "the key is [redacted], the other\n[redacted]\ntiny\n", o.end(), "cut at %d and %d", i, j)
			require.NotContains(t, shown.String(), "skey")
			require.NotContains(t, shown.String(), "whsec")
		}
	}
}

// Of a line that is too long the rest is dropped, and the cut may go through a
// secret.
func TestOutput_StrikesOutWhatTheCutOfALongLineLeavesOfASecret(t *testing.T) {
	t.Parallel()
	for beyond := range len(hiddenKey) + 1 {
		printed := strings.Repeat(".", maxLine-len(hiddenKey)+beyond) + hiddenKey + " and more\nnext\n"
		left := hiddenKey[:len(hiddenKey)-beyond]
		if len(left) < 4 {
			continue // it tells nothing
		}
		for name, take := range map[string]func(*output){
			"a stream": func(o *output) { o.read("stderr", io.NopCloser(strings.NewReader(printed))) },
			"pieces": func(o *output) {
				w := o.lines("stderr")
				for piece := range strings.SplitSeq(printed, " ") {
					_, _ = w.Write([]byte(piece + " "))
				}
			},
		} {
			o, shown := hiding()
			take(o)
			require.NotContains(t, shown.String(), left[:4], "%s, with %d bytes of the key behind the cut", name, beyond)
			require.Contains(t, shown.String(), "...[redacted]\n", name)
			require.Contains(t, shown.String(), "next", name)
		}
	}
}

func TestOutput_KnowsTheFormsOfASecretAndTheLinesOfAKey(t *testing.T) {
	t.Parallel()
	o, _ := hiding()
	o.secrets.Add("-----BEGIN PRIVATE KEY-----\nMIIBVAIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n", minSecretSize)
	basic := base64.StdEncoding.EncodeToString([]byte(hiddenKey + ":"))
	o.read("stderr", io.NopCloser(strings.NewReader("Authorization: Basic "+basic+"\nhkiG9w0BAQEFAASC\n"+
		`{"@level":"info","@message":"m","key":"a\nMIIBVAIBADANBgkq\nb"}`+"\n")))
	assert.Equal(t, "Authorization: Basic [redacted]\n[redacted]\n"+`{"@level":"info","@message":"m","key":"a[redacted]b"}`+"\n", o.end(), "with the ends of the lines, which are part of the key")
}
