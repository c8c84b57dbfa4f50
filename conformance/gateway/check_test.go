package gateway_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	memory "github.com/paysocket/paysocket/provider/memory/sandbox"
	omise "github.com/paysocket/paysocket/provider/omise/sandbox"
)

var tea = gateway.Money{Amount: 12345, Currency: "THB"}

func failed(findings []gateway.Finding) []string {
	var names []string
	for _, finding := range findings {
		if finding.Err != nil {
			names = append(names, finding.Name+": "+finding.Err.Error())
		}
	}
	return names
}

func TestCheck_PassesOurOwnSandboxes(t *testing.T) {
	t.Parallel()
	ours, err := memory.New(nil)
	require.NoError(t, err)
	t.Cleanup(ours.Close)
	omises, err := omise.New(&omise.Options{ServerOptions: gateway.ServerOptions{BaseURL: "http://127.0.0.1:1"}})
	require.NoError(t, err)
	t.Cleanup(omises.Close)
	for _, sandbox := range []gateway.Gateway{ours, omises} {
		server := httptest.NewServer(gateway.Handler(sandbox))
		t.Cleanup(server.Close)
		client, err := gateway.NewClient(server.URL)
		require.NoError(t, err)
		t.Cleanup(client.Close)
		findings := gateway.Check(t.Context(), client, tea)
		assert.Len(t, findings, 13)
		assert.Empty(t, failed(findings))
	}
}

// lyingScope lies in the way that its fields say.
type lyingScope struct {
	gateway.Scope

	idle, empty, lacks, signsAllAlike bool
}

func (l *lyingScope) Transition(ctx context.Context, id string, to *gateway.Transition) error {
	switch {
	case l.idle:
		return nil
	case l.lacks:
		return gateway.ErrUnsupported
	default:
		return l.Scope.Transition(ctx, id, to)
	}
}

func (l *lyingScope) Payments(ctx context.Context, q *gateway.Query) ([]gateway.Payment, error) {
	if l.empty {
		return nil, nil
	}
	return l.Scope.Payments(ctx, q)
}

func (l *lyingScope) BuildWebhook(ctx context.Context, spec *gateway.WebhookSpec) (*gateway.Webhook, error) {
	if l.signsAllAlike {
		alike := *spec
		alike.Sign = gateway.SignNone
		spec = &alike
	}
	return l.Scope.BuildWebhook(ctx, spec)
}

type lyingGateway struct {
	gateway.Gateway

	lie   lyingScope
	never []gateway.Feature
}

func (l *lyingGateway) Hello(ctx context.Context) (*gateway.Hello, error) {
	hello, err := l.Gateway.Hello(ctx)
	if err == nil {
		hello.Never = l.never
	}
	return hello, err
}

func (l *lyingGateway) NewScope(ctx context.Context, spec *gateway.ScopeSpec) (gateway.Scope, error) {
	scope, err := l.Gateway.NewScope(ctx, spec)
	if err != nil {
		return nil, err
	}
	lying := l.lie
	lying.Scope = scope
	return &lying, nil
}

func TestCheck_FindsOutASandboxThatLies(t *testing.T) {
	t.Parallel()
	for name, lie := range map[string]lyingScope{
		"a hand that does nothing":      {idle: true},
		"an empty ledger":               {empty: true},
		"a feature that is not there":   {lacks: true},
		"a signature that is no matter": {signsAllAlike: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			honest, err := memory.New(nil)
			require.NoError(t, err)
			t.Cleanup(honest.Close)
			assert.NotEmpty(t, failed(gateway.Check(t.Context(), &lyingGateway{Gateway: honest, lie: lie}, tea)))
		})
	}
}

func TestCheck_TakesNoMoreForNeverThanAGatewayCanLack(t *testing.T) {
	t.Parallel()
	for name, features := range map[string][]gateway.Feature{
		"what it advertises": {gateway.FeatureTransition(gateway.StateExpired)}, "what is about the sandbox": {gateway.FeatureClock}, "what is unknown": {"tea"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			honest, err := memory.New(nil)
			require.NoError(t, err)
			t.Cleanup(honest.Close)
			assert.Len(t, failed(gateway.Check(t.Context(), &lyingGateway{Gateway: honest, never: features}, tea)), 1)
		})
	}
}
