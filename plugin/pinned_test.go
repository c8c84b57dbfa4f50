package plugin_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// configurationWith returns a configuration with this key, whose length is that of the
// account's id.
func configurationWith(key string) *contract.Configuration {
	return &contract.Configuration{Mode: contract.ModeTest, Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret(key)}}
}

// requireNeverSent requires that no call through pinned is sent.
func requireNeverSent(t *testing.T, pinned *plugin.Pinned) {
	t.Helper()
	requireUnsent := func(err error, outcome contract.Outcome) {
		t.Helper()
		require.ErrorIs(t, err, contract.ProviderUnreachable)
		require.True(t, contract.NeverSent(err))
		require.Equal(t, outcome, err.(*contract.Error).Outcome) //nolint:errorlint,forcetypeassert // That is what callers get.
	}
	_, err := pinned.CreatePayment(t.Context(), plugintest.Payment("order 2"))
	requireUnsent(err, contract.NotAttempted)
	unknown := plugintest.Payment("order 2")
	unknown.Attempt.FirstAt, unknown.Attempt.LastUnknownAt = plugintest.Epoch(), plugintest.Epoch().Add(time.Second)
	_, err = pinned.CreatePayment(t.Context(), unknown)
	requireUnsent(err, contract.Indeterminate)
	_, err = pinned.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "payment_1"})
	requireUnsent(err, "")
}

func TestPinned_EndsWithTheConfigurationOfItsClient(t *testing.T) {
	t.Parallel()
	inProcess, err := plugin.InProcess(t.Context(), plugintest.NewProvider(nil), &plugin.OpenOptions{Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	cmd, line := debugged(t, "provider")
	attached, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true, Configuration: plugintest.Configuration()})
	require.NoError(t, err)
	ids := map[string]bool{}
	for name, client := range map[string]*plugin.Client{
		"a process": plugintest.Open(t, plugin.OpenOptions{}), "in process": inProcess, "attached": attached,
	} {
		first, err := client.Pin()
		require.NoError(t, err, name)
		assert.Same(t, client.Descriptor(), first.Descriptor)
		assert.Equal(t, "account_of_21", first.Account.ID)
		assert.Equal(t, contract.ModeTest, first.Mode)
		again, err := client.Pin()
		require.NoError(t, err)
		assert.Equal(t, first.ID, again.ID)

		_, err = client.Configure(t.Context(), configurationWith("wrong_key"))
		require.ErrorIs(t, err, contract.ProviderAuthFailed)
		_, err = first.Configure(t.Context(), configurationWith("1234"))
		require.ErrorIs(t, err, contract.CapabilityUnsupported)
		require.True(t, contract.NeverSent(err))
		plugintest.Pay(t, first, "order 1")

		_, err = client.Configure(t.Context(), configurationWith("1234"))
		require.NoError(t, err)
		requireNeverSent(t, first)
		requireNeverSent(t, again)
		second, err := client.Pin()
		require.NoError(t, err)
		assert.Equal(t, "account_of_4", second.Account.ID)
		plugintest.Pay(t, second, "order 3")

		require.NoError(t, client.Close())
		requireNeverSent(t, second)
		_, err = client.Pin()
		require.ErrorIs(t, err, contract.ProviderUnreachable)
		assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err))
		ids[first.ID], ids[second.ID] = true, true
	}
	assert.Len(t, ids, 6, "no two are of the same")
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	require.NoError(t, cmd.Wait())
}

// slowProvider does what a test wants before it returns from Configure, when it has its
// new configuration, and from CreatePayment. The id of a payment is that of the account.
type slowProvider struct {
	*plugintest.Provider

	beforeConfigured, beforeCreated func() error

	mu      sync.Mutex
	account string
}

func (p *slowProvider) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := p.Provider.Describe(ctx)
	for _, name := range []string{"a", "ab", "b"} {
		d.ConfigFields = append(d.ConfigFields, contract.ConfigField{Name: name, Kind: contract.ConfigString, Secret: true, Description: "Any."})
	}
	return d, err
}

func (p *slowProvider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	account, err := p.Provider.Configure(ctx, configuration)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.account = account.ID
	p.mu.Unlock()
	if p.beforeConfigured != nil {
		if err := p.beforeConfigured(); err != nil {
			return nil, err
		}
	}
	return account, nil
}

