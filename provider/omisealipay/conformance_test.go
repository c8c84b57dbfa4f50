package omisealipay_test

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// In this process the clauses about processes cannot be checked; "make
// conformance" checks the built program, and runs this test for all other clauses
// (PAYSOCKET_CONFORMANCE=whole). Without that, it checks the first of each group.
func TestConformance(t *testing.T) {
	t.Parallel()
	options := &conformance.Options{AllowPartial: true, MinExecuted: 80}
	switch checked := os.Getenv("PAYSOCKET_CONFORMANCE"); checked {
	case "":
		options.Run, options.Skip, options.MinExecuted = "*-001", "PRP-*", 10
	case "whole":
	default:
		t.Fatalf("PAYSOCKET_CONFORMANCE is %q; write whole, or nothing", checked)
	}
	conform(t, "conformance.yaml", sandbox.Dials{}, options)
}

// The account in Singapore is checked by "make conformance", too. Here are the
// clauses whose checks depend on what a probe found, beside some others.
func TestConformance_InSingapore(t *testing.T) {
	t.Parallel()
	conform(t, "conformance_singapore.yaml", sandbox.Dials{Country: "SG"}, &conformance.Options{
		Run: "DSC-006,CRE-*,IDM-002,REF-001,ERR-002,ERR-009", AllowPartial: true, MinExecuted: 10,
	})
}

// conform runs the suite against a sandbox with these accounts.
func conform(t *testing.T, manifest string, accounts sandbox.Dials, options *conformance.Options) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	omiseSandbox, err := sandbox.New(&sandbox.Options{
		ServerOptions: gateway.ServerOptions{BaseURL: "http://" + server.Listener.Addr().String()}, Dials: accounts,
	})
	require.NoError(t, err)
	server.Config.Handler = omiseSandbox.Handler()
	server.Start()
	t.Cleanup(func() {
		server.Close()
		omiseSandbox.Close()
	})
	options.Gateway = omiseSandbox
	subject := conformance.InProcess(func() contract.PaymentProvider { return omisealipay.New(nil) })
	conformance.RunT(t, subject, manifest, options)
	m, err := conformance.LoadManifest(manifest)
	require.NoError(t, err)
	_, err = conformance.Doctor(t.Context(), m, subject, &conformance.Options{Gateway: omiseSandbox})
	assert.NoError(t, err, "the manifest fits")
}

// The two manifests are about one gateway.
func TestManifests_SayTheSameOfOmise(t *testing.T) {
	t.Parallel()
	about := func(file string) map[string]any {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var m map[string]any
		require.NoError(t, yaml.Unmarshal(text, &m))
		return map[string]any{"operations": m["operations"], "fields": m["fields"], "errors": m["errors"]}
	}
	assert.Equal(t, about("conformance.yaml"), about("conformance_singapore.yaml"))
}
