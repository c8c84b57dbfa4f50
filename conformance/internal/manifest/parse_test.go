package manifest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// whole is a manifest with nothing wrong.
const whole = `apiVersion: paymentprovider.conformance/v1
profile: core
provider: {command: [./provider], env: [LANG=C]}
gateway: {command: [./sandbox]}
settings: {api_base: "{{ .APIBase }}"}
secrets: {secret_key: "{{ .Credentials.secret_key }}"}
operations:
  create: {method: POST, path: '^/payments$', commit: true}
  get: {method: GET, path: '^/payments/[^/]+$'}
fields: {amount: /amount}
errors: {refusal: {status: 409, body: '{}'}}
fixtures: {currency: THB, amounts: {min: 100, ok: 12345}}
variants:
  - {name: fetch, run: WHK-*, settings: {webhooks: fetch}}
`

func load(t *testing.T, text string) (*manifest.Manifest, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "m.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return manifest.Load(file)
}

func TestManifestThatProbesConfiguresWithAProbe(t *testing.T) {
	t.Parallel()
	facts := &manifest.Facts{APIBase: "http://127.0.0.1:1", Credentials: map[string]string{"secret_key": "sk"}}
	for text, want := range map[string]bool{whole: false, whole + "probe: true\n": true, whole + "probe: false\n": false} {
		m, err := load(t, text)
		require.NoError(t, err)
		configuration, err := m.Configuration(facts, nil)
		require.NoError(t, err)
		assert.Equal(t, want, configuration.Probe)
	}
}

func TestManifestThatCannotWorkIsRefusedInOneLine(t *testing.T) {
	t.Parallel()
	_, err := load(t, whole)
	require.NoError(t, err)
	for what, c := range map[string]struct{ old, changed, want string }{
		"a template with a fault":        {"{{ .APIBase }}", "{{ .APIBase", "settings.api_base is not a valid template"},
		"a fact that there is not":       {"{{ .Credentials.secret_key }}", "sk_test_1 {{ .Secret }}", "secrets.secret_key is not a valid template"},
		"a field that is no pointer":     {"amount: /amount", "amount: amount", "a JSON Pointer begins with /"},
		"a creation that moves nothing":  {", commit: true", "", "operations.create moves money"},
		"an operation that is a word":    {"get: {method: GET, path: '^/payments/[^/]+$'}", "get: GET", "operations.get must have a method and a path"},
		"a refusal that is none":         {"status: 409", "status: 200", "errors.refusal.status is 200; it must be 4xx"},
		"an answer with a wrong field":   {"status: 409", "code: 409", "has an unknown field code; it takes status, body, provider_code"},
		"a flag that is no pointer":      {"{amount: /amount}", "{paid: [paid]}", "a JSON Pointer begins with /"},
		"none of what all gateways have": {"{amount: /amount}", "{amount: none}", "fields.amount cannot be none"},
		"credentials that it has not":    {"{currency: THB,", "{other_mode: {public_key: x}, currency: THB,", "fixtures.other_mode has public_key"},
		"a least amount above the good":  {"min: 100", "min: 20000", "fixtures.amounts.min"},
		"a variable without a value":     {"LANG=C", "LANG", "provider.env"},
		"two variants of one name":       {"variants:\n", "variants:\n  - {name: fetch, run: CRE-*}\n", "two variants are called fetch"},
		"no refusal at all":              {"{refusal: {status: 409, body: '{}'}}", "{refusal: none}", "errors.refusal cannot be none"},
		"no error at all":                {"{refusal: {status: 409, body: '{}'}}", "{object: none}", "errors.object cannot be none"},
		"an error without a status":      {"{refusal: {status: 409, body: '{}'}}", "{backend: {body: '{}'}}", "errors.backend.status is 0"},
		"an answer that is a word":       {"{refusal: {status: 409, body: '{}'}}", "{backend: None}", "an answer with a status and a body, or none"},
		"a list that is none":            {"{amount: /amount}", "{empty_list: none}", "fields.empty_list cannot be none"},
		"a list that is no JSON":         {"{amount: /amount}", "{empty_list: '{'}", "fields.empty_list is not valid JSON"},
		"no decline at all":              {"{amount: /amount}", "{decline: none}", "fields.decline cannot be none"},
		"a flag that is no list":         {"{amount: /amount}", "{paid: /paid}", "a list of JSON Pointers, or none"},
		"changes that are no values":     {"{amount: /amount}", "{timeout: [/a]}", "it must be a mapping of names or JSON Pointers to values, or none"},
		"two things":                     {"{currency: THB, amounts: {min: 100, ok: 12345}}", "{}", "fixtures.currency is missing; fixtures.amounts.ok is missing"},
	} {
		require.Contains(t, whole, c.old, what)
		_, err := load(t, strings.Replace(whole, c.old, c.changed, 1))
		require.Error(t, err, what)
		assert.Contains(t, err.Error(), c.want, what)
		assert.NotContains(t, err.Error(), "\n", what)
		assert.NotContains(t, err.Error(), "sk_test_1", what)
	}
}

func TestWhatAGatewayDoesNotHaveIsSaidAndWhatIsLeftOutIsNot(t *testing.T) {
	t.Parallel()
	silent, err := load(t, whole)
	require.NoError(t, err)
	assert.Contains(t, silent.Unsaid(nil, true), "fields.paid")
	assert.Contains(t, silent.Unsaid(nil, true), "fields.return_url")
	assert.Contains(t, silent.Unsaid(nil, true), "errors.backend")
	assert.NotContains(t, silent.Unsaid(nil, true), "fields.amount")
	assert.Contains(t, silent.Unsaid([]string{"refunds"}, false), "fields.no_refunds")
	assert.NotContains(t, silent.Unsaid([]string{"refunds"}, true), "fields.no_refunds")
	assert.NotContains(t, silent.Unsaid(nil, true), "fields.timeout")
	assert.Contains(t, silent.Unsaid([]string{"expiry"}, true), "fields.timeout")

	plain, err := load(t, strings.NewReplacer("fixtures: {", "fixtures: {other_mode: none, ", "fields: {amount: /amount}\nerrors: {", `
fields: {id: /id, amount: /amount, currency: /currency, status: /status, method: none, live: none, refunded: none,
  return_url: none, paid: none, timeout: none, decline: {/status: failed}}
errors: {object: '{}', backend: none, `).Replace(whole))
	require.NoError(t, err)
	assert.Empty(t, plain.Unsaid([]string{"expiry"}, true))
	assert.Empty(t, plain.Fields.Paid)
	assert.Empty(t, plain.Fields.Timeout)
}
