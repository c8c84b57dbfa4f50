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

	// Keys returns for which account the session works.
	Keys() KeyScope

	// Close releases what the session holds, such as idle connections. Calls in
	// flight continue.
	Close()
}

// Sessions holds the current session, and what idempotency keys led to in all of
// them; see [Run]. The zero value has no session. It may be used concurrently, and
// must not be copied.
type Sessions[S Session] struct {
	// Now returns the time of the host's and the provider's clock; default
	// time.Now. Set it before the first use.
	Now func() time.Time

	current atomic.Pointer[S] // nil: not configured
	keys    keyMemory
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
// and Replace if not. If the account has an id, Prove remembers it, so that a later
// session with other credentials of the account is known to be of the same.
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
	scope := next.Keys()
	s.keys.name(scope.credentials(), account)
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
// the session's timeout.
//
// attempt is the request's if the gateway honours idempotency keys: while the
// result of an earlier call of the attempt is unknown, every error is
// INDETERMINATE. It is nil for operations that have none, and for those that find
// out by themselves what earlier calls led to.
//
// Run remembers what each key led to, in calls of CreatePayment and Refund that
// this process made with any session, and adds the times of those calls to the
// attempt of the request. A key belongs to the account in which it was used. While
// a call with it is under way, has an unknown result or has made something, a call
// for an account that is not certainly the same is refused as AttemptUnsettled, and
// a look-up there, or during the call, does not prove absence. A refusal that is
// certain releases the key, and so does a look-up in its account that proves
// absence. Accounts are the same if their [KeyScope] is, or if probes found the same
// id with both.
//
// Some 50,000 keys are remembered. The least recently used one that has settled is
// dropped first. If none has, a call with a new key is refused as NotAttempted.
//
// Operations return *contract.Error, so that the compiler rejects any other error.
// Run converts it: a nil *contract.Error in an error would not be nil.
func Run[S Session, Request, Answer any](
	ctx context.Context, sessions *Sessions[S], request *Request, attempt *contract.Attempt,
	operation func(S, context.Context, *Request) (*Answer, *contract.Error),
) (*Answer, error) {
	answer, e := inSession(ctx, sessions, request, attempt, operation)
	if e != nil {
		return nil, e
	}
	return answer, nil
}

func inSession[S Session, Request, Answer any](
	ctx context.Context, sessions *Sessions[S], request *Request, attempt *contract.Attempt,
	operation func(S, context.Context, *Request) (*Answer, *contract.Error),
) (*Answer, *contract.Error) {
	s, e := sessions.Current()
	if e != nil {
		return nil, e.ForAttempt(attempt)
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout())
	defer cancel()
	request, key := keyOf(request)
	if key != nil {
		return withKey(ctx, sessions.use(s, key), attempt != nil, func(ctx context.Context) (*Answer, *contract.Error) {
			return operation(s, ctx, request)
		})
	}
	answer, e := operation(s, ctx, request)
	if e != nil {
		return nil, e.ForAttempt(attempt)
	}
	return answer, nil
}

// use returns the use of a key by a call that begins now.
func (s *Sessions[S]) use(session S, key *requestKey) *keyUse {
	now := s.Now
	if now == nil {
		now = time.Now
	}
	scope := session.Keys()
	return &keyUse{
		keys: &s.keys, now: now, settle: scope.SettleTime, credentials: scope.credentials(),
		request: key, began: now(), known: *key.attempt,
	}
}
