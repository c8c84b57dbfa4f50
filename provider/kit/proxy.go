package kit

import (
	"context"
	"net/http"
	"strings"
	"unicode"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

const (
	settingProxy           = "proxy"
	secretProxyCredentials = "proxy_credentials" //nolint:gosec // the name of a secret
)

// ProxyFields declare the setting proxy, for machines that reach the gateway only
// through a proxy, and the secret proxy_credentials. Settings.Proxy reads them.
func ProxyFields() []contract.ConfigField {
	return []contract.ConfigField{
		{
			Name: settingProxy, Kind: contract.ConfigURL,
			Description: "The proxy to reach the gateway through, as scheme, host and port, such as http://proxy.example:3128; " +
				"without it, no proxy is used, whatever the environment says. Its user and password go into the secret " + secretProxyCredentials + ".",
		},
		{
			Name: secretProxyCredentials, Kind: contract.ConfigString, Secret: true,
			Description: "What the proxy asks for, as user:password, if it asks; it is sent to the proxy only. Use a proxy over https, " +
				"or the password can be read on the way to it.",
		},
	}
}

// Proxy returns the proxy of the fields that ProxyFields declare, for
// roundtrip.Options; nil if there is none. A gateway over http, which is on this
// machine, has no proxy: a configuration with both is invalid.
func (s *Settings) Proxy() func() (address, credentials string) {
	address, credentials := strings.TrimSuffix(s.Text(settingProxy), "/"), s.configuration.Secrets[secretProxyCredentials]
	if address == "" {
		s.Require(credentials.Reveal() == "", secretProxyCredentials, "is given without the setting proxy; set proxy, or remove the credentials")
		return nil
	}
	s.Require(!strings.HasPrefix(s.Text(settingAPIBase), "http://"), settingProxy,
		"is for a gateway over https, and api_base is http, on this machine; remove proxy, or correct api_base")
	_, behind, _ := strings.Cut(address, "://")
	s.Require(roundtrip.IsSafeBase("https://"+behind), settingProxy, "must be only scheme, host and port, such as http://proxy.example:3128")
	s.Require(credentials.Reveal() == "" || isPair(credentials.Reveal()), secretProxyCredentials, "must be user:password, at most 1024 bytes")
	return func() (string, string) { return address, credentials.Reveal() }
}

func isPair(credentials string) bool {
	user, _, pair := strings.Cut(credentials, ":")
	return pair && user != "" && len(credentials) <= 1024 && !strings.ContainsFunc(credentials, unicode.IsControl)
}

// blocked returns the error of a request that the proxy did not let through to the
// gateway.
func blocked(ctx context.Context, x *roundtrip.Exchange) *contract.Error {
	if err := contract.FromContext(ctx); err != nil {
		e := AsError(err)
		e.Message += "; " + x.ProxyFailure
		return e
	}
	message := x.ProxyFailure + "; nothing was sent to the gateway"
	if x.ProxyStatus == http.StatusProxyAuthRequired {
		message += "; the user and password are the secret " + secretProxyCredentials
	}
	return contract.NewError(contract.ProviderUnreachable, message).WithCause(x.Err)
}
