package harness

import (
	"context"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/internal/text"
)

// T is what a check reports to. Errorf and Logf may be called by any
// goroutine; what ends the check, only by the check's own.
type T struct {
	ctx context.Context

	mu         sync.Mutex
	failures   []Failure
	notes      []string
	setupErr   error
	unverified string
}

// Failure is one thing that the provider did wrong.
type Failure struct {
	What, Want, Got string
}

// String gives the failure in one line.
func (f Failure) String() string {
	if f.Want == "" && f.Got == "" {
		return f.What
	}
	return fmt.Sprintf("%s: want %s, got %s", f.What, f.Want, f.Got)
}

// Result is how a check ended. With none of the fields set it passed.
type Result struct {
	Failures   []Failure
	SetupErr   error  // not nil: the suite could not do what it meant to
	Unverified string // not empty: why the clause cannot be checked here
	Notes      []string
	TimedOut   bool
}

// ended is what a check panics with to end itself.
type ended struct{}

// Run runs a check in a goroutine of its own until it ends, or until limit has
// passed and the check does not end for two more seconds; then it is left
// behind, and the failure holds what all goroutines were doing. What answered
// gives is the time in which the provider answered as it may, and does not
// count; nil: all time counts.
func Run(ctx context.Context, limit time.Duration, answered func() time.Duration, check func(*T)) Result {
	ctx, cancel := limited(ctx, limit, answered)
	defer cancel()
	t := &T{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.recover()
		check(t)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		select {
		case <-done:
		case <-time.After(2 * time.Second):
			return t.leftBehind(limit)
		}
	}
	return t.result()
}

// maxPatience is how many times its limit a check may take of a provider that
// is slow and answers.
const maxPatience = 10

// limited gives a context that ends when more than limit has passed beyond the
// time that answered gives. Its cause is then context.DeadlineExceeded.
func limited(parent context.Context, limit time.Duration, answered func() time.Duration) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancelCause(parent)
	began := time.Now()
	left := func() time.Duration {
		allowed := limit
		if answered != nil {
			allowed += min(answered(), (maxPatience-1)*limit)
		}
		return allowed - time.Since(began)
	}
	go func() {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			more := left()
			if more <= 0 {
				end(context.DeadlineExceeded)
				return
			}
			timer.Reset(more)
		}
	}()
	return ctx, func() { end(context.Canceled) }
}

// Try runs a part of the check and gives how it ended, in place of ending the
// check. A panic that is not the part's own way to end passes.
func (t *T) Try(part func(*T)) Result {
	inner := &T{ctx: t.ctx}
	func() {
		defer func() {
			cause := recover()
			if _, deliberate := cause.(ended); cause != nil && !deliberate {
				panic(cause)
			}
		}()
		part(inner)
	}()
	return inner.result()
}

// Adopt makes the end of a part, as Try gave it, the end of the check.
func (t *T) Adopt(part *Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, part.Failures...)
	t.notes = append(t.notes, part.Notes...)
	if t.setupErr == nil {
		t.setupErr = part.SetupErr
	}
	if t.unverified == "" {
		t.unverified = part.Unverified
	}
}

func (t *T) recover() {
	cause := recover()
	if _, deliberate := cause.(ended); cause == nil || deliberate {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.setupErr == nil {
		t.setupErr = fmt.Errorf("the check panicked, which is a bug of the suite's: %v\n%s", cause, debug.Stack())
	}
}

func (t *T) result() Result {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := Result{Failures: t.failures, SetupErr: t.setupErr, Unverified: t.unverified, Notes: t.notes}
	r.TimedOut = t.ctx.Err() != nil && context.Cause(t.ctx) == context.DeadlineExceeded //nolint:errorlint // the context's own value
	return r
}

func (t *T) leftBehind(limit time.Duration) Result {
	r := t.result()
	r.TimedOut = true
	r.Failures = append(r.Failures, Failure{What: fmt.Sprintf("the check was not done within %s", limit)})
	r.Notes = append(r.Notes, goroutines())
	return r
}

// Context ends with the check's time. Calls of the provider derive theirs from
// it.
func (t *T) Context() context.Context { return t.ctx }

// Helper is there for packages that expect it; it does nothing.
func (t *T) Helper() {}

// Logf notes something that the report shows if the check fails.
func (t *T) Logf(format string, arguments ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.notes) < maxNotes {
		t.notes = append(t.notes, fmt.Sprintf(format, arguments...))
	}
}

const maxNotes = 200

// Errorf says what the provider did wrong; the check goes on.
func (t *T) Errorf(format string, arguments ...any) {
	t.fail(Failure{What: strings.TrimSpace(fmt.Sprintf(format, arguments...))})
}

// Fatalf says what the provider did wrong and ends the check.
func (t *T) Fatalf(format string, arguments ...any) {
	t.Errorf(format, arguments...)
	t.FailNow()
}

// FailNow ends the check.
func (t *T) FailNow() { panic(ended{}) }

// Failed reports whether anything was found wrong so far.
func (t *T) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failures) > 0
}

// Report says what the provider did wrong, as a part of the check found it.
func (t *T) Report(f Failure) { t.fail(f) }

func (t *T) fail(f Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, f)
}

// SetupFailed says that the suite could not do what it meant to, and ends the
// check. Nil does nothing.
func (t *T) SetupFailed(doing string, err error) {
	if err == nil {
		return
	}
	t.mu.Lock()
	if t.setupErr == nil {
		t.setupErr = fmt.Errorf("%s: %w", doing, err)
	}
	t.mu.Unlock()
	t.FailNow()
}

// SkipUnverified says why the clause cannot be checked with this sandbox or this
// manifest, and ends the check.
func (t *T) SkipUnverified(format string, arguments ...any) {
	t.mu.Lock()
	t.unverified = fmt.Sprintf(format, arguments...)
	t.mu.Unlock()
	t.FailNow()
}

// MarkUnverified says that a part of the clause cannot be checked with this sandbox or
// this manifest. The check goes on, and is unverified unless it fails.
func (t *T) MarkUnverified(format string, arguments ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.unverified == "" {
		t.unverified = fmt.Sprintf(format, arguments...)
	}
}

// Equal fails the check unless got is want, and reports whether it is.
func Equal[V any](t *T, what string, want, got V) bool {
	if reflect.DeepEqual(want, got) {
		return true
	}
	t.fail(Failure{What: what, Want: show(want), Got: show(got)})
	return false
}

// OneOf fails the check unless got is among the wanted values, and reports
// whether it is.
func OneOf[V comparable](t *T, what string, got V, wanted ...V) bool {
	words := make([]string, len(wanted))
	for i, want := range wanted {
		if got == want {
			return true
		}
		words[i] = show(want)
	}
	t.fail(Failure{What: what, Want: strings.Join(words, " or "), Got: show(got)})
	return false
}

// True fails the check unless the condition holds, and reports whether it does.
func True(t *T, holds bool, format string, arguments ...any) bool {
	if !holds {
		t.Errorf(format, arguments...)
	}
	return holds
}

// maxShown bounds a value in a failure.
const maxShown = 400

func show(value any) string {
	shown := fmt.Sprintf("%v", value)
	if s, ok := value.(string); ok {
		shown = fmt.Sprintf("%q", s)
	}
	if err, ok := value.(error); ok && err != nil {
		shown = err.Error()
	}
	if shown == "" {
		shown = `""`
	}
	return text.Truncate(shown, maxShown, " …")
}
