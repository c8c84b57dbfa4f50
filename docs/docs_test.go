// Package docs_test checks the pages: that what they point to is there, that pages that
// belong together are alike, and that what they list is complete.
package docs_test

import (
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/contract"
)

// A page is a file in Markdown.
type page struct {
	path     string // from the root of the repository
	headings []heading
	ids      []string // of anchors that are written as HTML
	links    []string
	blocks   []block
	tables   []string // of each, how many rows and columns
}

type heading struct {
	level int
	text  string
}

// A block is code between fences.
type block struct{ language, code string }

const root = ".."

// pages returns every page of the repository.
func pages(t *testing.T) []*page {
	t.Helper()
	var all []*page
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git" || entry.Name() == "bin"):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			all = append(all, read(t, path))
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, len(all), 20, "the pages were found")
	return all
}

func read(t *testing.T, path string) *page {
	t.Helper()
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	return parse(t, path, source)
}

func parse(t *testing.T, path string, source []byte) *page {
	t.Helper()
	p := &page{path: path}
	for _, match := range regexp.MustCompile(`(?m)^<a id="([\w-]+)"></a>$`).FindAllSubmatch(source, -1) {
		p.ids = append(p.ids, string(match[1]))
	}
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	err := ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.Heading:
			p.headings = append(p.headings, heading{n.Level, plain(n, source)})
		case *ast.Link:
			p.links = append(p.links, string(n.Destination))
		case *ast.Image:
			p.links = append(p.links, string(n.Destination))
		case *ast.FencedCodeBlock:
			p.blocks = append(p.blocks, block{string(n.Language(source)), string(n.Lines().Value(source))})
		case *table.Table:
			p.tables = append(p.tables, strings.Repeat("row ", n.ChildCount())+strings.Repeat("column ", len(n.Alignments)))
		}
		return ast.WalkContinue, nil
	})
	require.NoError(t, err)
	return p
}

// plain returns the text of a node without its markup.
func plain(node ast.Node, source []byte) string {
	var all strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // which returns no error
		if leaf, ok := n.(*ast.Text); ok && entering {
			all.Write(leaf.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return all.String()
}

// anchors returns what links can lead to in the page, as GitHub makes it of headings.
func (p *page) anchors() []string {
	all := slices.Clone(p.ids)
	for _, h := range p.headings {
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
				return unicode.ToLower(r)
			}
			return -1
		}, h.text)
		all = append(all, anchor)
	}
	return all
}

// problems returns the links of the page that lead nowhere. Other sites are not asked.
func (p *page) problems(t *testing.T) []string {
	t.Helper()
	var bad []string
	for _, link := range p.links {
		to, err := url.Parse(link)
		if err != nil {
			bad = append(bad, link)
			continue
		}
		if to.Scheme != "" || to.Host != "" {
			continue
		}
		target := p
		if to.Path != "" {
			path := filepath.Join(filepath.Dir(p.path), filepath.FromSlash(to.Path))
			if _, err := os.Stat(path); err != nil {
				bad = append(bad, link)
				continue
			}
			if to.Fragment == "" || filepath.Ext(path) != ".md" {
				continue
			}
			target = read(t, path)
		}
		if to.Fragment != "" && !slices.Contains(target.anchors(), to.Fragment) {
			bad = append(bad, link)
		}
	}
	return bad
}

func TestLinks_LeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		assert.Empty(t, p.problems(t), p.path)
	}
}

func TestLinks_ThatLeadNowhereAreFound(t *testing.T) {
	t.Parallel()
	p := parse(t, "page.md", []byte("# A `b` c\n\n[1](#a-b-c) [2](#a) [3](README.md) [4](nowhere.md) [5](omise.md#webhooks) [6](omise.md#nothing) [7](https://example.com/x)\n"))
	assert.Equal(t, []string{"#a", "nowhere.md", "omise.md#nothing"}, p.problems(t))
}

func TestIndex_HasEveryPage(t *testing.T) {
	t.Parallel()
	links := read(t, "README.md").links
	entries, err := filepath.Glob("*.md")
	require.NoError(t, err)
	for _, path := range entries {
		assert.True(t, path == "README.md" || slices.Contains(links, path), "docs/README.md does not link to %s", path)
	}
}

func TestBlocks_CanBeRead(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			var into any
			switch b.language {
			case "json":
				assert.NoError(t, json.Unmarshal([]byte(b.code), &into), "%s:\n%s", p.path, b.code)
			case "yaml":
				assert.NoError(t, yaml.Unmarshal([]byte(b.code), &into), "%s:\n%s", p.path, b.code)
			}
		}
	}
}

var assignment = regexp.MustCompile(`^[A-Z_]+=\S*$`)

// commandsOf returns the first two words of each command in a block of shell.
func commandsOf(code string) [][]string {
	var commands [][]string
	for line := range strings.SplitSeq(strings.ReplaceAll(code, "\\\n", " "), "\n") {
		line, _, _ = strings.Cut(line, " #")
		words := strings.Fields(line)
		for len(words) > 0 && assignment.MatchString(words[0]) {
			words = words[1:]
		}
		if len(words) > 0 && !strings.HasPrefix(words[0], "#") {
			commands = append(commands, words)
		}
	}
	return commands
}

