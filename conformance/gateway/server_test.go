package gateway_test

import (
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// purse is the smallest account that a Server can have. Its payments have the
// failure code as their raw state.
type purse struct {
	*gateway.AccountBase

	payments                []gateway.Payment
	ticks, flushes, release int
}

func (p *purse) Tick()    { p.ticks++ }
func (p *purse) Flush()   { p.flushes++ }
func (p *purse) Release() { p.release++ }

func (p *purse) Ledger(query *gateway.Query) (found []gateway.Payment) {
	for _, payment := range p.payments {
		if query.Matches(payment.Key, payment.Reference) {
			found = append(found, payment)
		}
	}
	return found
}

func (p *purse) MakePayment(amount gateway.Money) (*gateway.Payment, error) {
	payment := gateway.Payment{ID: p.IDs.ID("pay_"), Amount: amount.Amount, Currency: amount.Currency, CreatedAt: p.Now()}
	p.payments = append(p.payments, payment)
	return &payment, nil
}

func (p *purse) MakeRefund(string, gateway.Money) (*gateway.Refund, error) {
	return nil, gateway.ErrIllegal
}

func (p *purse) MovePayment(_ string, transition *gateway.Transition) error {
	p.payments[0].RawState = transition.FailureCode
	return nil
}

func (p *purse) MoveRefund(string, *gateway.Transition) error { return gateway.ErrIllegal }

func (p *purse) WebhookBody(spec *gateway.WebhookSpec) ([]byte, error) {
	return []byte(`{"id":"` + spec.Payment + `"}`), nil
}

// send queues an event with a body that is its name.
func (p *purse) send(name, url string, tried func(int, error)) {
	p.Lock()
	defer p.Unlock()
	p.Send(&gateway.Delivery{EventID: name, Body: []byte(name), URL: url, Tried: tried})
}

func purses() *gateway.ServerConfig {
	return &gateway.ServerConfig{
		Name: "purse", Features: gateway.AllFeatures(), KeyPrefix: "sk_", SecretKey: "sk_first",
		FailureCode: "declined", Sign: gateway.TimedSignature("Purse-Signature", "v1"),
	}
}

func newPurse(base *gateway.AccountBase) *purse { return &purse{AccountBase: base} }

// fromSeed makes the secret key of the seed, too.
func fromSeed(base *gateway.AccountBase) *purse {
	base.SecretKey = "sk_" + base.Seed
	base.PublicKey = "pk_" + base.Seed
	return newPurse(base)
}

func newServer(t *testing.T, newAccount func(*gateway.AccountBase) *purse, options *gateway.ServerOptions) *gateway.Server[*purse] {
	t.Helper()
	server, err := gateway.NewServer(purses(), newAccount, options)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server
}

// opened opens a scope and finds the account behind it.
func opened(t *testing.T, server *gateway.Server[*purse], spec *gateway.ScopeSpec) (*purse, gateway.Scope) {
	t.Helper()
	scope, err := server.NewScope(t.Context(), spec)
	require.NoError(t, err)
	account, err := server.ByName(scope.Connection().Scope)
	require.NoError(t, err)
	return account, scope
}

// receiver writes down what arrives, and answers with the statuses in turn and
// the last one for ever.
func receiver(t *testing.T, statuses ...int) (address string, arrived <-chan string) {
	t.Helper()
	bodies := make(chan string, 64)
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		status := statuses[0]
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
		mu.Unlock()
		w.WriteHeader(status)
		bodies <- string(body)
	}))
	t.Cleanup(server.Close)
	return server.URL, bodies
}

// next waits for a webhook; ten seconds are for a machine that is very busy.
func next(t *testing.T, arrived <-chan string) string {
	t.Helper()
	select {
	case body := <-arrived:
		return body
	case <-time.After(10 * time.Second):
		require.FailNow(t, "nothing arrived")
		return ""
	}
}

func TestServer_DeliversInOrderAndTriesAgainWhatWasRefused(t *testing.T) {
	t.Parallel()
	address, arrived := receiver(t, 500, 204)
	server := newServer(t, newPurse, &gateway.ServerOptions{RetryDelays: []time.Duration{time.Millisecond}, WebhookURL: address})
	account := server.Accounts()[0]
	var mu sync.Mutex
	var statuses []int
	tried := func(status int, err error) {
		mu.Lock()
		defer mu.Unlock()
		statuses = append(statuses, status)
		assert.NoError(t, err)
	}
	for _, name := range []string{"a", "b", "c"} {
		account.send(name, "", tried)
	}
	var order []string
	for range 4 {
		order = append(order, next(t, arrived))
	}
	assert.Equal(t, "a", order[0])
	assert.Equal(t, "bc", strings.ReplaceAll(strings.Join(order[1:], ""), "a", ""), "in order but for what is tried again")
	assert.ElementsMatch(t, []string{"a", "a", "b", "c"}, order)
	account.AwaitDeliveries(t.Context())
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, []int{500, 204, 204, 204}, statuses)
}

