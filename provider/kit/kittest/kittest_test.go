package kittest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
)

// counting is a sandbox that counts what it executes.
type counting struct{ executed atomic.Int64 }

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.executed.Add(1)
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Sandbox", "true")
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"n":12345678901234567890,"path":%q,"body":%q}`, r.URL.Path, body)
}

// ask sends a request, and returns the answer as "status body", or the error.
func ask(ctx context.Context, front *kittest.Front, method, at string) (string, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, front.URL()+at, strings.NewReader("a=1&a=2"))
	if err != nil {
		return "", nil, err
	}
	request.Header.Set("X-Test", "1")
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return fmt.Sprint(response.StatusCode, " ", string(body)), response.Header, err
}

func served(t *testing.T) (*kittest.Front, *counting) {
	t.Helper()
	front, sandbox := kittest.NewFront(t), &counting{}
	front.Serve(sandbox)
	return front, sandbox
}

const whole = `201 {"n":12345678901234567890,"path":"/v1/x","body":"a=1\u0026a=2"}`

func plain(said string) string { return strings.ReplaceAll(said, `\u0026`, "&") }

func TestFront_WritesDownWhatPasses(t *testing.T) {
	t.Parallel()
	front, sandbox := served(t)
	said, header, err := ask(t.Context(), front, "POST", "/v1/x?q=1")
	require.NoError(t, err)
	assert.Equal(t, plain(whole), said)
	assert.Equal(t, "true", header.Get("X-Sandbox"))
	assert.EqualValues(t, 1, sandbox.executed.Load())

	requests := front.Requests()
	require.Len(t, requests, 1)
	assert.Equal(t, "1", requests[0].Header.Get("X-Test"))
	assert.Equal(t, "1", requests[0].Query.Get("q"))
	assert.Equal(t, []string{"1", "2"}, requests[0].Form()["a"])
	assert.Empty(t, front.Requests(), "each is told once")
	_, _, err = ask(t.Context(), front, "GET", "/v1/y/z")
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /v1/y/z"}, front.Seen())
	for route, want := range map[string]int{"": 2, "GET": 1, "POST /v1/x": 1, " /v1/*": 1, "GET /v1/*/z": 1, "GET /v1/x": 0, "PUT": 0} {
		assert.Equal(t, want, front.Count(route), route)
	}
}

func TestFault_DecidesWhetherAndHowARequestIsAnswered(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		faults   []kittest.Fault
		says     string // empty: an error
		executed int
	}{
		"none":              {nil, whole, 1},
		"another route":     {[]kittest.Fault{kittest.On("POST /v1/y", kittest.HangUp)}, whole, 1},
		"an answer":         {[]kittest.Fault{kittest.Answer(418, "tea")}, "418 tea", 0},
		"hung up":           {[]kittest.Fault{kittest.HangUp}, "", 0},
		"reset":             {[]kittest.Fault{kittest.On("POST", kittest.Reset)}, "", 0},
		"lost":              {[]kittest.Fault{kittest.Executed(kittest.HangUp)}, "", 1},
		"executed, another": {[]kittest.Fault{kittest.Executed(kittest.Answer(500, ""))}, "500 ", 1},
		"used up":           {[]kittest.Fault{kittest.Times(0, kittest.HangUp)}, whole, 1},
		"the first counts":  {[]kittest.Fault{kittest.Answer(1+417, "a"), kittest.Answer(500, "b")}, "418 a", 0},
		"the one that fits": {[]kittest.Fault{kittest.On("GET", kittest.HangUp), kittest.Answer(500, "b")}, "500 b", 0},
		"changed": {
			[]kittest.Fault{kittest.Patch(map[string]any{"body": nil, "new": true})}, `201 {"n":12345678901234567890,"new":true,"path":"/v1/x"}`, 1,
		},
		"changed by two": {
			[]kittest.Fault{kittest.Patch(map[string]any{"n": 1}), kittest.Patch(map[string]any{"n": 2, "body": nil})}, `201 {"n":1,"path":"/v1/x"}`, 1,
		},
		"no object": {[]kittest.Fault{kittest.Patch(map[string]any{"n": 1}), kittest.Answer(200, "[1]")}, "200 [1]", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			front, sandbox := served(t)
			for _, fault := range row.faults {
				front.Add(fault)
			}
			said, _, err := ask(t.Context(), front, "POST", "/v1/x")
			if row.says == "" {
				require.Error(t, err)
			} else {
				require.NoError(t, err)
				assert.Equal(t, plain(row.says), said)
			}
			assert.EqualValues(t, row.executed, sandbox.executed.Load())
			front.Set()
			said, _, err = ask(t.Context(), front, "POST", "/v1/x")
			require.NoError(t, err)
			assert.Equal(t, plain(whole), said)
		})
	}
}

func TestFault_HoldsUntilReleased(t *testing.T) {
	t.Parallel()
	front, sandbox := served(t)
	held, release := make(chan struct{}), make(chan struct{})
	front.Set(kittest.Hold(held, release))
	answered := make(chan string)
	go func() {
		said, _, _ := ask(t.Context(), front, "POST", "/v1/x")
		answered <- said
	}()
	<-held
	assert.EqualValues(t, 0, sandbox.executed.Load())
	close(release)
	assert.Equal(t, plain(whole), <-answered)

	front.Set(kittest.Hold(held, nil))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-held; cancel() }()
	_, _, err := ask(ctx, front, "POST", "/v1/x")
	require.ErrorIs(t, err, context.Canceled)
	assert.EqualValues(t, 1, sandbox.executed.Load(), "the client had gone")

	asked := make(chan struct{})
	front.Set(kittest.Hang(asked))
	ctx, cancel = context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, _, err = ask(ctx, front, "POST", "/v1/x")
	require.ErrorIs(t, err, context.Canceled)
}

func TestConfiguration_TakesTheAccountsAddressAndCredentials(t *testing.T) {
	t.Parallel()
	c := kittest.Configuration(&gateway.Connection{
		APIBase: "http://127.0.0.1:1", Credentials: map[string]string{"secret_key": "sk", "webhook_secret": "wh"},
	}, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"}, "timeout", "1s")
	assert.Equal(t, contract.ModeTest, c.Mode)
	assert.Equal(t, map[string]string{"api_base": "http://127.0.0.1:1", "timeout": "1s"}, c.Settings)
	assert.Equal(t, "sk", c.Secrets["secret_key"].Reveal())
	assert.Equal(t, "wh", c.Secrets["webhook_secrets"].Reveal())
}

// recorder is a testing.TB that a helper ends.
type recorder struct {
	testing.TB

	fatal string
}

func (r *recorder) Helper() {}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	panic(r)
}

func TestErrorOf_ComparesReasonAndOutcome(t *testing.T) {
	t.Parallel()
	is := contract.NewError(contract.ProviderFault, "it failed")
	for name, row := range map[string]struct {
		err     error
		reason  contract.Reason
		outcome contract.Outcome
		fine    bool
	}{
		"as wanted":       {is, contract.ProviderFault, contract.Indeterminate, true},
		"wrapped":         {fmt.Errorf("asking: %w", is), contract.ProviderFault, contract.Indeterminate, true},
		"another reason":  {is, contract.ProviderTimeout, contract.Indeterminate, false},
		"another outcome": {is, contract.ProviderFault, contract.Rejected, false},
		"not compared":    {is, contract.ProviderFault, "", false},
		"no error":        {nil, contract.ProviderFault, "", false},
		"another type":    {errors.New("odd"), contract.ProviderFault, "", false},
	} {
		r := &recorder{}
		func() {
			defer func() { _ = recover() }()
			assert.Same(t, is, kittest.ErrorOf(r, row.err, row.reason, row.outcome))
		}()
		assert.Equal(t, row.fine, r.fatal == "", "%s: %s", name, r.fatal)
	}
}

func TestClock_StandsStill(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	clock := kittest.NewClock(at)
	assert.Equal(t, at, clock.Now())
	clock.Advance(time.Hour)
	clock.Advance(-time.Minute)
	assert.Equal(t, at.Add(59*time.Minute), clock.Now())
}
