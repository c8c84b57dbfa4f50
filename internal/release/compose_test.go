package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// composed reads deploy/compose.yaml as compose does, after an edit of its text.
func composed(t *testing.T, edits ...string) *types.Project {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(checkout, "deploy"))
	require.NoError(t, err)
	path := filepath.Join(folder, "compose.yaml")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := 0; i < len(edits); i += 2 {
		require.Contains(t, string(text), edits[i])
		text = []byte(strings.ReplaceAll(string(text), edits[i], edits[i+1]))
	}
	project, err := loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: folder, ConfigFiles: []types.ConfigFile{{Filename: path, Content: text}}, Environment: types.Mapping{},
	}, func(o *loader.Options) { o.SetProjectName("paysocket", true) })
	require.NoError(t, err)
	return project
}

// complaints returns what a service has that it must not have, or lacks.
func complaints(project *types.Project) []string {
	var all []string
	for name := range project.Services {
		s := project.Services[name]
		no := func(ok bool, what string) {
			if !ok {
				all = append(all, name+" "+what)
			}
		}
		no(s.ReadOnly, "can write to its root file system")
		user, _, _ := strings.Cut(s.User, ":")
		no(user != "" && user != "0" && user != "root", "is root")
		no(!s.Privileged && len(s.CapAdd) == 0 && slices.Equal(s.CapDrop, []string{"ALL"}), "has capabilities")
		no(slices.Contains(s.SecurityOpt, "no-new-privileges:true"), "can get rights by a program")
		no(s.Pid == "" && s.Ipc == "" && s.NetworkMode != "host" && len(s.Devices) == 0, "shares the machine's namespaces")
		for _, port := range s.Ports {
			no(port.HostIP == "127.0.0.1", "has a port for everybody")
		}
		for variable, value := range s.Environment {
			secret := strings.Contains(variable, "PASSWORD") || strings.Contains(variable, "KEY")
			no(!secret || strings.HasSuffix(variable, "_FILE") && strings.HasPrefix(*value, "/run/secrets/"), "has a secret in its environment")
		}
		for _, v := range s.Volumes {
			no(v.Type != types.VolumeTypeBind || v.ReadOnly, "can write to "+v.Source)
			no(v.Bind == nil || !bool(v.Bind.CreateHostPath), "has an engine make "+v.Source)
		}
		tag := s.Image[strings.LastIndex(s.Image, ":")+1:]
		no(s.Build != nil || strings.Contains(s.Image, "@sha256:") || tag != s.Image && tag != "latest", "has an image without a version")
	}
	return all
}

func TestCompose_GivesUpWhatItsServicesDoNotNeed(t *testing.T) {
	t.Parallel()
	project := composed(t)
	assert.ElementsMatch(t, []string{"shop", "database", "prometheus", "grafana"}, project.ServiceNames())
	assert.Empty(t, complaints(project))
	assert.Equal(t, "none", project.Services["database"].NetworkMode, "it is reached by its socket")
	for _, edit := range [][2]string{
		{"  read_only: true\n", ""},
		{"cap_drop: [ALL]", "cap_drop: []"},
		{"no-new-privileges:true", "no-new-privileges:false"},
		{`user: "472:0"`, `user: "0:0"`},
		{`user: "999:999"`, ""},
		{"127.0.0.1:3000:3000", "3000:3000"},
		{"network_mode: none", "network_mode: host"},
		{"GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana-password", "GF_SECURITY_ADMIN_PASSWORD: secret"},
		{"target: /etc/prometheus/rules.yaml, read_only: true", "target: /etc/prometheus/rules.yaml"},
		{"bind: {create_host_path: false}", "bind: {create_host_path: true}"},
		{"prom/prometheus:v3.5.0", "prom/prometheus"},
	} {
		assert.NotEmpty(t, complaints(composed(t, edit[0], edit[1])), "%q is not noticed", edit)
	}
}

// mounted is where a file of the machine is in a service; empty if it is not.
func mounted(t *testing.T, project *types.Project, service, target string) string {
	t.Helper()
	for _, v := range project.Services[service].Volumes {
		if v.Target == target {
			return v.Source
		}
	}
	for _, s := range project.Services[service].Secrets {
		if "/run/secrets/"+s.Source == target {
			return project.Secrets[s.Source].File
		}
	}
	return ""
}

