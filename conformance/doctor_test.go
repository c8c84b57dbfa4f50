package conformance_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// diagnosis returns what the doctor says of the memory provider with its manifest, in
// which pairs of texts are replaced.
func diagnosis(t *testing.T, subject conformance.Subject, replaced ...string) (string, error) {
	t.Helper()
	written, err := os.ReadFile("../provider/memory/conformance.yaml")
	require.NoError(t, err)
	text := string(written)
	for i := 0; i+1 < len(replaced); i += 2 {
		require.Contains(t, text, replaced[i])
		text = strings.Replace(text, replaced[i], replaced[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), "m.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	m, err := conformance.LoadManifest(file)
	require.NoError(t, err)
	report, problem := conformance.Doctor(t.Context(), m, subject, &conformance.Options{Gateway: newSandbox(t), Seed: 7})
	require.NotNil(t, report, "%v", problem)
	var b bytes.Buffer
	conformance.WriteDiagnosis(&b, report, problem)
	return b.String(), problem
}

func misfits(printed string) []string {
	var lines []string
	for line := range strings.Lines(printed) {
		if what, ok := strings.CutPrefix(line, "MISFIT     "); ok {
			lines = append(lines, strings.TrimSpace(what))
		}
	}
	return lines
}

func TestDoctor_MakesOnePaymentWithAManifestThatFits(t *testing.T) {
	t.Parallel()
	printed, err := diagnosis(t, conformance.InProcess(sound))
	require.NoError(t, err)
	assert.Empty(t, misfits(printed))
	assert.Contains(t, printed, "\none payment: created, found in the ledger, read, paid, listed, found by its key, read from a webhook, refunded, another one canceled\n")
}

func TestDoctor_NamesWhatDoesNotFitTheManifest(t *testing.T) {
	t.Parallel()
	for _, cases := range []map[string]unfit{unfitOperations(), unfitFields(), unfitOtherFields(), unfitConfigurations()} {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				printed, err := diagnosis(t, conformance.InProcess(sound), c.replaced...)
				assert.ErrorAs(t, err, new(*conformance.UsageError))
				found := misfits(printed)
				require.Len(t, found, 1, "%s", printed)
				assert.Truef(t, strings.HasPrefix(found[0], c.begins), "%s", found[0])
				assert.Truef(t, strings.HasSuffix(found[0], c.remedy), "%s", found[0])
				assert.NotContains(t, printed, "nobodys", "a secret")
			})
		}
	}
}

func TestDoctor_HintsAtOperationsThatTheManifestLeavesOut(t *testing.T) {
	t.Parallel()
	printed, err := diagnosis(t, conformance.InProcess(sound), "  list:    {method: GET,  path: '^/v1/payments$'}\n", "")
	require.NoError(t, err)
	assert.Empty(t, misfits(printed))
	assert.Contains(t, printed, "\nHINT       operations.list: ListPayments sends GET /v1/payments, which fits no line of operations; write list: {method: GET, path: '^/v1/payments$'}\n")
}

// narrow is the memory provider without webhooks.
type narrow struct{ contract.PaymentProvider }

func (n narrow) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := n.PaymentProvider.Describe(ctx)
	without := *d
	without.Webhooks = nil
	without.Operations = slices.DeleteFunc(slices.Clone(d.Operations), func(o contract.Operation) bool { return o == contract.OperationParseWebhook })
	return &without, err
}

func TestDoctor_NamesWhatIsNotDeclaredAndTheProfileThatFits(t *testing.T) {
	t.Parallel()
	printed, err := diagnosis(t, conformance.InProcess(func() contract.PaymentProvider { return narrow{sound()} }))
	assert.ErrorAs(t, err, new(*conformance.UsageError))
	found := misfits(printed)
	require.Len(t, found, 2, "%s", printed)
	assert.Contains(t, found[0], "expectCapabilities: it has webhooks, webhooks.signed, webhooks.rotation, which the provider does not declare; write [redirect, qr,")
	assert.Equal(t, "profile: redirect-wallet requires webhooks, which the provider does not declare; declare it, or write profile: refund", found[1])
	assert.Contains(t, printed, "no webhook read: the provider declares no PARSE_WEBHOOK")
}

func TestDoctor_TellsAProviderThatFailsFromAManifest(t *testing.T) {
	t.Parallel()
	printed, err := diagnosis(t, conformance.InProcess(func() contract.PaymentProvider { return believer{sound()} }))
	require.NoError(t, err, "it is honest here")
	assert.Empty(t, misfits(printed))
	failing := &defective{PaymentProvider: sound(), create: func(contract.PaymentProvider, context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
		return nil, contract.NewError(contract.MalformedResponse, "what is that?")
	}}
	printed, err = diagnosis(t, conformance.InProcess(func() contract.PaymentProvider { return failing }))
	require.Error(t, err)
	assert.NotErrorAs(t, err, new(*conformance.UsageError))
	assert.Equal(t, []string{"the provider: CreatePayment failed with no fault injected: MALFORMED_RESPONSE (INDETERMINATE): what is that?; mend it; a run would show the exchange"}, misfits(printed))
}