func TestServer_TriesOnceWithAnEmptySchedule(t *testing.T) {
	t.Parallel()
	address, arrived := receiver(t, 500)
	server := newServer(t, newPurse, &gateway.ServerOptions{RetryDelays: []time.Duration{}})
	account := server.Accounts()[0]
	account.send("a", address, nil)
	account.AwaitDeliveries(t.Context())
	assert.Len(t, arrived, 1)
}

func TestServer_ASlowReceiverHoldsUpNoOtherAccount(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(release) })
	address, arrived := receiver(t, 200)
	server := newServer(t, newPurse, nil)
	held, _ := opened(t, server, &gateway.ScopeSpec{WebhookURL: slow.URL})
	free, _ := opened(t, server, &gateway.ScopeSpec{WebhookURL: address})
	for range 8 {
		held.send("held", "", nil)
	}
	free.send("free", "", nil)
	assert.Equal(t, "free", next(t, arrived))
}

func TestServer_DeliversToThisMachineOnly(t *testing.T) {
	t.Parallel()
	account := newServer(t, newPurse, &gateway.ServerOptions{RetryDelays: []time.Duration{}}).Accounts()[0]
	var reason error
	account.send("a", "http://192.0.2.1/", func(_ int, err error) { reason = err })
	account.AwaitDeliveries(t.Context())
	account.Lock()
	defer account.Unlock()
	assert.ErrorIs(t, reason, gateway.ErrNotLoopback)
}

func TestServer_RefusesAWebhookURLThatItCannotServe(t *testing.T) {
	t.Parallel()
	server := newServer(t, newPurse, nil)
	for _, address := range []string{"http://192.0.2.1/", "ftp://127.0.0.1/", "nowhere"} {
		_, err := server.NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: address})
		require.ErrorIs(t, err, gateway.ErrBadRequest, address)
	}

	silent := purses()
	silent.Features = []gateway.Feature{gateway.FeatureLedger}
	_, err := gateway.NewServer(silent, newPurse, &gateway.ServerOptions{WebhookURL: "http://127.0.0.1/"})
	require.ErrorIs(t, err, gateway.ErrUnsupported)

	strange := purses()
	strange.CheckWebhookURL = func(string) error { return errors.New("closed on Sundays") }
	_, err = gateway.NewServer(strange, newPurse, &gateway.ServerOptions{WebhookURL: "http://127.0.0.1/"})
	require.ErrorIs(t, err, gateway.ErrBadRequest)
	assert.ErrorContains(t, err, "closed on Sundays")
}

func TestServer_FindsAnAccountUntilItIsClosed(t *testing.T) {
	t.Parallel()
	server := newServer(t, fromSeed, &gateway.ServerOptions{Seed: "first"})
	account, scope := opened(t, server, &gateway.ScopeSpec{Seed: "two"})
	credentials := scope.Connection().Credentials
	for _, name := range []string{"secret_key", "public_key"} {
		found, ok := server.ByKey(credentials[name])
		require.True(t, ok, name)
		assert.Same(t, account, found)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	_, ok := server.ByBearer(request)
	assert.False(t, ok)
	request.Header.Set("Authorization", "Bearer sk_two")
	_, ok = server.ByBearer(request)
	assert.True(t, ok)

	require.NoError(t, scope.Close(t.Context()))
	assert.True(t, account.Closed())
	assert.Equal(t, 1, account.release)
	require.ErrorIs(t, scope.Close(t.Context()), gateway.ErrNotFound)
	assert.Equal(t, 1, account.release)
	for _, key := range credentials {
		_, ok := server.ByKey(key)
		assert.False(t, ok)
	}
	_, err := server.FindScope("s2")
	require.ErrorIs(t, err, gateway.ErrNotFound)
	_, err = scope.Payments(t.Context(), nil)
	require.ErrorIs(t, err, gateway.ErrNotFound)
	assert.Len(t, server.Accounts(), 1)
}

func TestServer_GivesAccountsOfOneSeedKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	server := newServer(t, fromSeed, nil)
	var keys []string
	for range 3 {
		account, _ := opened(t, server, &gateway.ScopeSpec{Seed: "x"})
		keys = append(keys, account.SecretKey)
	}
	assert.Equal(t, []string{"sk_x", "sk_x 2", "sk_x 3"}, keys)
}