// steps are the commands of the guide.
func steps(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "docs", "deploying.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## With compose\n")
	require.True(t, found)
	_, block, _ := strings.Cut(section, "\n```\n")
	block, _, found = strings.Cut(block, "```\n")
	require.True(t, found)
	return block
}

// install follows the guide in a folder in place of /srv/paysocket, but for what builds
// and what needs an engine.
func install(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		lacks(t, "root", "only root can make files for the users of containers")
	}
	clone, srv := t.TempDir(), t.TempDir()
	deploy, err := filepath.Abs(filepath.Join(checkout, "deploy"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink(deploy, filepath.Join(clone, "deploy")))
	require.NoError(t, os.Mkdir(filepath.Join(clone, "bin"), 0o700))
	for _, name := range []string{"bin/payment-provider-omise-alipay", "bin/SHA256SUMS", "omise-secret-key", "omise-webhook-secret"} {
		require.NoError(t, os.WriteFile(filepath.Join(clone, name), []byte(name+"\n"), 0o600))
	}
	var script strings.Builder
	left := 0
	for line := range strings.Lines(steps(t)) {
		if strings.HasPrefix(line, "make ") || strings.HasPrefix(line, "deploy/rootfs.sh ") || strings.Contains(line, "docker ") {
			left++
			continue
		}
		script.WriteString(strings.ReplaceAll(line, "/srv/paysocket", srv))
	}
	require.Equal(t, 3, left)
	runs(t, os.Environ(), clone, "sh", "-eu", "-c", script.String())
	return srv
}

func TestCompose_HasSecretsThatOnlyTheirServiceReads(t *testing.T) {
	t.Parallel()
	srv, project := install(t), composed(t)
	for name := range project.Services {
		s := project.Services[name]
		for _, secret := range s.Secrets {
			path := strings.Replace(project.Secrets[secret.Source].File, "/srv/paysocket", srv, 1)
			assert.Equal(t, s.User+" 400", strings.TrimSpace(runs(t, os.Environ(), srv, "stat", "-c", "%u:%g %a", path)), path)
		}
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(srv, "secrets", name))
		require.NoError(t, err)
		return string(text)
	}
	assert.Equal(t, read("database-password"), read("shop-database-password"))
	assert.NotEqual(t, read("database-password"), read("grafana-password"))
	assert.Greater(t, len(read("database-password")), 30)
}

func TestCompose_MountsFilesThatAreHere_OrThatTheGuideMakes(t *testing.T) {
	t.Parallel()
	project, made := composed(t), steps(t)
	root, err := filepath.Abs(checkout)
	require.NoError(t, err)
	var files []string
	for name := range project.Services {
		for _, v := range project.Services[name].Volumes {
			if v.Type == types.VolumeTypeBind {
				files = append(files, v.Source)
			} else {
				assert.Contains(t, project.Volumes, v.Source)
			}
		}
	}
	for name := range project.Secrets {
		files = append(files, project.Secrets[name].File)
		used := slices.ContainsFunc(project.ServiceNames(), func(s string) bool {
			return mounted(t, project, s, "/run/secrets/"+name) != ""
		})
		assert.True(t, used, "%s is of no service", name)
	}
	for _, file := range files {
		if strings.HasPrefix(file, root+"/") {
			assert.FileExists(t, file)
		} else {
			assert.Regexp(t, `(?m)^install .*\s`+file+`(/|\s|$)`, made, "the guide does not make it")
		}
	}
	shop := project.Services["shop"]
	for _, word := range shop.Command {
		_, path, _ := strings.Cut(word, "=")
		if strings.HasPrefix(path, "/run/secrets/") {
			assert.NotEmpty(t, mounted(t, project, "shop", path), "%s is not there", word)
		}
	}
}

