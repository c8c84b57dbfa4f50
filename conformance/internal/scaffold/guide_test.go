package scaffold_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGuide_DoesWhatItSays follows docs/write-a-provider.md to its end, in an empty
// folder beside a checkout. Blocks after "<!-- whole -->" take long or need fixed
// addresses. "make guide" runs all (PAYSOCKET_GUIDE=whole); PAYSOCKET_GUIDE=short
// leaves those out.
func TestGuide_DoesWhatItSays(t *testing.T) {
	t.Parallel()
	r := follow(t, "write-a-provider.md")
	r.run("gofmt -l .")
	assert.Empty(t, r.output, "files that gofmt would change")
}

// TestGuide_ForOtherLanguagesDoesWhatItSays follows the page for Python and JavaScript
// in the same way.
func TestGuide_ForOtherLanguagesDoesWhatItSays(t *testing.T) {
	t.Parallel()
	if os.Getenv("PAYSOCKET_GUIDE") != "" {
		needsPython(t)
		needs(t, "node", "npm", "--version")
	}
	// The programs are looked for on the PATH, and not in the checkout, where "make
	// build" may not have been run.
	follow(t, "write-a-provider-in-python-or-javascript.md", "PAYSOCKET=")
}

// follow follows a page of docs. More is added to the environment of its commands.
func follow(t *testing.T, name string, more ...string) *guideRunner {
	t.Helper()
	followed := os.Getenv("PAYSOCKET_GUIDE")
	switch followed {
	case "":
		t.Skip(`it builds a provider, again and again: "make guide" runs it, and .ci/run does`)
	case "short", "whole":
	default:
		t.Fatalf("PAYSOCKET_GUIDE is %q; write short or whole", followed)
	}
	page, err := os.ReadFile(filepath.Join("../../../docs", name))
	require.NoError(t, err)
	r := newGuideRunner(t)
	r.env = append(r.env, more...)
	for _, b := range blocksOf(t, string(page)) {
		if b.whole && followed != "whole" {
			continue
		}
		r.apply(&b)
	}
	return r
}

// TestGuide_HasCodeThatSuitsEveryName checks that the code to paste does not contain
// tide-pay, except in the package clause, which the compiler checks.
func TestGuide_HasCodeThatSuitsEveryName(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/write-a-provider.md")
	require.NoError(t, err)
	for _, b := range blocksOf(t, string(page)) {
		if b.language != "go" && b.language != "diff" {
			continue
		}
		for line := range strings.Lines(b.text) {
			if !strings.HasPrefix(line, "package ") {
				assert.NotRegexp(t, "(?i)tide[ _-]?pay", line, "%s, after line %d", b.file, b.line)
			}
		}
	}
}

// block is a fenced block of the guide.
type block struct {
	line     int    // of the page
	language string // sh, go, diff; empty: the test ignores it
	file     string // the last file name in the text before it
	text     string
	expected string // for sh: what the commands print
	whole    bool   // only for "make guide"
}

var fileName = regexp.MustCompile("`([a-z_/]+\\.(?:go|yaml|py|js))`")

// blocksOf returns the blocks of a page. A block of language text is what the block
// before it prints.
func blocksOf(t *testing.T, page string) []block {
	t.Helper()
	var blocks []block
	var open *block
	file, whole := "", false
	for i, line := range strings.Split(page, "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case open != nil && isFence && open.language == "text":
			require.NotEmpty(t, blocks, "line %d", i+1)
			blocks[len(blocks)-1].expected, open = open.text, nil
		case open != nil && isFence:
			if open.language != "" {
				blocks = append(blocks, *open)
			}
			open = nil
		case open != nil:
			open.text += line + "\n"
		case isFence:
			open = &block{line: i + 1, language: fence, file: file, whole: whole}
			whole = false
		case line == "<!-- whole -->":
			whole = true
		default:
			for _, named := range fileName.FindAllStringSubmatch(line, -1) {
				file = named[1]
			}
		}
	}
	require.Nil(t, open, "the last block does not end")
	require.NotEmpty(t, blocks)
	return blocks
}

// walk follows the guide.
type guideRunner struct {
	t      *testing.T
	folder string   // the working directory
	env    []string // has the tool on the path
	output string   // what the last command printed
}

