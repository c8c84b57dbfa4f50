package supervisor_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

const wholeCatalog = `
providers:
  - name: omise-alipay
    path: bin/payment-provider-omise-alipay
    sha256_file: bin/SHA256SUMS
    mode: test
    settings:
      api_base: "{{.APIBase}}/v1"
      timeout: 30s
    secrets:
      secret_key: {sandbox: secret_key}
      webhook_secret: {file: webhook-secret}
      other: {env: OTHER_SECRET}
    sandbox:
      command: [bin/omise-sandbox, --listen, "127.0.0.1:0"]
    probe: true
    auto_mtls: false
    confinement: off
    memory_limit: 512MiB
    conformance: reports/omise-alipay.json
  - {"name": "memory", "path": "/opt/memory", "sha256": "` + plugintest.Zeros + `", "mode": "live"}
`

func wholeCatalogFile(t *testing.T) string {
	t.Helper()
	path := plugintest.WriteFile(t, "catalog.yaml", wholeCatalog, 0o600)
	folder := filepath.Dir(path)
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bin"), 0o700))
	sums := strings.Repeat("1", 64) + "  omise-sandbox\n" + strings.Repeat("A", 64) + " *payment-provider-omise-alipay\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bin/SHA256SUMS"), []byte(sums), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "webhook-secret"), []byte("hush hush\n"), 0o600))
	return path
}

func TestCatalog_ResolvesPathsFromItsOwnFolder(t *testing.T) {
	t.Parallel()
	path := wholeCatalogFile(t)
	catalog, err := supervisor.LoadCatalog(path)
	require.NoError(t, err)
	require.Len(t, catalog.Entries, 2)
	assert.Empty(t, catalog.Warnings)

	omise, ok := catalog.Entry("omise-alipay")
	require.True(t, ok)
	assert.Equal(t, filepath.Join(filepath.Dir(path), "bin/payment-provider-omise-alipay"), omise.Path)
	assert.Equal(t, strings.Repeat("a", 64), omise.SHA256)
	assert.Equal(t, contract.ModeTest, omise.Mode)
	assert.Equal(t, []string{filepath.Join(filepath.Dir(path), "bin/omise-sandbox"), "--listen", "127.0.0.1:0"}, omise.Sandbox.Command)

	assert.True(t, omise.Probe)
	assert.True(t, omise.DisableAutoMTLS)
	assert.Equal(t, plugin.ConfinementOff, omise.Confinement)
	assert.Equal(t, int64(512<<20), omise.MemoryLimit)
	assert.Equal(t, filepath.Join(filepath.Dir(path), "reports/omise-alipay.json"), omise.Conformance)

	memory, ok := catalog.Entry("memory")
	require.True(t, ok)
	assert.Equal(t, "/opt/memory", memory.Path)
	assert.Equal(t, contract.ModeLive, memory.Mode)
	assert.Nil(t, memory.Sandbox)
	assert.False(t, memory.Probe, "a start depends on no gateway")
	assert.False(t, memory.DisableAutoMTLS)
	assert.Empty(t, memory.Confinement)
	assert.Zero(t, memory.MemoryLimit)
	assert.Empty(t, memory.Conformance)

	_, ok = catalog.Entry("stripe")
	assert.False(t, ok)
}

func TestEntry_BecomesAConfiguration(t *testing.T) {
	t.Parallel()
	catalog, err := supervisor.LoadCatalog(wholeCatalogFile(t))
	require.NoError(t, err)
	facts := &supervisor.SandboxFacts{APIBase: "http://127.0.0.1:5", Credentials: map[string]string{"secret_key": "skey_1"}}
	environment := func(name string) (string, bool) { return "from " + name, true }

	got, err := catalog.Entries[0].Configuration(facts, environment)
	require.NoError(t, err)
	assert.Equal(t, &contract.Configuration{
		Mode:     contract.ModeTest,
		Probe:    true,
		Settings: map[string]string{"api_base": "http://127.0.0.1:5/v1", "timeout": "30s"},
		Secrets: map[string]contract.Secret{
			"secret_key": contract.NewSecret("skey_1"), "webhook_secret": contract.NewSecret("hush hush"), "other": contract.NewSecret("from OTHER_SECRET"),
		},
	}, got)

	_, err = catalog.Entries[0].Configuration(nil, environment)
	require.ErrorContains(t, err, "setting api_base uses {{.APIBase}}, and no sandbox is running")
	_, err = catalog.Entries[0].Configuration(facts, nil)
	require.ErrorContains(t, err, "secret other comes from the environment, which this host does not allow")
	_, err = catalog.Entries[0].Configuration(&supervisor.SandboxFacts{APIBase: "http://127.0.0.1:5"}, environment)
	require.ErrorContains(t, err, `secret secret_key comes from the sandbox, which has no credential "secret_key"`)
	_, err = catalog.Entries[0].Configuration(facts, func(string) (string, bool) { return "", false })
	require.ErrorContains(t, err, "set OTHER_SECRET")
}

