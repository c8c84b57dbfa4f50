package kit

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// A Session is one configuration in use: its settings, and the client of the
// gateway that uses them. It never changes, so a call ends with the session that
// it began with, whatever Configure does meanwhile.
type Session interface {
	// Timeout returns how long a call may take at most. The caller's deadline
	// applies too.
	Timeout() time.Duration

	// Close releases what the session holds, such as idle connections. Calls in
	// flight continue.
	Close()
}

// Sessions holds the current session. The zero value has none. It may be used
// concurrently, and must not be copied.
type Sessions[S Session] struct {
	current atomic.Pointer[S] // nil: not configured
}

// Replace makes next the current session and closes the previous one. Call it at
// the end of Configure, when nothing can fail any more: the provider keeps either
// the whole old configuration or the whole new one.
func (s *Sessions[S]) Replace(next S) {
	if old := s.current.Swap(&next); old != nil {
		(*old).Close()
	}
}

// Prove makes next the current session if probe, which reads the account at the
// gateway, succeeds within the session's timeout. Otherwise it closes next, and
// the previous session stays. Configure calls it if Configuration.Probe is set,
// and Replace if not.
func (s *Sessions[S]) Prove(
	ctx context.Context, next S, probe func(S, context.Context) (*contract.Account, *contract.Error),
) (*contract.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, next.Timeout())
	defer cancel()
	account, e := probe(next, ctx)
	if e != nil {
		next.Close()
		return nil, e
	}
	s.Replace(next)
	return account, nil
}

// Current returns the current session, or a NotConfigured error.
func (s *Sessions[S]) Current() (S, *contract.Error) {
	current := s.current.Load()
	if current == nil {
		var none S
		return none, contract.NewError(contract.NotConfigured, "the provider has no configuration yet; call Configure first")
	}
	return *current, nil
}

// Run runs one operation of a provider with the current session, and bounds it by
// the session's timeout. attempt is the request's; nil for operations that have
// none. While the result of an earlier call of the attempt is unknown, every error
// is INDETERMINATE.
//
// Operations return *contract.Error, so that the compiler rejects any other error.
// Run converts it: a nil *contract.Error in an error would not be nil.
func Run[S Session, Request, Answer any](
	ctx context.Context, sessions *Sessions[S], request *Request, attempt *contract.Attempt,
	operation func(S, context.Context, *Request) (*Answer, *contract.Error),
) (*Answer, error) {
	answer, e := inSession(ctx, sessions, request, operation)
	if e != nil {
		return nil, e.ForAttempt(attempt)
	}
	return answer, nil
}

func inSession[S Session, Request, Answer any](
	ctx context.Context, sessions *Sessions[S], request *Request,
	operation func(S, context.Context, *Request) (*Answer, *contract.Error),
) (*Answer, *contract.Error) {
	s, e := sessions.Current()
	if e != nil {
		return nil, e
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout())
	defer cancel()
	return operation(s, ctx, request)
}
