package plugin

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
)

func TestThePortsOfAConfigurationAreFound(t *testing.T) {
	t.Parallel()
	d := &contract.Descriptor{ConfigFields: []contract.ConfigField{
		{Name: "api_base", Kind: contract.ConfigURL, Default: "https://api.example:8443"},
		{Name: "vault_base", Kind: contract.ConfigURL, Default: "http://vault.example"},
		{Name: "timeout", Kind: contract.ConfigDuration, Default: "30s"},
		{Name: "callback", Kind: contract.ConfigURL, Secret: true},
	}}
	assert.Equal(t, []placed{{8443, "settings[api_base]"}, {80, "settings[vault_base]"}}, configuredPorts(d, &contract.Configuration{}))
	assert.Equal(t, []placed{
		{80, "settings[vault_base]"},
		{443, "settings[api_base]"},
		{9000, "settings[hosts]"},
		{9001, "settings[hosts]"},
		{444, "secrets[callback]"},
	}, configuredPorts(d, &contract.Configuration{
		Settings: map[string]string{"api_base": "HTTPS://api.example/v1", "hosts": "a.example:9000, [::1]:9001", "timeout": "1m"},
		Secrets:  map[string]contract.Secret{"callback": "https://user:pass@shop.example:444/x", "key": "sk:4711"},
	}), "and not that of a key which looks like host:port")
}

func TestAPortIsReadFromWhatLeadsToOne(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]uint16{
		"https://a.example": 443, "http://a.example": 80, "https://a.example:8443/path?q": 8443, "http://[::1]:80": 80,
		"socks5://proxy.example": 1080, "a.example:25": 25, "[::1]:99": 99, "https:443": 443,
		"": 0, "30s": 0, ":80": 0, "a.example": 0, "a.example:": 0, "a.example:http": 0, "https://a.example:70000": 0,
		"https://a.example:0": 0, "ftp://a.example": 0, "\x7f://": 0,
	} {
		port, ok := portIn(value)
		assert.Equal(t, want != 0, ok, "%q", value)
		if ok {
			assert.Equal(t, want, port, "%q", value)
		}
	}
}
