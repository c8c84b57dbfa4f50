package release

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"aead.dev/minisign"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin/supervisor"
)

// tagged writes the repository into a new clone whose only commit has that tag.
func tagged(t *testing.T, tag string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "clone")
	for _, file := range treeFiles(t) {
		from, to := filepath.Join(checkout, file.Path()), filepath.Join(folder, file.Path())
		info, err := file.Lstat()
		require.NoError(t, err)
		if !info.Mode().IsRegular() {
			continue
		}
		content, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o700))
		require.NoError(t, os.WriteFile(to, content, info.Mode().Perm()))
	}
	environment := append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=A", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=A", "GIT_COMMITTER_EMAIL=a@example.com",
		"GIT_AUTHOR_DATE=2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z")
	for _, words := range [][]string{{"init", "-q"}, {"add", "--all"}, {"commit", "-q", "-m", "release"}, {"tag", tag}} {
		runs(t, environment, folder, "git", words...)
	}
	return folder
}

// build builds a program as goreleaser does, and returns its bytes.
func build(t *testing.T, clone string, p *program, goos, goarch string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), p.Binary)
	words := append([]string{"build"}, p.Flags...)
	words = append(words, "-ldflags", strings.Join(p.LDFlags, " "), "-o", out, p.Main)
	environment := append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local")
	runs(t, append(environment, p.Env...), clone, "go", words...)
	content, err := os.ReadFile(out)
	require.NoError(t, err)
	return content
}

// ofRelease returns the programs and systems that are built: all with
// PAYSOCKET_RELEASE=whole, and one otherwise, since each takes a linker's time.
func ofRelease(t *testing.T) (programs []program, systems [][2]string) {
	t.Helper()
	programs = readConfiguration(t).Builds
	if os.Getenv("PAYSOCKET_RELEASE") == "whole" {
		for _, goos := range programs[0].GOOS {
			for _, goarch := range programs[0].GOARCH {
				systems = append(systems, [2]string{goos, goarch})
			}
		}
		return programs, systems
	}
	at := slices.IndexFunc(programs, func(p program) bool { return p.ID == "payment-provider-memory" })
	require.GreaterOrEqual(t, at, 0)
	return programs[at : at+1], [][2]string{{runtime.GOOS, runtime.GOARCH}}
}

func TestRelease_HasTheSameBytesFromTwoFolders_AndSumsForACatalog(t *testing.T) {
	t.Parallel()
	needsTime(t)
	const tag, version = "v0.1.0", "0.1.0"
	one, other := tagged(t, tag), filepath.Join(t.TempDir(), "elsewhere")
	runs(t, os.Environ(), t.TempDir(), "git", "clone", "-q", one, other)
	programs, systems := ofRelease(t)
	published := t.TempDir()
	var sums, entries strings.Builder
	entries.WriteString("providers:\n")
	for _, system := range systems {
		for _, p := range programs {
			content := build(t, one, &p, system[0], system[1])
			require.True(t, bytes.Equal(content, build(t, other, &p, system[0], system[1])), "%s for %v differs", p.ID, system)
			info, err := buildinfo.Read(bytes.NewReader(content))
			require.NoError(t, err)
			assert.Equal(t, tag, info.Main.Version, "the program knows its version, and that nothing was changed")
			assert.NotContains(t, string(content), one, "a folder of whoever built it")

			name := fill(readConfiguration(t).Archives[0].NameTemplate, map[string]string{
				"{{ .Binary }}": p.Binary, "{{ .Version }}": version, "{{ .Os }}": system[0], "{{ .Arch }}": system[1],
			})
			require.NotContains(t, name, "{{")
			require.NoError(t, os.WriteFile(filepath.Join(published, name), content, 0o700))
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), name) // as goreleaser writes it
			fmt.Fprintf(&entries, "  - {name: p%d, path: %s, sha256_file: SHA256SUMS, mode: test}\n", strings.Count(sums.String(), "\n"), name)
		}
	}
	require.NoError(t, os.WriteFile(filepath.Join(published, "SHA256SUMS"), []byte(sums.String()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(published, "catalog.yaml"), []byte(entries.String()), 0o600))
	catalog, err := supervisor.LoadCatalog(filepath.Join(published, "catalog.yaml"))
	require.NoError(t, err)
	require.Len(t, catalog.Entries, len(programs)*len(systems))
	for _, entry := range catalog.Entries {
		content, err := os.ReadFile(entry.Path)
		require.NoError(t, err)
		sum := sha256.Sum256(content)
		assert.Equal(t, hex.EncodeToString(sum[:]), entry.SHA256)
	}
}

func TestRelease_IsSignedSoThatOneChangedSumIsNoticed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	tool, key := filepath.Join(folder, "minisign"), filepath.Join(folder, "key")
	public, sums := filepath.Join(folder, "key.pub"), filepath.Join(folder, "SHA256SUMS")
	runs(t, append(os.Environ(), "GOFLAGS=-trimpath", "CGO_ENABLED=0"), checkout, "go", "build", "-o", tool, "aead.dev/minisign/cmd/minisign")
	runs(t, os.Environ(), folder, tool, "-G", "-W", "-s", key, "-p", public)
	message := fmt.Appendf(nil, "%x  paysocket-0.1.0-linux-amd64\n", sha256.Sum256(nil))
	require.NoError(t, os.WriteFile(sums, message, 0o600))

	sign := readConfiguration(t).Signs[0]
	signature := fill(sign.Signature, map[string]string{"${artifact}": sums})
	words := []string{tool}
	for _, word := range sign.Args {
		words = append(words, fill(word, map[string]string{
			"${artifact}": sums, "${signature}": signature, "{{ .Env.MINISIGN_KEY_FILE }}": key, "{{ .Version }}": "0.1.0",
		}))
	}
	runs(t, os.Environ(), folder, words[0], words[1:]...)

	trusted, err := minisign.PublicKeyFromFile(public)
	require.NoError(t, err)
	signed, err := os.ReadFile(signature)
	require.NoError(t, err)
	assert.Contains(t, string(signed), "trusted comment: paysocket 0.1.0")
	assert.True(t, minisign.Verify(trusted, message, signed))
	message[0] ^= 1
	assert.False(t, minisign.Verify(trusted, message, signed))
}