// wrongCatalog is a catalog that is refused: because of what, and at which line.
type wrongCatalog struct {
	text string
	line int
	want string
}

// entryWith is a catalog of one entry, with more lines in it.
func entryWith(more string) string {
	return "providers:\n  - name: memory\n    path: /opt/memory\n    sha256: " + plugintest.Zeros + "\n    mode: test\n" + more
}

func TestCatalog_IsRefusedWithTheLineOfItsFault(t *testing.T) {
	t.Parallel()
	requireRefused(t, map[string]wrongCatalog{
		"empty":           {"", 0, "names no providers"},
		"not YAML":        {"providers: [", 1, "did not find expected node content"},
		"unknown key":     {entryWith("    sha265_file: x\n"), 6, "field sha265_file not found"},
		"unknown top key": {entryWith("") + "plugins: []\n", 6, "field plugins not found"},
		"key twice":       {entryWith("    mode: live\n"), 6, `"mode" already defined`},
		"two documents":   {entryWith("---\nproviders: []\n"), 0, "more than one document"},
		"wrong shape":     {"providers: memory\n", 1, "cannot unmarshal"},
		"name twice":      {entryWith("  - {name: memory, path: /x, mode: test, sha256: " + plugintest.Zeros + "}\n"), 6, `name "memory" is used twice`},
		"bad name":        {strings.Replace(entryWith(""), "memory", "Memory!", 1), 2, `name "Memory!" is not valid`},
		"no name":         {"providers:\n  - path: /opt/memory\n", 2, `name "" is not valid`},
		"no path":         {"providers:\n  - name: memory\n    mode: test\n", 2, "has no path"},
		"bad mode":        {strings.Replace(entryWith(""), "mode: test", "mode: prod", 1), 5, `mode "prod" is unknown; write test or live`},
		"short sum":       {strings.Replace(entryWith(""), plugintest.Zeros, "abc", 1), 4, "64 hexadecimal digits"},
		"no sum":          {"providers:\n  - {name: memory, path: /x, mode: test}\n", 2, "has neither sha256 nor sha256_file"},
		"two sums":        {entryWith("    sha256_file: SUMS\n"), 4, "has both"},
		"no file of sums": {"providers:\n  - {name: memory, path: /x, mode: test, sha256_file: SUMS}\n", 2, "build the provider"},
	})
}

func TestCatalog_IsRefusedWithTheLineOfAWrongPartOfAnEntry(t *testing.T) {
	t.Parallel()
	requireRefused(t, map[string]wrongCatalog{
		"literal secret":       {entryWith("    secrets:\n      secret_key: skey_live_1234567\n"), 7, "secret secret_key must not be in the catalog"},
		"secret of no source":  {entryWith("    secrets:\n      secret_key: {}\n"), 7, "has 0 sources"},
		"secret of two":        {entryWith("    secrets:\n      secret_key: {file: a, env: B}\n"), 7, "has 2 sources"},
		"literal in a mapping": {entryWith("    secrets:\n      secret_key: {value: skey_live_1234567}\n"), 7, "field value not found"},
		"no sandbox":           {entryWith("    secrets:\n      secret_key: {sandbox: secret_key}\n"), 7, "has no sandbox"},
		"no command":           {entryWith("    sandbox: {command: []}\n"), 6, "has no command"},
		"more in a sandbox":    {entryWith("    sandbox:\n      command: [x]\n      colour: red\n"), 8, "field colour not found in sandbox"},
		"command twice":        {entryWith("    sandbox:\n      command: [x]\n      command: [y]\n"), 8, `"command" already defined`},
		"odd sandbox":          {entryWith("    sandbox: [x]\n"), 6, "sandbox is not of the form"},
		"odd command":          {entryWith("    sandbox:\n      command: {x: y}\n"), 7, "cannot unmarshal"},
		"blank setting":        {entryWith("    settings:\n      api_base:\n"), 7, "setting api_base is blank"},
		"broken template":      {entryWith("    settings:\n      api_base: '{{.APIBase'\n"), 7, "only {{.APIBase}} can be written"},
		"unknown template":     {entryWith("    sandbox: {command: [x]}\n    settings:\n      api_base: '{{.Secret}}'\n"), 8, "only {{.APIBase}} can be written"},
		"needs a sandbox":      {entryWith("    settings:\n      api_base: '{{.APIBase}}'\n"), 7, "has no sandbox"},
		"loop":                 {entryWith("    settings:\n      a: '{{range 999999999}}{{end}}'\n"), 7, "only {{.APIBase}} can be written"},
		"no switch":            {entryWith("    auto_mtls: no thanks\n"), 6, "cannot unmarshal"},
		"no confinement":       {entryWith("    confinement: maybe\n"), 6, `confinement "maybe" is unknown; write full, files or off`},
		"no probe":             {entryWith("    probe: now and then\n"), 6, "cannot unmarshal"},
		"empty probe":          {entryWith("    probe:\n"), 6, "probe has no value"},
		"empty report":         {entryWith("    conformance:\n"), 6, "conformance has no value"},
		"empty sandbox":        {entryWith("    sandbox: ~\n"), 6, "sandbox has no value"},
		"memory without unit":  {entryWith("    memory_limit: 512\n"), 6, "write a number with MiB or GiB, such as 512MiB"},
		"no memory":            {entryWith("    memory_limit: 1MiB\n"), 6, "memory_limit 1MiB is too little for any provider"},
		"empty memory_limit":   {entryWith("    memory_limit:\n"), 6, "memory_limit has no value"},
		"empty confinement":    {entryWith("    confinement:\n"), 6, "confinement has no value"},
		"no report":            {entryWith("    conformance: ' '\n"), 6, "name the file of the report"},
		"too large":            {strings.Repeat("#", 1<<20+1), 0, "longer than"},
	})
}

