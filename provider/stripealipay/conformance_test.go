package stripealipay_test

import (
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/stripealipay"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

// In this process the clauses about processes cannot be checked; "make
// conformance" checks the built program, and runs this test for all other clauses
// (PAYSOCKET_CONFORMANCE=whole). Without that, it checks the first of each group.
func TestConformance(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	gateway, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	server.Config.Handler = gateway.Handler()
	server.Start()
	t.Cleanup(func() {
		server.Close()
		gateway.Close()
	})
	options := &conformance.Options{Gateway: gateway, AllowPartial: true, MinExecuted: 80}
	switch checked := os.Getenv("PAYSOCKET_CONFORMANCE"); checked {
	case "":
		options.Run, options.Skip, options.MinExecuted = "*-001", "PRP-*", 10
	case "whole":
	default:
		t.Fatalf("PAYSOCKET_CONFORMANCE is %q; write whole, or nothing", checked)
	}
	subject := conformance.InProcess(func() contract.PaymentProvider { return stripealipay.New(nil) })
	conformance.RunT(t, subject, "conformance.yaml", options)
	m, err := conformance.LoadManifest("conformance.yaml")
	require.NoError(t, err)
	_, err = conformance.Doctor(t.Context(), m, subject, &conformance.Options{Gateway: gateway})
	require.NoError(t, err, "the manifest fits")
}