func TestServer_GivesOnlyTheFirstAccountThePublicCredentials(t *testing.T) {
	t.Parallel()
	server := newServer(t, newPurse, nil)
	assert.Equal(t, "sk_first", server.Connection().Credentials["secret_key"])
	account, _ := opened(t, server, nil)
	assert.Regexp(t, `^sk_[0-9a-f]{24}$`, account.SecretKey)
	assert.Regexp(t, `^whsec_[0-9a-f]{24}$`, account.WebhookSecret)
}

func TestServer_BoundsItsAccounts(t *testing.T) {
	t.Parallel()
	server := newServer(t, newPurse, &gateway.ServerOptions{MaxAccounts: 2})
	_, scope := opened(t, server, nil)
	_, err := server.NewScope(t.Context(), nil)
	require.ErrorContains(t, err, "too many accounts")
	require.NoError(t, scope.Close(t.Context()))
	again, _ := opened(t, server, nil)
	assert.Equal(t, "s3", again.Name, "a name is given once")
}

func TestServer_LocksTheAccountAsItIsNow(t *testing.T) {
	t.Parallel()
	server := newServer(t, newPurse, nil)
	account, scope := opened(t, server, nil)
	_, err := scope.CreatePayment(t.Context(), gateway.Money{Amount: 1, Currency: "THB"})
	require.NoError(t, err)
	require.NoError(t, scope.Advance(t.Context(), time.Hour))
	account.Lock()
	defer account.Unlock()
	assert.GreaterOrEqual(t, account.ticks, 4, "when it is locked, and after the clock was put forward")
	assert.GreaterOrEqual(t, account.flushes, 2)
}

func TestServer_ClockNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	turn := func(by time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(by)
	}
	server := newServer(t, newPurse, &gateway.ServerOptions{Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	account, scope := opened(t, server, nil)
	read := func() time.Time {
		account.Lock()
		defer account.Unlock()
		return account.Now()
	}
	turn(time.Hour)
	assert.Equal(t, now, read())
	turn(-30 * time.Minute)
	assert.Equal(t, now.Add(30*time.Minute), read())
	require.NoError(t, scope.Advance(t.Context(), 24*time.Hour))
	assert.Equal(t, now.Add(24*time.Hour), read())
	require.ErrorIs(t, scope.Advance(t.Context(), -time.Second), gateway.ErrBadRequest)
	require.ErrorIs(t, scope.Advance(t.Context(), 11*365*24*time.Hour), gateway.ErrBadRequest)
}

func TestServer_FillsInTheUsualFailureCode(t *testing.T) {
	t.Parallel()
	server := newServer(t, newPurse, nil)
	account, scope := opened(t, server, nil)
	made, err := scope.CreatePayment(t.Context(), gateway.Money{Amount: 1, Currency: "THB"})
	require.NoError(t, err)
	for _, test := range []struct {
		transition gateway.Transition
		want       string
	}{
		{gateway.Transition{To: gateway.StateFailed}, "declined"},
		{gateway.Transition{To: gateway.StateFailed, FailureCode: "no_funds"}, "no_funds"},
		{gateway.Transition{To: gateway.StateSucceeded, FailureCode: "no_funds"}, ""},
	} {
		require.NoError(t, scope.Transition(t.Context(), made.ID, &test.transition))
		assert.Equal(t, test.want, account.payments[0].RawState)
	}
	for _, code := range []string{"No funds!", strings.Repeat("x", 65)} {
		require.ErrorIs(t, scope.Transition(t.Context(), made.ID, &gateway.Transition{To: gateway.StateFailed, FailureCode: code}), gateway.ErrBadRequest)
	}
}

func TestIDGenerator_RepeatsASeedAndNothingElse(t *testing.T) {
	t.Parallel()
	ids := func(realm, seed string) string {
		g := gateway.NewIDGenerator(realm, seed)
		return g.ID("a_") + " " + g.ID("b_") + " " + hex.EncodeToString(g.Bytes(32))
	}
	assert.Equal(t, ids("r", "s"), ids("r", "s"))
	assert.NotEqual(t, ids("r", "s"), ids("q", "s"))
	assert.NotEqual(t, ids("r", "s"), ids("r", "t"))
	assert.NotEqual(t, ids("r", ""), ids("r", ""))
	assert.Regexp(t, `^a_[0-9a-f]{24} b_[0-9a-f]{24} [0-9a-f]{64}$`, ids("r", "s"))
}

func TestRefusal_IsTheErrorThatTravelsAsItsStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		400: gateway.ErrBadRequest, 404: gateway.ErrNotFound, 409: gateway.ErrIllegal, 501: gateway.ErrUnsupported,
	} {
		err := gateway.Refusal(status, "no such tea")
		require.ErrorIs(t, err, want)
		assert.ErrorContains(t, err, "no such tea")
	}
	assert.EqualError(t, gateway.Refusal(500, "no such tea"), "no such tea")
}
