package gateway_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// connect serves the sandbox and returns a client of it.
func connect(t *testing.T, sandbox gateway.Gateway) *gateway.Client {
	t.Helper()
	server := httptest.NewServer(gateway.Handler(sandbox))
	t.Cleanup(server.Close)
	client, err := gateway.NewClient(server.URL + "/")
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

// open returns one scope twice: as the tester sees it and as it is.
func open(t *testing.T) (remote gateway.Scope, local *drawer) {
	t.Helper()
	local = &drawer{name: "house"}
	client := connect(t, &till{house: local})
	remote, err := client.Attach(local.Connection())
	require.NoError(t, err)
	return remote, local
}

func TestHelloAndANewScopeAreTheSameAtBothEnds(t *testing.T) {
	t.Parallel()
	sandbox := &till{}
	client := connect(t, sandbox)

	want, err := sandbox.Hello(t.Context())
	require.NoError(t, err)
	hello, err := client.Hello(t.Context())
	require.NoError(t, err)
	assert.Equal(t, want, hello)

	scope, err := client.NewScope(t.Context(), &gateway.ScopeSpec{Seed: "8841"})
	require.NoError(t, err)
	assert.Equal(t, &gateway.Connection{
		Scope: "s1", APIBase: "http://127.0.0.1:1",
		Credentials: map[string]string{"secret_key": "sk_s1", "seed": "8841"},
	}, scope.Connection())

	scope.Connection().Credentials["secret_key"] = "changed by a caller"
	assert.Equal(t, "sk_s1", scope.Connection().Credentials["secret_key"])
}

func TestPaymentsAndRefundsAreTheSameAtBothEnds(t *testing.T) {
	t.Parallel()
	remote, local := open(t)

	empty, err := remote.Payments(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, empty)

	first, err := remote.CreatePayment(t.Context(), gateway.Money{Amount: 9007199254740993, Currency: "THB"})
	require.NoError(t, err)
	second, err := remote.CreatePayment(t.Context(), gateway.Money{Amount: 1, Currency: "JPY"})
	require.NoError(t, err)

	err = remote.Transition(t.Context(), first.ID, &gateway.Transition{To: gateway.StateSucceeded})
	require.NoError(t, err)
	err = remote.Transition(t.Context(), second.ID, &gateway.Transition{To: gateway.StateFailed, FailureCode: "no_funds"})
	require.NoError(t, err)
	refund, err := remote.CreateRefund(t.Context(), first.ID, gateway.Money{Amount: 500})
	require.NoError(t, err)
	assert.Equal(t, &gateway.Refund{ID: "r1", Amount: 500, Currency: "THB", State: gateway.StatePending}, refund)

	for _, query := range []*gateway.Query{nil, {}, {Key: "key&2"}, {Reference: "ref 1"}, {Key: "key&2", Reference: "ref 1"}} {
		want, err := local.Payments(t.Context(), query)
		require.NoError(t, err)
		got, err := remote.Payments(t.Context(), query)
		require.NoError(t, err)
		require.Len(t, got, len(want))
		for i := range want {
			if want[i].Refunds == nil {
				want[i].Refunds = []gateway.Refund{}
			}
			assert.Equal(t, want[i], got[i])
		}
	}
}

func TestARefundsTransitionArrivesWhole(t *testing.T) {
	t.Parallel()
	remote, local := open(t)
	want := &gateway.Transition{To: gateway.StateFailed, FailureCode: "bank_closed"}
	require.NoError(t, remote.TransitionRefund(t.Context(), "r1", want))
	assert.Equal(t, want, local.moved)
}

func TestAWebhookKeepsItsBytesAndItsQuestion(t *testing.T) {
	t.Parallel()
	remote, local := open(t)
	spec := &gateway.WebhookSpec{
		Payment: "pay/1", Refund: "r1", Event: gateway.EventRefundUpdated, Sign: gateway.SignPrevious,
		AtOffset: -10 * time.Minute,
		BodyPatch: []gateway.PatchOp{
			{Op: "replace", Path: "/data/status", Value: "weird"},
			{Op: "replace", Path: "/data/amount", Value: json.Number("9007199254740993")}, // not a float64
		},
	}
	webhook, err := remote.BuildWebhook(t.Context(), spec)
	require.NoError(t, err)
	assert.Equal(t, spec, local.asked)
	assert.Equal(t, [][2]string{{"X-Till", "a"}, {"X-Till", "b"}}, webhook.Headers)
	assert.Equal(t, []byte("\x00\xff not even JSON"), webhook.Body)
}

func TestAClosedScopeIsGone(t *testing.T) {
	t.Parallel()
	client := connect(t, &till{})
	scope, err := client.NewScope(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, scope.Close(t.Context()))
	_, err = scope.Payments(t.Context(), nil)
	require.ErrorIs(t, err, gateway.ErrNotFound)
	require.ErrorIs(t, scope.Close(t.Context()), gateway.ErrNotFound)
}

func TestRefusalsReadTheSameAtBothEnds(t *testing.T) {
	t.Parallel()
	remote, local := open(t)
	_, err := remote.CreatePayment(t.Context(), gateway.Money{Amount: 5, Currency: "THB"})
	require.NoError(t, err)

	refusals := map[string]struct {
		want error
		ask  func(gateway.Scope) error
	}{
		"illegal": {gateway.ErrIllegal, func(scope gateway.Scope) error {
			_, err := scope.CreateRefund(context.Background(), "pay/1", gateway.Money{Amount: 1})
			return err
		}},
		"no such payment": {gateway.ErrNotFound, func(scope gateway.Scope) error {
			return scope.Transition(context.Background(), "pay/9", &gateway.Transition{To: gateway.StateExpired})
		}},
		"no such refund": {gateway.ErrNotFound, func(scope gateway.Scope) error {
			return scope.TransitionRefund(context.Background(), "../r1", &gateway.Transition{To: gateway.StateFailed})
		}},
		"no clock": {gateway.ErrUnsupported, func(scope gateway.Scope) error {
			return scope.Advance(context.Background(), time.Minute)
		}},
	}
	for name, refusal := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			near, far := refusal.ask(local), refusal.ask(remote)
			require.ErrorIs(t, near, refusal.want)
			require.ErrorIs(t, far, refusal.want)
			assert.Equal(t, near.Error(), far.Error())
		})
	}
}

