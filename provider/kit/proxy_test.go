package kit_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// proxied reads the proxy of a configuration.
func proxied(base, proxy, credentials string) (func() (string, string), *contract.Error) {
	d := &contract.Descriptor{
		Modes:        []contract.Mode{contract.ModeTest},
		ConfigFields: append(kit.ProxyFields(), kit.APIBaseField(base)),
	}
	c := &contract.Configuration{Mode: contract.ModeTest, Settings: map[string]string{}, Secrets: map[string]contract.Secret{}}
	if proxy != "" {
		c.Settings["proxy"] = proxy
	}
	if credentials != "" {
		c.Secrets["proxy_credentials"] = contract.NewSecret(credentials)
	}
	s, e := kit.ReadSettings(d, c)
	if e != nil {
		return nil, e
	}
	found := s.Proxy()
	return found, s.Err()
}

func TestSettings_ReadAProxyAndItsCredentials(t *testing.T) {
	t.Parallel()
	const gateway = "https://api.acme.test"
	for name, row := range map[string]struct{ base, proxy, credentials, field, says string }{
		"none":                    {base: gateway},
		"none, on this machine":   {base: "http://127.0.0.1:1"},
		"without credentials":     {base: gateway, proxy: "http://proxy.test:3128"},
		"with credentials":        {base: gateway, proxy: "https://proxy.test", credentials: "shop:canary"},
		"with a slash":            {base: gateway, proxy: "http://proxy.test:3128/"},
		"a password":              {gateway, "http://shop:canary@proxy.test:3128", "", "settings[proxy]", "proxy_credentials"},
		"a password with a slash": {gateway, "http://shop:can/ary@proxy.test:3128", "", "settings[proxy]", "proxy_credentials"},
		"a password with a %":     {gateway, "http://shop:can%ary@proxy.test:3128", "", "settings[proxy]", "proxy_credentials"},
		"a user":                  {gateway, "http://shop@proxy.test:3128", "", "settings[proxy]", "proxy_credentials"},
		"another protocol":        {gateway, "socks5://proxy.test:1080", "", "settings[proxy]", "http or https"},
		"a path":                  {gateway, "http://proxy.test:3128/canary", "", "settings[proxy]", "only scheme, host and port"},
		"no pair":                 {gateway, "http://proxy.test:3128", "canary", "secrets[proxy_credentials]", "user:password"},
		"no user":                 {gateway, "http://proxy.test:3128", ":canary", "secrets[proxy_credentials]", "user:password"},
		"credentials alone":       {gateway, "", "shop:canary", "secrets[proxy_credentials]", "set proxy"},
		"for this machine":        {"http://127.0.0.1:1", "http://proxy.test:3128", "", "settings[proxy]", "remove proxy"},
	} {
		proxy, e := proxied(row.base, row.proxy, row.credentials)
		if row.field == "" {
			require.Nil(t, e, name)
			assert.Equal(t, row.proxy == "", proxy == nil, name)
			if proxy != nil {
				address, credentials := proxy()
				assert.Equal(t, strings.TrimSuffix(row.proxy, "/"), address, name)
				assert.Equal(t, row.credentials, credentials, name)
			}
			continue
		}
		require.NotNil(t, e, name)
		assert.Equal(t, contract.InvalidConfig, e.Reason, name)
		require.Len(t, e.Violations, 1, name)
		assert.Equal(t, row.field, e.Violations[0].Field, name)
		assert.Contains(t, e.Violations[0].Description, row.says, name)
		assert.NotContains(t, e.Error(), "canary", name)
	}
}

func TestNoAnswer_SaysWhatTheProxyDid(t *testing.T) {
	t.Parallel()
	canary := errors.New("canary")
	x := &roundtrip.Exchange{Tried: true, Err: canary, ProxyFailure: "the proxy said no"}
	e := kit.NoAnswer(t.Context(), x)
	assert.Equal(t, contract.ProviderUnreachable, e.Reason)
	assert.Equal(t, contract.NotAttempted, e.Outcome)
	assert.Equal(t, "the proxy said no; nothing was sent to the gateway", e.Message)
	assert.NotContains(t, e.Error(), "canary")
	require.ErrorIs(t, e, canary)

	x.ProxyStatus = http.StatusProxyAuthRequired
	assert.Contains(t, kit.NoAnswer(t.Context(), x).Message, "proxy_credentials")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e = kit.NoAnswer(ctx, x)
	assert.Equal(t, contract.DeadlineTooShort, e.Reason)
	assert.Equal(t, contract.NotAttempted, e.Outcome)
	assert.Contains(t, e.Message, "the proxy said no")
}
