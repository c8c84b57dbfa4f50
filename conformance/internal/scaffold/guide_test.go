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

// TestTheGuideDoesWhatItSays follows docs/write-a-provider.md to its end, in an
// empty folder beside a checkout. Blocks after "<!-- whole -->" take long, or
// need addresses of their own, and are for "make guide".
func TestTheGuideDoesWhatItSays(t *testing.T) {
	t.Parallel()
	whole := os.Getenv("PAYSOCKET_GUIDE") == "whole"
	if testing.Short() {
		t.Skip("it builds a module, again and again")
	}
	page, err := os.ReadFile("../../../docs/write-a-provider.md")
	require.NoError(t, err)
	w := newWalk(t)
	for _, b := range blocksOf(t, string(page)) {
		if b.whole && !whole {
			continue
		}
		w.take(&b)
	}
	w.run("gofmt -l .")
	assert.Empty(t, w.said, "files that gofmt would change")
}

// TestCodeOfTheGuideSuitsEveryName looks for tide-pay in what is pasted: beside
// the package, which the compiler checks, the code is to have no name in it.
func TestCodeOfTheGuideSuitsEveryName(t *testing.T) {
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
	line     int    // where it begins
	language string // sh, go, diff; empty: not for the test
	file     string // the last name in the text before it
	text     string
	expected string // of sh: what it prints
	whole    bool
}

var fileName = regexp.MustCompile("`([a-z_/]+\\.(?:go|yaml))`")

// blocksOf reads the page. A block of language text belongs to the one before.
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

// walk is somebody who follows the guide.
type walk struct {
	t      *testing.T
	folder string   // where they are
	env    []string // with the tool on the path
	said   string   // what the last commands printed
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	folder := t.TempDir()
	checkout, err := filepath.Abs("../../..")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(checkout, filepath.Join(folder, "paysocket")))
	tools := t.TempDir()
	// Nothing is downloaded that the checkout does not need itself, and all is
	// compiled with the flags of the new module's Makefile.
	env := append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0", "GOFLAGS=-trimpath",
		"MAKEFLAGS=", "MAKELEVEL=", "PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	w := &walk{t: t, folder: checkout, env: env}
	w.run("go build -o " + tools + "/paysocket ./conformance/cmd/paysocket")
	w.folder = folder
	return w
}

// take does what a block says.
func (w *walk) take(b *block) {
	w.t.Helper()
	switch b.language {
	case "sh":
		w.runAll(b)
	case "go":
		path := filepath.Join(w.folder, b.file)
		require.NoFileExists(w.t, path, "line %d", b.line)
		require.NoError(w.t, os.WriteFile(path, []byte(b.text), 0o600))
	case "diff":
		w.change(b)
	default:
		w.t.Fatalf("line %d: nobody knows what to do with a block of %s", b.line, b.language)
	}
}

// change makes the changes of a diff, each in the one place that it fits.
func (w *walk) change(b *block) {
	w.t.Helper()
	path := filepath.Join(w.folder, b.file)
	content, err := os.ReadFile(path)
	require.NoError(w.t, err, "line %d", b.line)
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
		require.Equal(w.t, 1, strings.Count(text, before.String()), "line %d: %s has to hold this once:\n%s", b.line, b.file, before.String())
		text = strings.Replace(text, before.String(), after.String(), 1)
	}
	require.NoError(w.t, os.WriteFile(path, []byte(text), 0o600))
}

// runAll runs the lines of a block and compares what they print.
func (w *walk) runAll(b *block) {
	w.t.Helper()
	said := ""
	for line := range strings.Lines(b.text) {
		line = strings.TrimSpace(line)
		into, moves := strings.CutPrefix(line, "cd ")
		behind, stays := strings.CutSuffix(line, " &")
		switch {
		case moves:
			w.folder = filepath.Join(w.folder, into)
		case stays:
			w.begin(behind)
		default:
			w.run(line)
			said += w.said
		}
	}
	at := 0
	for want := range strings.Lines(b.expected) {
		if want = strings.TrimSuffix(want, "\n"); want == "..." {
			continue
		}
		// Three dots stand for what is different each time.
		pattern := "(?m)^" + strings.ReplaceAll(regexp.QuoteMeta(want), `\.\.\.`, ".*") + "$"
		found := regexp.MustCompile(pattern).FindStringIndex(said[at:])
		require.NotNil(w.t, found, "line %d: %q was to be printed, in this order, of\n%s", b.line, want, said)
		at += found[1]
	}
}

// run runs a command to its end, which must be a good one.
func (w *walk) run(line string) {
	w.t.Helper()
	began := time.Now()
	defer func() { w.t.Logf("%5.1f s  %s", time.Since(began).Seconds(), line) }()
	command := w.command(w.t.Context(), line)
	output, err := command.CombinedOutput()
	w.said = string(output)
	require.NoError(w.t, err, "%s\n%s", line, w.said)
}

// begin starts a command that goes on until the test ends, and waits for the
// line that it prints when it is ready. It ends with its standard input.
func (w *walk) begin(line string) {
	w.t.Helper()
	command := w.command(context.WithoutCancel(w.t.Context()), "exec "+line)
	stdin, err := command.StdinPipe()
	require.NoError(w.t, err)
	stdout, err := command.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, command.Start())
	w.t.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	_, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(w.t, err, "%s was to print that it is ready", line)
}

func (w *walk) command(ctx context.Context, line string) *exec.Cmd {
	command := exec.CommandContext(ctx, "sh", "-ec", line)
	command.Dir, command.Env = w.folder, w.env
	return command
}
