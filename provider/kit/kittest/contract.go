package kittest

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// RequireError ends the test unless err is a contract error with the reason and
// the outcome. The outcome is "" for operations that move no money, as a host
// sees their errors, behind the checks of package plugin.
func RequireError(tb testing.TB, err error, reason contract.Reason, outcome contract.Outcome) {
	tb.Helper()
	_ = ErrorOf(tb, err, reason, outcome)
}

// ErrorOf is RequireError for a test that looks at the error itself.
func ErrorOf(tb testing.TB, err error, reason contract.Reason, outcome contract.Outcome) *contract.Error {
	tb.Helper()
	e, ok := errors.AsType[*contract.Error](err)
	if !ok {
		tb.Fatalf("want the error %s, got %T: %v", reason, err, err)
	}
	if e.Reason != reason || e.Outcome != outcome {
		tb.Fatalf("want the error %s (%s), got: %v", reason, outcome, e)
	}
	return e
}

// Configuration returns the configuration of a provider for an account of a
// sandbox, in test mode. Its secrets are the account's credentials: by the
// provider's names for them, the sandbox's. Settings are names and values; the
// setting api_base is the account's address.
func Configuration(to *gateway.Connection, secrets map[string]string, settings ...string) *contract.Configuration {
	c := &contract.Configuration{
		Mode:     contract.ModeTest,
		Settings: map[string]string{"api_base": to.APIBase},
		Secrets:  make(map[string]contract.Secret, len(secrets)),
	}
	for name, credential := range secrets {
		c.Secrets[name] = contract.NewSecret(to.Credentials[credential])
	}
	for i := 0; i+1 < len(settings); i += 2 {
		c.Settings[settings[i]] = settings[i+1]
	}
	return c
}

// A Clock stands still until it is advanced. Make it with [NewClock]. It may be
// used concurrently.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows a time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance turns the clock, backwards if by is negative.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}
