package supervisor

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestContractVersion_AcceptsTheOwnAndTheOneBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ host, provider, want string }{
		{contract.SpecVersion, contract.SpecVersion, ""},
		{"0.1.0", "0.1.9", ""},
		{"0.1.0", "0.1.0-rc.1+build", ""},
		{"0.1.0", "0.2.0", "upgrade the host first"},
		{"0.1.0", "1.0.0", "upgrade the host first"},
		{"0.1.0", "0.0.9", "supports 0.1; build the provider against a newer release"},
		{"0.3.0", "0.2.5", ""},
		{"0.3.0", "0.1.5", "supports 0.3 and 0.2; build the provider"},
		{"1.4.0", "1.9.0", ""},
		{"1.0.0", "0.9.0", "supports 1; build the provider"},
		{"3.0.0", "2.7.1", ""},
		{"3.0.0", "1.7.1", "supports 3 and 2; build the provider"},
		{"3.0.0", "4.0.0", "upgrade the host first"},
		{"0.1.0", "9.0.0", "upgrade the host first"},
		{"0.1.0", "99999999999999999999.0.0", "is not of the form"},
		{"0.1.0", "", "is not of the form"},
		{"0.1.0", "-1.1.0", "is not of the form"},
	} {
		err := supports(c.host, c.provider)
		if c.want == "" {
			assert.NoError(t, err, c)
			continue
		}
		require.Error(t, err, c)
		assert.ErrorContains(t, err, c.want)
	}
}