// TestCommands_Exist looks for each command of a block of shell in the Makefile, in what it
// builds, and in a list of programs that a system has.
func TestCommands_Exist(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	require.NoError(t, err)
	system := []string{
		"curl", "install", "git", "cd", "go", "npm", "node", "promtool", "python3", "docker", "sha256sum", "tar", "cp",
	}
	// What these say is done in a provider's own repository; TestGuide follows them to their end.
	guides := []string{"write-a-provider.md", "write-a-provider-in-python-or-javascript.md"}
	seen := 0
	for _, p := range pages(t) {
		if slices.Contains(guides, filepath.Base(p.path)) {
			continue
		}
		for _, b := range p.blocks {
			if b.language != "sh" {
				continue
			}
			for _, words := range commandsOf(b.code) {
				seen++
				switch program := strings.TrimPrefix(words[0], "bin/"); {
				case words[0] == "make":
					require.Greater(t, len(words), 1, p.path)
					assert.Regexp(t, `(?m)^`+regexp.QuoteMeta(words[1])+`:`, string(makefile), p.path)
				case program != words[0]:
					assert.Regexp(t, `/`+regexp.QuoteMeta(program)+`( |$|\\)`, strings.ReplaceAll(string(makefile), "\n", " ")+" /host-example ", p.path)
				default:
					assert.Contains(t, system, words[0], "%s: %v", p.path, words)
				}
			}
		}
	}
	assert.Greater(t, seen, 5)
}

func TestGoingLive_IsTheSameInThai(t *testing.T) {
	t.Parallel()
	english, thai := read(t, "going-live.md"), read(t, "going-live.th.md")
	levels := func(p *page) (all []int) {
		for _, h := range p.headings {
			all = append(all, h.level)
		}
		return all
	}
	links := func(p *page) (all []string) {
		for _, link := range p.links {
			all = append(all, strings.ReplaceAll(link, "going-live.th.md", "going-live.md"))
		}
		return all
	}
	assert.Equal(t, levels(english), levels(thai))
	assert.Equal(t, english.blocks, thai.blocks, "commands and files are the same, letter by letter")
	assert.Equal(t, english.tables, thai.tables)
	assert.Equal(t, links(english), links(thai))
	for i, h := range thai.headings {
		assert.True(t, strings.ContainsFunc(h.text, func(r rune) bool { return unicode.Is(unicode.Thai, r) }), h.text)
		assert.NotEqual(t, english.headings[i].text, h.text)
	}
}

// TestTroubleshooting_HasEveryReason compares the page with the contract: what it says of
// the money must be what the contract allows.
func TestTroubleshooting_HasEveryReason(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("troubleshooting.md")
	require.NoError(t, err)
	declared, err := os.ReadFile(filepath.Join(root, "contract", "reason.go"))
	require.NoError(t, err)
	sections := map[string]string{}
	for _, section := range strings.Split(string(source), "\n## ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		sections[name] = body
	}
	constants := regexp.MustCompile(`(?m)^\t\w+ +Reason = "([A-Z_]+)"$`).FindAllStringSubmatch(string(declared), -1)
	require.Greater(t, len(constants), 30)
	assert.Len(t, sections, len(constants))
	for _, match := range constants {
		reason, body := contract.Reason(match[1]), sections[match[1]]
		for _, part := range []string{"**What happened:** ", "**The money:** ", "**What to do:** "} {
			assert.Contains(t, body, part, reason)
		}
		_, money, _ := strings.Cut(body, "**The money:** ")
		certain := reason.Allows(contract.NotAttempted) || reason.Allows(contract.Rejected)
		assert.Equal(t, certain, strings.HasPrefix(money, "None moved"), "%s: %s", reason, money)
		assert.Equal(t, reason.Allows(contract.NotAttempted) && !reason.Allows(contract.Rejected), strings.HasPrefix(money, "None moved: nothing that moves"), reason)
		assert.Equal(t, reason.Allows(contract.Rejected) && !reason.Allows(contract.NotAttempted), strings.HasPrefix(money, "None moved: the gateway refused"), reason)
	}
}

// TestReadme_ShowsNoCommandThatNothingRuns: each command of the first page stands here with
// the file that runs it, and what stands in that file.
func TestReadme_ShowsNoCommandThatNothingRuns(t *testing.T) {
	t.Parallel()
	runs := map[string][2]string{
		"make test":                  {".ci/run", "step make test\n"},
		"make demo":                  {".ci/run", "step make demo\n"},
		"make conformance":           {".ci/run", "step make conformance\n"},
		"make shop":                  {"host-example/shop_command_test.go", `"shop"`},
		"bin/paysocket new-provider": {"conformance/cmd/paysocket/testdata/script/new_provider.txtar", "exec paysocket new-provider"},
		"bin/payment-provider-omise-alipay golive": {"provider/omisealipay/cmd/payment-provider-omise-alipay/golive_test.go", `"golive", "--help"`},
	}
	seen := map[string]bool{}
	for _, b := range read(t, filepath.Join(root, "README.md")).blocks {
		if b.language != "sh" {
			continue
		}
		for _, words := range commandsOf(b.code) {
			require.Greater(t, len(words), 1)
			command := words[0] + " " + words[1]
			seen[command] = true
			by, known := runs[command]
			require.True(t, known, "nothing is known to run %q", command)
			content, err := os.ReadFile(filepath.Join(root, by[0]))
			require.NoError(t, err)
			assert.Contains(t, string(content), by[1], command)
		}
	}
	for command := range runs {
		assert.True(t, seen[command], "README.md does not show %q", command)
	}
}
