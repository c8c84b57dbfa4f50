package release

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const actionFolder = ".github/actions/conformance"

// job is a job of GitHub that uses the action, on this machine.
type job struct {
	inputs  map[string]string
	outputs map[string]string // of the step "run"
	env     []string
	folder  string
	posted  chan string // bodies of comments
	path    string      // of the last request
	token   string
}

// newJob returns the job of an event. GitHub's API is a server of the test.
func newJob(t *testing.T, event string) *job {
	t.Helper()
	for _, tool := range []string{"bash", "jq", "curl", "iconv"} {
		if _, err := exec.LookPath(tool); err != nil {
			lacks(t, tool, err.Error())
		}
	}
	j := &job{inputs: map[string]string{}, outputs: map[string]string{}, folder: t.TempDir(), posted: make(chan string, 8)}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		j.path, j.token = r.Method+" "+r.URL.Path, r.Header.Get("Authorization")
		j.posted <- string(body)
		w.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(api.Close)
	require.NoError(t, os.WriteFile(filepath.Join(j.folder, "event.json"), []byte(event), 0o600))
	folder, err := filepath.Abs(filepath.Join(checkout, actionFolder))
	require.NoError(t, err)
	j.env = append(os.Environ(), "GITHUB_ACTION_PATH="+folder, "GITHUB_OUTPUT="+j.file("output"), "GITHUB_STEP_SUMMARY="+j.file("summary.md"),
		"GITHUB_PATH="+j.file("path"), "GITHUB_EVENT_PATH="+j.file("event.json"), "GITHUB_API_URL="+api.URL, "GITHUB_REPOSITORY=octo/shop",
		"RUNNER_TEMP="+j.folder, "NO_PROXY=127.0.0.1")
	return j
}

func (j *job) file(name string) string { return filepath.Join(j.folder, name) }

// expression is what GitHub replaces.
var expression = regexp.MustCompile(`\$\{\{ (inputs|steps\.run\.outputs)\.([a-z]+) \}\}`)

// run runs the steps of action.yml, and returns the name of the one that failed.
func (j *job) run(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, actionFolder, "action.yml"))
	require.NoError(t, err)
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Name, ID, If, Run string
				Env               map[string]string
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &action))
	require.Len(t, action.Runs.Steps, 5)
	for name, input := range action.Inputs {
		if _, given := j.inputs[name]; !given {
			j.inputs[name] = input.Default
		}
	}
	for _, step := range action.Runs.Steps {
		if step.If != "" {
			require.Equal(t, "${{ inputs.token != '' }}", step.If)
			if j.inputs["token"] == "" {
				continue
			}
		}
		command := exec.CommandContext(t.Context(), "bash", "-e", "-c", step.Run)
		command.Dir, command.Env = j.folder, j.env
		for name, value := range step.Env {
			command.Env = append(command.Env, name+"="+expression.ReplaceAllStringFunc(value, j.value))
		}
		if output, err := command.CombinedOutput(); err != nil {
			t.Logf("%s: %v: %s", step.Name, err, output)
			return step.Name
		}
		j.readOutputs()
	}
	return ""
}

func (j *job) value(asked string) string {
	of := expression.FindStringSubmatch(asked)
	if of[1] == "inputs" {
		return j.inputs[of[2]]
	}
	return j.outputs[of[2]]
}

func (j *job) readOutputs() {
	text, _ := os.ReadFile(j.file("output"))
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		j.outputs[name] = value
	}
}

const ofPullRequest = `{"pull_request": {"number": 17}}`

// buildInto builds programs of the repository into a folder.
func buildInto(t *testing.T, folder string, packages ...string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o700))
	environment := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath")
	runs(t, environment, checkout, "go", append([]string{"build", "-ldflags", "-s -w", "-o", folder + "/"}, packages...)...)
}

