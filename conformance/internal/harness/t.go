package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/internal/text"
)

// T is what a check reports to. Any goroutine may call Errorf and Logf. Methods that
// end the check may be called by its own goroutine only.
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

	// Late says that something did not happen in time, and nothing else is wrong.
	Late bool
}

// String returns the failure in one line.
func (f Failure) String() string {
	if f.Want == "" && f.Got == "" {
		return f.What
	}
	return fmt.Sprintf("%s: want %s, got %s", f.What, f.Want, f.Got)
}

// Result is how a check ended. With none of the fields set it passed.
type Result struct {
	Failures   []Failure
	SetupErr   error  // not nil: the suite could not do its part
	Unverified string // not empty: why the clause cannot be checked here
	Notes      []string
	TimedOut   bool
	Calls      int           // of the provider, one after another
	Starved    time.Duration // how long the machine kept the suite waiting meanwhile
}

// ended is what a check panics with to end itself.
type ended struct{}

// Run runs a check in a new goroutine until it ends. If it does not end two seconds
// after limit has passed, Run returns without it, and the notes have the stacks of
// all goroutines. Time in which the provider answered calls, which answered returns,
// does not count; if answered is nil, all time counts.
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

// maxExtension is how many times its limit a check can take with a provider that is
// slow and answers.
const maxExtension = 10

// limited returns a context that ends when limit has passed, not counting the time
// that answered returns. Its cause is then context.DeadlineExceeded.
func limited(parent context.Context, limit time.Duration, answered func() time.Duration) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancelCause(parent)
	began := time.Now()
	left := func() time.Duration {
		allowed := limit
		if answered != nil {
			allowed += min(answered(), (maxExtension-1)*limit)
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

// Try runs a part of the check and returns how it ended. The check does not end with
// it. Panics are passed on, except for the one by which a check ends itself.
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

// Part runs a part of the check, which goes on after it with what the part found. It
// returns how the part ended.
func (t *T) Part(part func(*T)) Result {
	ended := t.Try(part)
	t.Adopt(&ended)
	return ended
}

// Adopt ends the check as a part of it ended, which Try returned.
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
	r.TimedOut = t.timedOut()
	return r
}

func (t *T) leftBehind(limit time.Duration) Result {
	r := t.result()
	if !r.TimedOut { // the run was broken off
		return r
	}
	r.Failures = append(r.Failures, Failure{What: fmt.Sprintf("the check was not done within %s", limit), Late: true})
	r.Notes = append(r.Notes, goroutines())
	return r
}

// Context returns the context of the check, which ends with its time limit.
func (t *T) Context() context.Context { return t.ctx }

// Logf adds a note, which the report shows if the check fails.
func (t *T) Logf(format string, arguments ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.notes) < maxNotes {
		t.notes = append(t.notes, fmt.Sprintf(format, arguments...))
	}
}

const maxNotes = 200

// Errorf reports what the provider did wrong. The check goes on.
func (t *T) Errorf(format string, arguments ...any) {
	t.fail(Failure{What: strings.TrimSpace(fmt.Sprintf(format, arguments...))})
}

// Latef reports what the provider did not do in time, which may be the machine's fault.
func (t *T) Latef(format string, arguments ...any) {
	t.fail(Failure{What: strings.TrimSpace(fmt.Sprintf(format, arguments...)), Late: true})
}

// Fatalf reports what the provider did wrong, and ends the check.
func (t *T) Fatalf(format string, arguments ...any) {
	t.Errorf(format, arguments...)
	t.FailNow()
}

// FailNow ends the check.
func (t *T) FailNow() { panic(ended{}) }

// Failed reports whether anything wrong was found so far.
func (t *T) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failures) > 0
}

// Report adds a failure that a part of the check found.
func (t *T) Report(f Failure) { t.Adopt(&Result{Failures: []Failure{f}}) }

// fail adds a failure. One after the run was broken off means nothing: whatever is called
// then fails.
func (t *T) fail(f Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ctx.Err() == nil || t.timedOut() {
		t.failures = append(t.failures, f)
	}
}

// timedOut reports whether the check has had its time.
func (t *T) timedOut() bool {
	return t.ctx.Err() != nil && context.Cause(t.ctx) == context.DeadlineExceeded //nolint:errorlint // the context's own value
}

// SetupFailed ends the check because the suite could not do its part. It does nothing
// if err is nil.
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

// SkipUnverified ends the check because the clause cannot be checked with this sandbox
// or this manifest. The arguments say why.
func (t *T) SkipUnverified(format string, arguments ...any) {
	t.mu.Lock()
	t.unverified = fmt.Sprintf(format, arguments...)
	t.mu.Unlock()
	t.FailNow()
}

// MarkUnverified says why a part of the clause cannot be checked with this sandbox or
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

// Show returns a value as people can read it, whichever language they write.
func Show(value any) string { return show(value) }

// asJSON returns what a pointer, a struct or a list of them has in JSON, since Go would
// show where in the memory it is; otherwise, without.
func asJSON(value any, otherwise string) string {
	kind := reflect.TypeOf(value)
	for kind != nil && kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	if kind == nil || kind.Kind() != reflect.Pointer && kind.Kind() != reflect.Struct {
		return otherwise
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return otherwise
	}
	return inProtoNames(string(encoded))
}

// goName is a field in JSON by its name in Go, and unset one that has no value.
var (
	goName = regexp.MustCompile(`"[A-Z][A-Za-z0-9]*":`)
	unset  = regexp.MustCompile(`"[A-Z][A-Za-z0-9]*":(null|"0001-01-01T00:00:00Z"),?`)
	inWord = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)
)

// inProtoNames returns JSON with the names that fields have in the .proto, since not
// every author reads Go.
func inProtoNames(encoded string) string {
	encoded = strings.ReplaceAll(unset.ReplaceAllString(encoded, ""), ",}", "}")
	return goName.ReplaceAllStringFunc(encoded, func(name string) string {
		return strings.ToLower(inWord.ReplaceAllString(name, "${1}${3}_${2}${4}"))
	})
}

func show(value any) string {
	shown := fmt.Sprintf("%v", value)
	if s, ok := value.(string); ok {
		shown = fmt.Sprintf("%q", s)
	} else if err, ok := value.(error); ok && err != nil {
		shown = err.Error()
	} else if _, ok := value.(fmt.Stringer); !ok {
		shown = asJSON(value, shown)
	}
	if shown == "" {
		shown = `""`
	}
	return text.Truncate(shown, maxShown, " …")
}
