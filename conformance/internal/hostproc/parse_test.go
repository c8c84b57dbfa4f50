package hostproc

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

const valid = `apiVersion: paysocket.host/v1
implementation: {project: a shop}
profile: core
start: [./shop, "{{.Catalog}}", "{{.Hostctl}}", "{{.Webhooks}}", "{{.Process}}"]
env: ["DATABASE={{.Database}}"]
processes: 2
stop: INT
reload: HUP
webhooks: http://{{.Webhooks}}/hooks/{{.Provider}}
database: postgres
providers: 3
pace:
  call_timeout: 8s
  notice: 45s
live: true
`

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "host.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestLoad_ReadsAManifest(t *testing.T) {
	t.Parallel()
	path := written(t, valid)
	m, err := Load(path)
	require.NoError(t, err)
	folder := filepath.Dir(path)
	assert.Equal(t, &Manifest{
		File: path, Folder: folder, Implementation: manifest.Implementation{Project: "a shop"}, Profile: "core",
		Command: []string{filepath.Join(folder, "shop"), "{{.Catalog}}", "{{.Hostctl}}", "{{.Webhooks}}", "{{.Process}}"},
		Env:     []string{"DATABASE={{.Database}}"}, Processes: 2, Stop: syscall.SIGINT, Reload: syscall.SIGHUP,
		Webhooks: "http://{{.Webhooks}}/hooks/{{.Provider}}", Database: Postgres, Providers: 3, Live: true,
		Pace: Pace{
			CallTimeout: 8 * time.Second, MinTimeLeft: time.Second, Notice: 45 * time.Second, Quiet: 5 * time.Second,
			Start: 30 * time.Second, Stop: time.Minute,
		},
	}, m)
}

func TestLoad_ReadsThoseOfTheExample(t *testing.T) {
	t.Parallel()
	for name, processes := range map[string]int{"host.yaml": 1, "host_postgres.yaml": 2} {
		m, err := Load(filepath.Join("../../../host-example", name))
		require.NoError(t, err)
		assert.Equal(t, processes, m.Processes)
		assert.True(t, m.Live)
	}
}

func TestLoad_NamesTheLineOfWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to string
		line     int // 0 if the text names it, or there is none
		says     string
	}{
		"an unknown field":          {"providers: 3", "colour: red", 0, "line 11: field colour not found"},
		"an unknown field of pace":  {"notice:", "notify:", 0, "line 14: field notify not found"},
		"a field twice":             {"providers: 3", "stop: INT", 0, "line 11: "},
		"another version":           {"host/v1", "host/v2", 1, "write paysocket.host/v1"},
		"no profile":                {"profile: core\n", "", 0, "profile is missing"},
		"no program":                {`start: [./shop, `, `start: ["", `, 4, "a program and its arguments"},
		"a list for a text":         {"stop: INT", "stop: [INT]", 0, "line 7: "},
		"a template that is none":   {`"{{.Catalog}}"`, `"{{.Catalog"`, 4, "a template that is not valid"},
		"a fact that is none":       {`"{{.Process}}"`, `"{{.Weather}}"`, 4, "a template that is not valid"},
		"no catalog":                {`"{{.Catalog}}", `, "", 4, "does not use {{.Catalog}}"},
		"no address of hostctl":     {`"{{.Hostctl}}", `, "", 4, "does not use {{.Hostctl}}"},
		"no database":               {`env: ["DATABASE={{.Database}}"]`, "env: []", 4, "does not use {{.Database}}"},
		"an address nobody gets":    {`"{{.Webhooks}}", `, "", 4, "does not use {{.Webhooks}}"},
		"a variable without a name": {"DATABASE=", "=", 5, "write NAME=value"},
		"three processes":           {"processes: 2", "processes: 3", 6, "write 1 or 2"},
		"no processes":              {"processes: 2", "processes: 0", 6, "write 1 or 2"},
		"two processes on SQLite":   {"postgres", "sqlite", 6, "SQLite is for one"},
		"another signal":            {"stop: INT", "stop: KILL", 7, "write one of"},
		"another reload":            {"reload: HUP", "reload: sometimes", 8, "write one of"},
		"webhooks at no URL":        {"http://{{.Webhooks}}/hooks", "/hooks", 9, "write a URL"},
		"webhooks of nobody":        {"/hooks/{{.Provider}}", "/hooks", 9, "does not use {{.Provider}}"},
		"another database":          {"postgres", "mysql", 10, "write sqlite, postgres or none"},
		"fewer providers than none": {"providers: 3", "providers: -1", 11, "it is the most"},
		"no call_timeout":           {"  call_timeout: 8s\n", "", 0, "pace.call_timeout is missing"},
		"a time that is none":       {"notice: 45s", "notice: soon", 14, "write a duration"},
		"a negative time":           {"notice: 45s", "notice: -1s", 14, "write a duration"},
		"no time left":              {"notice: 45s", "notice: 45s\n  min_time_left: 8s", 15, "not less than pace.call_timeout"},
		"two documents":             {"providers: 3", "providers: 3\n---\na: b\n", 0, ""},
		"nothing":                   {valid, "", 0, "it is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, valid, c.from)
			path := written(t, strings.Replace(valid, c.from, c.to, 1))
			_, err := Load(path)
			var wrong *manifest.Error
			require.ErrorAs(t, err, &wrong)
			assert.Equal(t, c.line, wrong.Line, err)
			assert.Contains(t, err.Error(), c.says)
			assert.NotContains(t, err.Error(), "hostproc.", "a Go type helps no reader")
		})
	}
}
