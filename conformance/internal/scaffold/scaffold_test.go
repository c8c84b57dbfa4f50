package scaffold_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/internal/scaffold"
)

func project(t *testing.T, id string) *scaffold.Project {
	t.Helper()
	release, err := scaffold.Release("v0.3.0")
	require.NoError(t, err)
	p, err := scaffold.New(id, "", release)
	require.NoError(t, err)
	return p
}

func TestWrite_WritesEveryFileOfTheTemplate(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new")
	count, err := project(t, "acme-pay").Write(folder)
	require.NoError(t, err)
	found := 0
	require.NoError(t, filepath.WalkDir("template", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if entry.Name() == "bin" { // what somebody built there
				return filepath.SkipDir
			}
			return err
		}
		found++
		assert.FileExists(t, filepath.Join(folder, strings.TrimSuffix(strings.TrimPrefix(path, "template/"), ".tmpl")))
		return nil
	}))
	assert.Equal(t, found, count)
}

func TestTemplate_ImportsNothingInternal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	p := project(t, "tide")
	_, err := p.Write(folder)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		if entry.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			at, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			assert.NotContains(t, strings.Split(at, "/"), "internal", path)
			isOurs := strings.HasPrefix(at, "github.com/paysocket/paysocket/provider/")
			assert.True(t, !isOurs || strings.HasPrefix(at, "github.com/paysocket/paysocket/provider/kit"), "%s: %s", path, at)
		}
		return nil
	}))
}

func TestWrite_ReplacesEveryNameOfTheTemplate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := project(t, "func").Write(folder)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		assert.NotContains(t, strings.ToLower(path), "acme")
		if entry.IsDir() {
			return nil
		}
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.NotContains(t, strings.ToLower(string(content)), "acme", path)
		assert.NotContains(t, string(content), "scaffold", path)
		return nil
	}))
	content, err := os.ReadFile(filepath.Join(folder, "provider.go"))
	require.NoError(t, err)
	assert.Contains(t, string(content), "package funcprovider\n", "a keyword cannot name a package")
}

func TestRelease_IsRequiredByItsVersion(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := project(t, "tide").Write(folder)
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	require.NoError(t, err)
	assert.Contains(t, string(content), "require github.com/paysocket/paysocket v0.3.0\n")
	assert.NotContains(t, string(content), "replace")
	assert.NoFileExists(t, filepath.Join(folder, "go.sum"))
	for _, version := range []string{"", "(devel)", "v0.0.0-20260102030405-0123456789ab", "v0.3.1-0.20260102030405-0123456789ab", "v0.3.0+dirty"} {
		_, err := scaffold.Release(version)
		assert.ErrorIs(t, err, scaffold.ErrNoRelease, version)
	}
	_, err = scaffold.Release("v1.0.0-rc.1")
	assert.NoError(t, err)
}

func TestNew_RefusesInvalidNames(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "a", "9pay", "Pay", "tide_pay", "tide-", "tide--pay", "../x", strings.Repeat("a", 64)} {
		_, err := scaffold.New(id, "", scaffold.Requirement{})
		assert.Error(t, err, "%q", id)
	}
	for _, module := range []string{"a b", "/x", "x/", "x\ny", "x//y", `"x"`} {
		_, err := scaffold.New("tide", module, scaffold.Requirement{})
		assert.Error(t, err, "%q", module)
	}
}

func TestWrite_MakesSettingsReadableByTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := project(t, "tide").Write(folder)
	require.NoError(t, err)
	info, err := os.Stat(filepath.Join(folder, "sandbox", "settings.yaml"))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
}

func TestWrite_NamesTheSameSignatureHeaderInProviderAndSandbox(t *testing.T) {
	t.Parallel()
	for id, header := range map[string]string{"lotuspay": "Lotuspay-Signature", "tide-pay": "Tide-Pay-Signature"} {
		folder := t.TempDir()
		_, err := project(t, id).Write(folder)
		require.NoError(t, err)
		for name, line := range map[string]string{
			"describe.go":        `const SignatureHeader = "` + header + `"`,
			"sandbox/sandbox.go": `gateway.TimedSignature("` + header + `", "s")`,
		} {
			content, err := os.ReadFile(filepath.Join(folder, name))
			require.NoError(t, err)
			assert.Contains(t, string(content), line, name)
		}
	}
}
