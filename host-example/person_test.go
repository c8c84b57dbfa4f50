package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// linkReader finds the first link that is printed.
type linkReader struct {
	mu     sync.Mutex
	buffer bytes.Buffer
	once   sync.Once
	link   chan string
}

var linkLine = regexp.MustCompile(`(?m) link +(\S+)$`)

// Write implements io.Writer.
func (r *linkReader) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, err := r.buffer.Write(p)
	if found := linkLine.FindStringSubmatch(r.buffer.String()); found != nil {
		r.once.Do(func() { r.link <- found[1] })
	}
	return n, err
}

func (r *linkReader) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buffer.String()
}

// entryWithoutSandbox returns an entry without a sandbox. Its API base is that of a
// sandbox all the same, which the demo does not know.
func entryWithoutSandbox(t *testing.T, secret string, file bool) (entries []supervisor.Entry, key string) {
	t.Helper()
	gatewaySandbox, err := gateway.StartSandbox(t.Context(), []string{
		filepath.Join(os.Getenv(binVariable), "omise-sandbox"), "--listen", "127.0.0.1:0", "--manage", "127.0.0.1:0",
	}, nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, gatewaySandbox.Close()) })
	scope, err := gatewaySandbox.Client.NewScope(t.Context(), &gateway.ScopeSpec{})
	require.NoError(t, err)
	key = scope.Connection().Credentials["secret_key"]

	folder := t.TempDir()
	if file {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "key"), []byte(key+"\n"), 0o600))
	}
	catalog := filepath.Join(folder, "catalog.yaml")
	require.NoError(t, os.WriteFile(catalog, fmt.Appendf(nil, `providers:
  - name: real
    path: %[1]s/payment-provider-omise-alipay
    sha256_file: %[1]s/SHA256SUMS
    mode: test
    settings: {api_base: %[2]q, webhook_verification: fetch}
    secrets: {secret_key: %[3]s}
`, os.Getenv(binVariable), scope.Connection().APIBase, secret), 0o600))
	loaded, err := supervisor.LoadCatalog(catalog)
	require.NoError(t, err)
	return loaded.Entries, key
}

// runDemo runs the demo while a person chooses an outcome on the pay page; an empty
// outcome leaves the page alone.
func runDemo(t *testing.T, d *demo, entries []supervisor.Entry, outcome string) (printed string, err error) {
	t.Helper()
	out := &linkReader{link: make(chan string, 1)}
	d.out = out
	ended := make(chan error, 1)
	go func() { ended <- d.run(t.Context(), entries) }()
	if outcome != "" {
		select {
		case link := <-out.link:
			sent, err := newBrowser().get(t.Context(), link)
			require.NoError(t, err)
			page, err := newBrowser().submit(t.Context(), sent.location, url.Values{"outcome": {outcome}})
			require.NoError(t, err)
			require.NoError(t, page.expect(http.StatusSeeOther, "the pay page"))
		case err := <-ended:
			return out.String(), err
		}
	}
	err = <-ended
	return out.String(), err
}

// The host looks after half a minute.
func TestDemo_LetsAPersonPayWithoutASandbox(t *testing.T) {
	t.Parallel()
	entries, key := entryWithoutSandbox(t, "{env: OMISE_TEST_KEY}", false)
	d := &demo{wait: 5 * time.Minute, withAccidents: true}
	d.lookupEnv = func(name string) (string, bool) { return key, name == "OMISE_TEST_KEY" }
	printed, err := runDemo(t, d, entries, "succeeded")
	require.NoError(t, err, printed)
	for _, line := range []string{
		`person +open the link in a browser`, `webhook +none: this gateway cannot reach this machine`,
		`status +SUCCEEDED, the shop's own order is TO_FULFIL`, `refund +THB 300\.00 SUCCEEDED`, `refund +THB 700\.00 SUCCEEDED`,
		`refused +another THB 300\.00`, `(?m)^demo: ok$`,
	} {
		assert.Regexp(t, line, printed)
	}
	assert.NotRegexp(t, `forged|ledger|sandbox|killed`, printed)
	assert.NotContains(t, printed, key)
}

func TestDemo_FailsWhenThePersonDeclines(t *testing.T) {
	t.Parallel()
	entries, _ := entryWithoutSandbox(t, "{file: key}", true)
	printed, err := runDemo(t, &demo{wait: 5 * time.Minute}, entries, "failed")
	require.ErrorContains(t, err, "the sale is UNPAID, its payment FAILED")
	assert.NotContains(t, printed, "demo: ok")
}

func TestDemo_FailsWhenThePersonDoesNothing(t *testing.T) {
	t.Parallel()
	entries, _ := entryWithoutSandbox(t, "{file: key}", true)
	_, err := runDemo(t, &demo{wait: 50 * time.Millisecond}, entries, "")
	require.ErrorContains(t, err, "no end of the payment within 50ms")
}

func TestLoadEntries_WarnsAboutASecretInTheEnvironment(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "catalog.yaml")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, `providers:
  - name: real
    path: %[1]s/payment-provider-omise-alipay
    sha256_file: %[1]s/SHA256SUMS
    mode: test
    secrets: {secret_key: {env: OMISE_TEST_KEY}}
`, os.Getenv(binVariable)), 0o600))
	var warnings []string
	_, err := loadEntries(path, func(warning string) { warnings = append(warnings, warning) })
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], "provider real: the secret secret_key is in the environment (OMISE_TEST_KEY)")
}

// The example's catalog for a real account must load, and the provider must know its
// settings.
func TestCatalog_ForATestAccountIsValid(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("catalog.omise-test.yaml")
	require.NoError(t, err)
	folder := t.TempDir()
	content = bytes.ReplaceAll(content, []byte("../bin/"), []byte(os.Getenv(binVariable)+"/"))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "catalog.yaml"), content, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "omise-test-key"), []byte("skey_test_5fzcso1ns6fh4cf2ijz"), 0o600))
	catalog, err := supervisor.LoadCatalog(filepath.Join(folder, "catalog.yaml"))
	require.NoError(t, err)
	entry := &catalog.Entries[0]
	configuration, err := entry.Configuration(nil, nil)
	require.NoError(t, err)
	client, err := plugin.Open(t.Context(), entry.Path, &plugin.OpenOptions{SHA256: entry.SHA256, Configuration: configuration})
	require.NoError(t, err, "without a probe nothing is asked of the gateway")
	require.NoError(t, client.Close())
}
