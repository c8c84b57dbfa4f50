package supervisor_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A host that has a store of its own links no other one, and a provider needs none.
func TestSupervisor_NeedsNoDatabaseAndNoQueueAndProvidersNeitherDo(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list",
		"-f", `{{.ImportPath}} {{join .Deps " "}}`,
		"./contract/...", "./plugin/...", "./provider/...", "./conformance", "./conformance/internal/scaffold/template/...")
	list.Dir = "../.."
	output, err := list.Output()
	require.NoError(t, err)
	needs := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		fields := strings.Fields(line)
		needs[strings.TrimPrefix(fields[0], "github.com/paysocket/paysocket/")] = fields[1:]
	}
	for _, program := range []string{
		"plugin/supervisor", "conformance/internal/scaffold/template/cmd/payment-provider-acme-pay",
		"provider/memory/cmd/payment-provider-memory", "provider/omisealipay/cmd/payment-provider-omise-alipay",
		"provider/stripealipay/cmd/payment-provider-stripe-alipay",
	} {
		require.Contains(t, needs[program], "github.com/paysocket/paysocket/plugin", "%s is not looked at", program)
	}
	for program, packages := range needs {
		for _, module := range []string{"github.com/riverqueue", "github.com/pressly/goose", "modernc.org/sqlite", "github.com/jackc/pgx"} {
			if program == "conformance" && module == "github.com/jackc/pgx" {
				continue // it runs the PostgreSQL of hosts that it checks
			}
			at := slices.IndexFunc(packages, func(path string) bool { return strings.HasPrefix(path+"/", module+"/") })
			if at >= 0 {
				assert.Fail(t, "a package is linked that has no business there", "%s needs %s", program, packages[at])
			}
		}
	}
}