func requireRefused(t *testing.T, catalogs map[string]wrongCatalog) {
	t.Helper()
	for name, c := range catalogs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := plugintest.WriteFile(t, "catalog.yaml", c.text, 0o600)
			_, err := supervisor.LoadCatalog(path)
			var wrong *supervisor.CatalogError
			require.ErrorAs(t, err, &wrong)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, c.line, wrong.Line, err)
			assert.Equal(t, path, wrong.File)
			assert.NotContains(t, err.Error(), "skey", "a secret that stands in a catalog must not be shown")
			assert.NotContains(t, err.Error(), "plugin.catalogDocument", "Go's types mean nothing to who writes a catalog")
		})
	}
}

func TestCatalog_IsRefusedWhereThereIsNoFile(t *testing.T) {
	t.Parallel()
	_, err := supervisor.LoadCatalog(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = supervisor.LoadCatalog(t.TempDir())
	require.ErrorContains(t, err, "not a regular file")
}

func TestCatalog_FindsASumByTheNameOfTheBinary(t *testing.T) {
	t.Parallel()
	for sums, want := range map[string]string{
		plugintest.Zeros + "  other\n":                                         "has no sum for memory",
		plugintest.Zeros + "  memory-sandbox\n":                                "has no sum for memory",
		"not a sum  memory\n":                                                  "has no sum for memory",
		plugintest.Zeros + "  memory\n1" + plugintest.Zeros[1:] + "  memory\n": "has two sums",
		plugintest.Zeros + "  ./bin/memory\n":                                  "",
	} {
		path := plugintest.WriteFile(t, "catalog.yaml", "providers:\n  - {name: memory, path: memory, mode: test, sha256_file: SUMS}\n", 0o600)
		require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "SUMS"), []byte(sums), 0o600))
		_, err := supervisor.LoadCatalog(path)
		if want == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, want)
		}
	}
}

func TestSecretSource_RefusesAFileThatOthersMayRead(t *testing.T) {
	t.Parallel()
	fetch := func(file string) (contract.Secret, error) {
		entry := supervisor.Entry{Name: "memory", Secrets: map[string]supervisor.SecretSource{"secret_key": {File: file}}}
		configuration, err := entry.Configuration(nil, nil)
		if err != nil {
			assert.NotContains(t, err.Error(), "hush")
			return contract.NewSecret(""), err
		}
		return configuration.Secrets["secret_key"], nil
	}
	for text, want := range map[string]string{"hush": "hush", "hush\n": "hush", "hush\r\n": "hush", "hush\n\n": "hush\n", " hush ": " hush "} {
		secret, err := fetch(plugintest.WriteFile(t, "secret", text, 0o400))
		require.NoError(t, err)
		assert.Equal(t, want, secret.Reveal())
	}

	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(plugintest.WriteFile(t, "secret", "hush", 0o600), link))
	secret, err := fetch(link)
	require.NoError(t, err, "orchestrators hand secrets out as links")
	assert.Equal(t, "hush", secret.Reveal())

	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for file, want := range map[string]string{
		plugintest.WriteFile(t, "secret", "hush", 0o604):                     "chmod 600",
		plugintest.WriteFile(t, "secret", "\n", 0o600):                       "is blank or not text",
		plugintest.WriteFile(t, "secret", "hush\xff", 0o600):                 "is blank or not text",
		plugintest.WriteFile(t, "secret", strings.Repeat("h", 70000), 0o600): "is longer than",
		filepath.Join(t.TempDir(), "none"):                                   "no such file",
		t.TempDir():                                                          "not in a regular file",
		pipe:                                                                 "not in a regular file",
	} {
		_, err := fetch(file)
		assert.ErrorContains(t, err, want)
	}
}

func TestSecretSource_RefusesAFileOfAnotherUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root can give a file away")
	}
	file := plugintest.WriteFile(t, "secret", "hush", 0o600)
	require.NoError(t, os.Chown(file, 12345, 12345))
	entry := supervisor.Entry{Name: "memory", Secrets: map[string]supervisor.SecretSource{"secret_key": {File: file}}}
	_, err := entry.Configuration(nil, nil)
	assert.ErrorContains(t, err, "of another user")
}