func (p *slowProvider) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	if p.beforeCreated != nil {
		if err := p.beforeCreated(); err != nil {
			return nil, err
		}
	}
	payment, err := p.Provider.CreatePayment(ctx, request)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	payment.PaymentID = p.account
	return payment, nil
}

func here(t *testing.T, provider contract.PaymentProvider, configuration *contract.Configuration) *plugin.Client {
	t.Helper()
	client, err := plugin.InProcess(t.Context(), provider, &plugin.OpenOptions{Configuration: configuration})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

func TestPinned_CallsAreNeverInFlightDuringConfigure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &slowProvider{Provider: plugintest.NewProvider(nil)}
		client := here(t, p, configurationWith("1234"))
		var order []string
		takes := func(what string) func() error {
			return func() error {
				<-time.After(time.Second)
				order = append(order, what)
				return nil
			}
		}
		p.beforeCreated, p.beforeConfigured = takes("created"), takes("configured")
		pinned, err := client.Pin()
		require.NoError(t, err)
		var calls sync.WaitGroup
		for range 2 {
			calls.Go(func() {
				payment, err := pinned.CreatePayment(t.Context(), plugintest.Payment("order 1"))
				if assert.NoError(t, err) {
					assert.Equal(t, "account_of_4", payment.PaymentID)
				}
			})
			<-time.After(500 * time.Millisecond)
		}
		impatient, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err = client.Configure(impatient, configurationWith("12345"))
		require.ErrorIs(t, err, contract.DeadlineTooShort)
		require.True(t, contract.NeverSent(err), "the calls have not ended")

		calls.Go(func() {
			_, err := client.Configure(t.Context(), configurationWith("12345"))
			assert.NoError(t, err)
		})
		<-time.After(time.Millisecond)
		requireNeverSent(t, pinned)
		impatient, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err = client.Configure(impatient, configurationWith("12345"))
		require.True(t, contract.NeverSent(err), "it is not the only one")
		<-time.After(time.Second)
		requireNeverSent(t, pinned) // the provider has its configuration, and has not answered
		calls.Wait()
		assert.Equal(t, []string{"created", "created", "configured"}, order)
	})
}

func TestPinned_SeesNoOtherConfigurationUnderLoad(t *testing.T) {
	t.Parallel()
	client := here(t, &slowProvider{Provider: plugintest.NewProvider(nil)}, configurationWith("1"))
	var callers sync.WaitGroup
	var done atomic.Bool
	for range 4 {
		callers.Go(func() {
			for !done.Load() {
				pinned, err := client.Pin()
				if !assert.NoError(t, err) {
					return
				}
				for err == nil && !done.Load() {
					var payment *contract.Payment
					payment, err = pinned.CreatePayment(t.Context(), plugintest.Payment("order 1"))
					if err == nil && !assert.Equal(t, pinned.Account.ID, payment.PaymentID) {
						return
					}
				}
				if err != nil && !assert.True(t, contract.NeverSent(err), "%v", err) {
					return
				}
			}
		})
	}
	for n := range 100 {
		_, err := client.Configure(t.Context(), configurationWith(strings.Repeat("k", 1+n%7)))
		assert.NoError(t, err)
	}
	done.Store(true)
	callers.Wait()
}

func TestPinned_EndsWhenItIsUnknownWhatTheProviderIsConfiguredWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func() error // of the provider
		ended  bool
	}{
		"it refuses":       {func() error { return contract.NewError(contract.InvalidConfig, "no") }, false},
		"its probe is cut": {func() error { return contract.NewError(contract.ConnectionLost, "the gateway hung up") }, false},
		"it panics":        {func() error { panic("at the end") }, true},
		"it is late":       {func() error { <-time.After(2 * time.Second); return nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &slowProvider{Provider: plugintest.NewProvider(nil)}
				client := here(t, p, configurationWith("1234"))
				pinned, err := client.Pin()
				require.NoError(t, err)
				p.beforeConfigured = c.before
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err = client.Configure(ctx, configurationWith("12345"))
				require.Error(t, err)
				again, err := client.Pin()
				if !c.ended {
					require.NoError(t, err)
					assert.Equal(t, pinned.ID, again.ID)
					plugintest.Pay(t, pinned, "order 1")
					return
				}
				require.ErrorIs(t, err, contract.NotConfigured)
				requireNeverSent(t, pinned)
				assert.Equal(t, "account_of_4", client.Account().ID, "that is the last answer")
				<-time.After(2 * time.Second)
				p.beforeConfigured = nil
				_, err = client.Configure(t.Context(), configurationWith("12345"))
				require.NoError(t, err)
				requireNeverSent(t, pinned)
				again, err = client.Pin()
				require.NoError(t, err)
				plugintest.Pay(t, again, "order 1")
			})
		})
	}
}

