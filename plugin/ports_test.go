package plugin

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/contract"
)

func TestPorts_AreFoundInAConfiguration(t *testing.T) {
	t.Parallel()
	d := &contract.Descriptor{ConfigFields: []contract.ConfigField{
		{Name: "api_base", Kind: contract.ConfigURL, Default: "https://api.example:8443"},
		{Name: "vault_base", Kind: contract.ConfigURL, Default: "http://vault.example"},
		{Name: "timeout", Kind: contract.ConfigDuration, Default: "30s"},
		{Name: "callback", Kind: contract.ConfigURL, Secret: true},
	}}
	assert.Equal(t, []configuredPort{{8443, "settings[api_base]"}, {80, "settings[vault_base]"}}, configuredPorts(d, &contract.Configuration{}))
	assert.Equal(t, []configuredPort{
		{80, "settings[vault_base]"},
		{443, "settings[api_base]"},
		{9000, "settings[hosts]"},
		{9001, "settings[hosts]"},
		{444, "secrets[callback]"},
	}, configuredPorts(d, &contract.Configuration{
		Settings: map[string]string{"api_base": "HTTPS://api.example/v1", "hosts": "a.example:9000, [::1]:9001", "timeout": "1m"},
		Secrets:  map[string]contract.Secret{"callback": contract.NewSecret("https://user:pass@shop.example:444/x"), "key": contract.NewSecret("sk:4711")},
	}), "and not that of a key which looks like host:port")
}