func newGuideRunner(t *testing.T) *guideRunner {
	t.Helper()
	folder := t.TempDir()
	checkout, err := filepath.Abs("../../..")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(checkout, filepath.Join(folder, "paysocket")))
	tools := t.TempDir()
	// The new module needs no modules but the checkout's, so nothing is downloaded.
	// The flags are those of the new module's Makefile, so that packages are compiled once.
	env := append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOFLAGS=-trimpath",
		"MAKEFLAGS=", "MAKELEVEL=", "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	r := &guideRunner{t: t, folder: checkout, env: env}
	r.run("go build -o " + tools + "/ ./conformance/cmd/paysocket ./provider/memory/sandbox/cmd/memory-sandbox")
	r.folder = folder
	return r
}

// apply runs a block of commands, writes a file, or changes one.
func (r *guideRunner) apply(b *block) {
	r.t.Helper()
	switch b.language {
	case "sh":
		r.runAll(b)
	case "go":
		path := filepath.Join(r.folder, b.file)
		require.NoFileExists(r.t, path, "line %d", b.line)
		require.NoError(r.t, os.WriteFile(path, []byte(b.text), 0o600))
	case "diff":
		r.change(b)
	default:
		r.t.Fatalf("line %d: the language %s is unknown", b.line, b.language)
	}
}

// change applies a diff. Each hunk must fit in exactly one place.
func (r *guideRunner) change(b *block) {
	r.t.Helper()
	path := filepath.Join(r.folder, b.file)
	content, err := os.ReadFile(path)
	require.NoError(r.t, err, "line %d", b.line)
	text := string(content)
	for hunk := range strings.SplitSeq(b.text, "@@\n") {
		var before, after strings.Builder
		for _, line := range strings.SplitAfter(strings.TrimSuffix(hunk, "\n"), "\n") {
			mark, rest := line[:1], strings.TrimSuffix(line[1:], "\n")+"\n"
			if mark != "+" {
				before.WriteString(rest)
			}
			if mark != "-" {
				after.WriteString(rest)
			}
		}
		require.Equal(r.t, 1, strings.Count(text, before.String()), "line %d: %s must have this once:\n%s", b.line, b.file, before.String())
		text = strings.Replace(text, before.String(), after.String(), 1)
	}
	require.NoError(r.t, os.WriteFile(path, []byte(text), 0o600))
}

// runAll runs the lines of a block and compares what they print.
func (r *guideRunner) runAll(b *block) {
	r.t.Helper()
	output := ""
	for line := range strings.Lines(b.text) {
		line = strings.TrimSpace(line)
		into, moves := strings.CutPrefix(line, "cd ")
		behind, stays := strings.CutSuffix(line, " &")
		switch {
		case moves:
			r.folder = filepath.Join(r.folder, into)
		case stays:
			r.begin(behind)
		default:
			r.run(line)
			output += r.output
		}
	}
	at := 0
	for want := range strings.Lines(b.expected) {
		if want = strings.TrimSuffix(want, "\n"); want == "..." {
			continue
		}
		// Three dots match anything in a line.
		pattern := "(?m)^" + strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, ".*") + "$"
		found := regexp.MustCompile(pattern).FindStringIndex(output[at:])
		require.NotNil(r.t, found, "line %d: %q is missing, or in another order, in\n%s", b.line, want, output)
		at += found[1]
	}
}

// run runs a command, which must succeed.
func (r *guideRunner) run(line string) {
	r.t.Helper()
	began := time.Now()
	defer func() { r.t.Logf("%5.1f s  %s", time.Since(began).Seconds(), line) }()
	command := r.command(r.t.Context(), line)
	output, err := command.CombinedOutput()
	r.output = string(output)
	require.NoError(r.t, err, "%s\n%s", line, r.output)
}

// begin starts a command in the background, and waits for the line that it prints
// when it is ready. When the test ends, its standard input is closed, which ends it.
func (r *guideRunner) begin(line string) {
	r.t.Helper()
	command := r.command(context.WithoutCancel(r.t.Context()), "exec "+line)
	stdin, err := command.StdinPipe()
	require.NoError(r.t, err)
	stdout, err := command.StdoutPipe()
	require.NoError(r.t, err)
	require.NoError(r.t, command.Start())
	r.t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	_, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(r.t, err, "%s did not print that it is ready", line)
}

func (r *guideRunner) command(ctx context.Context, line string) *exec.Cmd {
	command := exec.CommandContext(ctx, "sh", "-ec", line)
	command.Dir, command.Env = r.folder, r.env
	return command
}