func TestClient_PinsNothingBeforeItIsConfigured(t *testing.T) {
	t.Parallel()
	client := here(t, plugintest.NewProvider(nil), nil)
	_, err := client.Pin()
	require.ErrorIs(t, err, contract.NotConfigured)
	_, err = client.Configure(t.Context(), configurationWith("wrong"))
	require.Error(t, err)
	_, err = client.Pin()
	require.ErrorIs(t, err, contract.NotConfigured)
}

func TestPinned_CallsPassTheInterceptors(t *testing.T) {
	t.Parallel()
	var seen []contract.Operation
	client, err := plugin.InProcess(t.Context(), plugintest.NewProvider(nil), &plugin.OpenOptions{
		Configuration: plugintest.Configuration(),
		Interceptors: []contract.Interceptor{func(ctx context.Context, call contract.Call, next contract.Handler) (any, error) {
			seen = append(seen, call.Operation)
			return next(ctx, call)
		}},
	})
	require.NoError(t, err)
	pinned, err := client.Pin()
	require.NoError(t, err)
	plugintest.Pay(t, pinned, "order 1")
	require.NoError(t, client.Close())
	_, err = pinned.CreatePayment(t.Context(), plugintest.Payment("order 1"))
	require.Error(t, err)
	create := contract.OperationCreatePayment
	assert.Equal(t, []contract.Operation{contract.OperationDescribe, contract.OperationConfigure, create, create}, seen)
}

func TestPinned_FingerprintTellsWhetherSecretsAreTheSame(t *testing.T) {
	t.Parallel()
	key := []byte("of the host")
	of := func(secrets ...string) *plugin.Pinned {
		configuration := configurationWith(plugintest.Canary)
		configuration.Settings = map[string]string{}
		for pair := range slices.Chunk(secrets, 2) {
			configuration.Secrets[pair[0]] = contract.NewSecret(pair[1])
		}
		pinned, err := here(t, &slowProvider{Provider: plugintest.NewProvider(nil)}, configuration).Pin()
		require.NoError(t, err)
		return pinned
	}
	assert.Equal(t, of("a", "1", "b", "2").Fingerprint(key), of("b", "2", "a", "1").Fingerprint(key), "another process, started with the same")
	assert.Len(t, of().Fingerprint(key), 64)
	assert.NotEqual(t, of().Fingerprint(key), of().Fingerprint([]byte("of another host")))
	seen := map[string]bool{}
	for _, secrets := range [][]string{
		{},
		{"secret_key", "another"},
		{"secret_key", plugintest.Canary + "x"},
		{"a", "bc"},
		{"ab", "c"},
		{"a", "b"},
		{"b", "b"},
		{"a", "1", "b", "2"},
		{"a", "2", "b", "1"},
		{"a", "1b2"},
	} {
		fingerprint := of(secrets...).Fingerprint(key)
		assert.False(t, seen[fingerprint], secrets)
		seen[fingerprint] = true
	}
}

func TestPinned_ShowsNothingOfTheSecrets(t *testing.T) {
	t.Parallel()
	client := here(t, plugintest.NewProvider(nil), plugintest.Configuration())
	pinned, err := client.Pin()
	require.NoError(t, err)
	var shown bytes.Buffer
	for _, value := range []any{pinned, *pinned, []any{pinned, *pinned}, map[string]plugin.Pinned{"": *pinned}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			fmt.Fprintf(&shown, verb, value)
		}
		slog.New(slog.NewTextHandler(&shown, nil)).Info("", slog.Any("value", value))
		slog.New(slog.NewJSONHandler(&shown, nil)).Info("", slog.Any("value", value))
	}
	digest := plugin.SecretsDigest(pinned)
	require.Len(t, digest, 32)
	for _, secret := range []string{
		plugintest.Canary, hex.EncodeToString([]byte(plugintest.Canary)), digest, hex.EncodeToString([]byte(digest)), strings.Trim(strconv.Quote(digest), `"`),
	} {
		assert.NotContains(t, shown.String(), secret)
	}
}