func TestAction_ChecksAProvider_ShowsTheReport_AndPostsIt(t *testing.T) {
	t.Parallel()
	needsTime(t)
	j := newJob(t, ofPullRequest)
	bin := filepath.Join(j.folder, "bin")
	buildInto(t, bin, "./conformance/cmd/paysocket", "./provider/memory/cmd/payment-provider-memory", "./provider/memory/sandbox/cmd/memory-sandbox")
	j.env = append(j.env, "PATH="+bin+":"+os.Getenv("PATH"))
	manifest, err := os.ReadFile(filepath.Join(checkout, "provider/memory/conformance.yaml"))
	require.NoError(t, err)
	at := filepath.Join(j.folder, "a", "b")
	require.NoError(t, os.MkdirAll(at, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(at, "conformance.yaml"), manifest, 0o600))
	j.inputs = map[string]string{"manifest": filepath.Join(at, "conformance.yaml"), "clauses": "HSK-001,DSC-001", "token": "the-token"}
	verdict, colour, line := "PARTIAL", "yellow", "2 passed, 0 failed"
	if os.Getenv("PAYSOCKET_RELEASE") == "whole" { // two minutes
		j.inputs["clauses"] = ""
		verdict, colour, line = "CONFORMANT", "brightgreen", " 0 failed, 0 error, "
	}
	failed := j.run(t)
	report, err := os.ReadFile(filepath.Join(j.outputs["report"], "report.txt"))
	require.NoError(t, err)
	require.Empty(t, failed, string(report))
	assert.Equal(t, "0", j.outputs["code"])
	assert.Equal(t, verdict, j.outputs["verdict"])
	badge := func() (b struct{ Label, Message, Color string }) {
		text, err := os.ReadFile(filepath.Join(j.outputs["report"], "badge.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &b))
		return b
	}
	assert.Equal(t, verdict+" redirect-wallet", badge().Message)
	assert.Equal(t, colour, badge().Color)
	summary, err := os.ReadFile(j.file("summary.md"))
	require.NoError(t, err)
	for _, shown := range []string{string(summary), <-j.posted} {
		assert.Contains(t, shown, line)
		assert.Contains(t, shown, "VERDICT redirect-wallet: "+verdict)
	}

	j.inputs["manifest"] = "nowhere.yaml"
	assert.Equal(t, "Fail if the provider does", j.run(t))
	assert.Equal(t, "red", badge().Color)
}

// A hostile provider has a say in what a report quotes.
func TestAction_PostsNoMarkupOfAProvider(t *testing.T) {
	t.Parallel()
	j := newJob(t, ofPullRequest)
	text := "verdict FAILED\n\n</pre><script>x</script> @octocat ![x](http://evil.example)\x1b[31m\n"
	require.NoError(t, os.WriteFile(j.file("report.txt"), []byte(text), 0o600))
	j.env = append(j.env, "REPORT="+j.folder, "TOKEN=the-token")
	scripts, err := filepath.Abs(filepath.Join(checkout, actionFolder))
	require.NoError(t, err)
	runs(t, j.env, j.folder, filepath.Join(scripts, "summary.sh"))
	summary, err := os.ReadFile(j.file("summary.md"))
	require.NoError(t, err)
	printed := runs(t, j.env, j.folder, filepath.Join(scripts, "post.sh"))
	assert.NotContains(t, printed, "the-token")
	var comment struct{ Body string }
	require.NoError(t, json.Unmarshal([]byte(<-j.posted), &comment))
	assert.Equal(t, string(summary), comment.Body)
	assert.Equal(t, "POST /repos/octo/shop/issues/17/comments", j.path)
	assert.Equal(t, "Bearer the-token", j.token)
	assert.Contains(t, comment.Body, "&lt;/pre&gt;&lt;script&gt;")
	assert.Equal(t, 1, strings.Count(comment.Body, "</pre>"))
	for _, harmful := range []string{"<script", "@octocat", "\x1b"} {
		assert.NotContains(t, comment.Body, harmful)
	}
}

func TestAction_PostsNothingWhereThereIsNoPullRequest(t *testing.T) {
	t.Parallel()
	for _, event := range []string{`{"ref": "refs/heads/main"}`, `{"pull_request": {"number": "1/../../x"}}`} {
		j := newJob(t, event)
		j.env = append(j.env, "REPORT="+j.folder, "TOKEN=the-token")
		scripts, err := filepath.Abs(filepath.Join(checkout, actionFolder))
		require.NoError(t, err)
		assert.Contains(t, runs(t, j.env, j.folder, filepath.Join(scripts, "post.sh")), "nothing is posted")
		assert.Empty(t, j.posted)
	}
}
