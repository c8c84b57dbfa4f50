package plugin

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/flood"
	"github.com/paysocket/paysocket/internal/text"
)

const (
	maxLine       = 64 << 10 // the rest of a longer one is dropped
	maxTail       = 2 << 10
	maxPanic      = 512
	minSecretSize = 6 // redacting shorter ones would make the log unreadable
)

// output takes everything that a provider's process prints into the host's log. The
// provider is not trusted: lines are bounded, and the secrets of its configuration
// are redacted.
type output struct {
	copy    io.Writer // OpenOptions.Stderr
	secrets *text.Redactor
	budget  *flood.Budget // of the log

	mu       sync.Mutex
	dropped  int // lines, since that was said
	lost     int // their bytes
	saidAt   time.Time
	logger   *slog.Logger
	tail     []byte
	panic    []byte // the line with which it panicked, of bounded length
	finished bool
}

func newOutput(logger *slog.Logger, to io.Writer, budget *flood.Budget) *output {
	if to == nil {
		to = io.Discard
	}
	secrets := &text.Redactor{}
	return &output{logger: discreetly(logger, secrets), copy: to, secrets: secrets, budget: budget}
}

// started adds the process id to the records of the log.
func (o *output) started(pid int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.logger = o.logger.With(slog.Int("pid", pid))
}

// hide makes a redactor know the secrets of a configuration, which may be nil. The
// items of a list are secrets of their own.
func hide(secrets *text.Redactor, configuration *contract.Configuration) {
	if configuration == nil {
		return
	}
	for _, secret := range configuration.Secrets {
		secrets.Add(secret.Reveal(), minSecretSize)
	}
}

// read reads lines from a stream of the process until it ends.
func (o *output) read(stream string, from io.ReadCloser) {
	defer func() { _ = from.Close() }()
	reader := bufio.NewReaderSize(from, maxLine)
	rest := false // whether the next piece belongs to a line that was too long
	for {
		piece, err := reader.ReadSlice('\n')
		if !rest && len(piece) > 0 {
			o.line(stream, piece)
		}
		rest = errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !rest {
			return
		}
	}
}

// line logs one line. Of a line that is too long it gets the beginning, which may
// end with the beginning of a secret.
func (o *output) line(stream string, printed []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.finished {
		return
	}
	redact := o.secrets.Redact
	if len(printed) >= maxLine {
		redact = o.secrets.RedactFragment
	}
	line := []byte(redact(strings.TrimRight(string(printed), "\r\n")) + "\n")
	o.tail = append(o.tail, line...)
	o.tail = o.tail[max(0, len(o.tail)-maxTail):]
	_, _ = o.copy.Write(line)
	words := strings.TrimSpace(string(line))
	if words == "" {
		return
	}
	if isPanic(words) {
		o.panic = append([]byte(text.Truncate(words, maxPanic, "")), '\n')
	}
	if !o.budget.Take(len(line)) {
		o.dropped, o.lost = o.dropped+1, o.lost+len(printed)
		if time.Since(o.saidAt) >= sayEvery {
			o.sayDropped()
		}
		return
	}
	o.sayDropped()
	o.log(stream, line, words)
}

// sayEvery is how often it is said what was dropped, while lines are being dropped.
const sayEvery = 10 * time.Second

// sayDropped logs what was dropped, if something was. The lock is held.
func (o *output) sayDropped() {
	if o.dropped == 0 {
		return
	}
	o.logger.LogAttrs(context.Background(), slog.LevelWarn, "the provider prints too much, and lines of it were dropped",
		slog.Int("lines", o.dropped), slog.Int("bytes", o.lost))
	o.dropped, o.lost, o.saidAt = 0, 0, time.Now()
}

// log logs a line, of which words are what is not white space around it. The lock is
// held.
func (o *output) log(stream string, line []byte, words string) {
	if entry, ok := parseEntry(line); ok {
		o.logger.LogAttrs(context.Background(), entry.level, entry.message, slog.GroupAttrs("fields", entry.fields...))
		return
	}
	level := slog.LevelWarn
	if o.panic != nil {
		level = slog.LevelError
	}
	o.logger.LogAttrs(context.Background(), level, "the provider printed outside its log",
		slog.String("stream", stream), slog.String("line", words))
}

// finish waits for the readers, which end soon after the process, and drops what
// comes later: after Close nothing writes to the caller's writer.
func (o *output) finish(readers *sync.WaitGroup) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		readers.Wait()
	}()
	closedWithin(read, 2*outputGrace)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sayDropped()
	o.finished = true
}

// end returns the end of the output. The line of a panic is in it, however long the
// stack that follows.
func (o *output) end() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	end := string(o.tail)
	if !strings.Contains(end, string(o.panic)) {
		end = string(o.panic) + end[max(0, len(end)+len(o.panic)-maxTail):]
	}
	return strings.ToValidUTF8(o.secrets.Redact(end), "")
}

// lines returns a writer for output that comes in pieces.
func (o *output) lines(stream string) *lineWriter { return &lineWriter{output: o, stream: stream} }

// lineWriter joins pieces to lines. One goroutine may use it.
type lineWriter struct {
	output *output
	stream string
	begun  []byte
	rest   bool // whether the line was too long, and its beginning is logged already
}

// Write never fails, so that a provider goes on when the disk is full.
func (w *lineWriter) Write(piece []byte) (int, error) {
	for line := range bytes.Lines(piece) {
		ends := line[len(line)-1] == '\n'
		if !w.rest {
			w.begun = append(w.begun, line...)
		}
		if !w.rest && (ends || len(w.begun) >= maxLine) {
			w.output.line(w.stream, w.begun[:min(len(w.begun), maxLine)])
			w.begun = nil
			w.rest = true
		}
		if ends {
			w.rest = false
		}
	}
	return len(piece), nil
}
