package kit

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// A Session is one configuration at work: its settings, and what speaks to the
// gateway with them. It never changes, so that a call which began with it ends
// with it, whatever Configure does in between.
type Session interface {
	// Timeout is the longest that a call may take; the caller's deadline
	// counts too.
	Timeout() time.Duration

	// Close gives up what the session keeps open, such as idle connections.
	// Calls under way go on.
	Close()
}

// Sessions holds the session in force. The zero value has none. It may be used
// concurrently, and must not be copied.
type Sessions[S Session] struct {
	current atomic.Pointer[S] // nil: not configured
}

// Replace puts a session in force and closes the one before. Call it last in
// Configure, when nothing can fail any more, so that the old session is kept
// whole or replaced whole.
func (s *Sessions[S]) Replace(next S) {
	if old := s.current.Swap(&next); old != nil {
		(*old).Close()
	}
}

// Prove puts a session in force once its account was read at the gateway, which
// probe does within the session's timeout. If that fails, the session is closed
// and the one before stays in force. Configure calls it where it is to probe, and
// Replace where it is not.
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

// Current returns the session in force, and NotConfigured if there is none.
func (s *Sessions[S]) Current() (S, *contract.Error) {
	current := s.current.Load()
	if current == nil {
		var none S
		return none, contract.NewError(contract.NotConfigured, "the provider has no configuration yet; call Configure first")
	}
	return *current, nil
}

// Run runs one operation of a provider with the session in force, for no longer
// than its timeout. The attempt is the request's, and nil for operations that
// have none: while an earlier call of it is unknown, every error leaves it open.
//
// Inside of a provider, operations return *contract.Error, so that the compiler
// sees that no other error gets out. Only Run makes an error of it: a nil
// *contract.Error in an error is not nil.
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