func TestIdsThatAPathCannotCarryAreNotFound(t *testing.T) {
	t.Parallel()
	remote, _ := open(t)
	for _, id := range []string{"", ".", ".."} {
		err := remote.Transition(t.Context(), id, &gateway.Transition{To: gateway.StateFailed})
		require.ErrorIs(t, err, gateway.ErrNotFound, "%q", id)
	}
}

func TestANewScopeThatNeedsALackingFeatureIsUnsupported(t *testing.T) {
	t.Parallel()
	_, err := connect(t, &till{}).NewScope(t.Context(), &gateway.ScopeSpec{WebhookURL: "http://127.0.0.1:1/hook"})
	require.ErrorIs(t, err, gateway.ErrUnsupported)
}

// answering returns a client of a server that always answers the same.
func answering(t *testing.T, status int, body string) *gateway.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://127.0.0.1:1/")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	client, err := gateway.NewClient(server.URL)
	require.NoError(t, err)
	return client
}

func TestTheClientDistrustsAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		want   string
	}{
		"another protocol":  {200, `{"protocol":"gwctl/2","name":"x"}`, `"gwctl/2", not gwctl/1`},
		"a web page":        {200, `<html>`, "not the expected JSON"},
		"nothing":           {200, ``, "not the expected JSON"},
		"a redirect":        {302, ``, "answered 302"},
		"a failure":         {500, `{"error":"out of paper"}`, "answered 500: out of paper"},
		"a refusal in HTML": {501, `<html>`, "answered 501 without an error text"},
		"too much":          {200, `{"protocol":"gwctl/1","name":"` + string(make([]byte, 300)) + `"}`, "longer than 256 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := answering(t, test.status, test.body)
			client.SetBounds(time.Minute, 256)
			_, err := client.Hello(t.Context())
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestARefusalInHTMLIsStillThatRefusal(t *testing.T) {
	t.Parallel()
	_, err := answering(t, http.StatusNotImplemented, "<html>").Hello(t.Context())
	require.ErrorIs(t, err, gateway.ErrUnsupported)
}

func TestAScopeWithoutAnAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{}`, `{"scope":"s1"}`, `{"scope":"s1","api_base":"/relative"}`, `{"scope":"","api_base":"http://127.0.0.1:1"}`,
	} {
		_, err := answering(t, http.StatusCreated, body).NewScope(t.Context(), nil)
		require.Error(t, err, body)
	}
}

func TestACallEndsWithItsContextOrItsTimeout(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}, 2), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-release
	}))
	defer server.Close()
	defer close(release)

	patient, err := gateway.NewClient(server.URL)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	_, err = patient.Hello(ctx)
	require.ErrorIs(t, err, context.Canceled)

	hasty, err := gateway.NewClient(server.URL)
	require.NoError(t, err)
	hasty.SetBounds(time.Millisecond, 1<<20)
	_, err = hasty.Hello(t.Context())
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAManageURLMustBeAbsolute(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "127.0.0.1:4511", "ftp://127.0.0.1", "http://", "http://user@127.0.0.1", "http://127.0.0.1/#x"} {
		_, err := gateway.NewClient(address)
		require.Error(t, err, address)
	}
}