func TestCompose_RunsTheShopWithFlagsThatItHas_AndACatalogWithItsSecrets(t *testing.T) {
	t.Parallel()
	project := composed(t)
	help, err := os.ReadFile(filepath.Join(checkout, "host-example", "testdata", "help.txt"))
	require.NoError(t, err)
	_, help2, found := strings.Cut(string(help), "$ host-example serve --help")
	require.True(t, found)
	page, _, _ := strings.Cut(help2, "\n$ ")
	command := project.Services["shop"].Command
	require.Equal(t, "serve", command[0])
	for _, word := range command[1:] {
		flag, _, _ := strings.Cut(word, "=")
		assert.Contains(t, page, "\n      "+flag+" ", word)
	}
	text, err := os.ReadFile(filepath.Join(checkout, "deploy", "compose", "catalog.yaml"))
	require.NoError(t, err)
	var catalog struct {
		Providers []struct {
			Path    string                       `yaml:"path"`
			Secrets map[string]map[string]string `yaml:"secrets"`
		} `yaml:"providers"`
	}
	require.NoError(t, yaml.Unmarshal(text, &catalog))
	require.Len(t, catalog.Providers, 1)
	assert.NotEmpty(t, mounted(t, project, "shop", filepath.Dir(catalog.Providers[0].Path)))
	for name, secret := range catalog.Providers[0].Secrets {
		assert.NotEmpty(t, mounted(t, project, "shop", secret["file"]), name)
	}
}

func TestCompose_HasTheRepositorysRulesAndDashboard_WhichPrometheusAndGrafanaFind(t *testing.T) {
	t.Parallel()
	project := composed(t)
	same := func(service, target, file string) {
		expected, err := filepath.Abs(filepath.Join(checkout, file))
		require.NoError(t, err)
		assert.Equal(t, expected, mounted(t, project, service, target))
	}
	same("prometheus", "/etc/prometheus/rules.yaml", "docs/alerts/rules.yaml")
	same("grafana", "/var/lib/dashboards/paysocket.json", "docs/alerts/dashboard.json")
	read := func(file string, into any) {
		text, err := os.ReadFile(filepath.Join(checkout, "deploy", "compose", file))
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(text, into))
	}
	var prometheus struct {
		Scrape []struct {
			Job    string                       `yaml:"job_name"`
			Static []struct{ Targets []string } `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	read("prometheus.yaml", &prometheus)
	require.Len(t, prometheus.Scrape, 1)
	rules, err := os.ReadFile(filepath.Join(checkout, "docs", "alerts", "rules.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(rules), `job="`+prometheus.Scrape[0].Job+`"`)
	assert.Equal(t, []string{"shop:9464"}, prometheus.Scrape[0].Static[0].Targets)
	assert.Contains(t, project.Services["shop"].Command, "--metrics=0.0.0.0:9464")
	var sources struct {
		Sources []struct{ Type, URL string } `yaml:"datasources"`
	}
	read("grafana/datasource.yaml", &sources)
	require.Len(t, sources.Sources, 1)
	assert.Equal(t, "http://prometheus:9090", sources.Sources[0].URL)
	var dashboards struct {
		Providers []struct {
			Options struct{ Path string }
		}
	}
	read("grafana/dashboards.yaml", &dashboards)
	require.Len(t, dashboards.Providers, 1)
	assert.NotEmpty(t, mounted(t, project, "grafana", filepath.Join(dashboards.Providers[0].Options.Path, "paysocket.json")))
	for _, pair := range [][2]string{{"prometheus", "shop"}, {"grafana", "prometheus"}} {
		assert.Contains(t, project.Services[pair[0]].Networks, "metrics")
		assert.Contains(t, project.Services[pair[1]].Networks, "metrics")
	}
}

func TestCompose_ConfiguresPrometheusAsPromtoolReadsIt(t *testing.T) {
	t.Parallel()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		lacks(t, "promtool", err.Error())
	}
	project, folder := composed(t), t.TempDir()
	for _, v := range project.Services["prometheus"].Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		require.Equal(t, "/etc/prometheus", filepath.Dir(v.Target))
		text, err := os.ReadFile(v.Source)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(v.Target)), text, 0o600))
	}
	printed := runs(t, os.Environ(), folder, promtool, "check", "config", "prometheus.yaml")
	assert.Contains(t, printed, "1 rule files found")
	assert.Contains(t, project.Services["prometheus"].Command, "--config.file=/etc/prometheus/prometheus.yaml")
}
