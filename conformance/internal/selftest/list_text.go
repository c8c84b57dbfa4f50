package selftest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// errForm says that a list is not written as one that can be changed line by
// line.
var errForm = errors.New("the list is not written line by line")

// replaceEdits returns the text of a list with other edits for some of its
// mutants, by their place in the list. All else stays as it is, comments too.
func replaceEdits(list []byte, edits map[int][]Edit) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(list, &document); err != nil {
		return nil, err
	}
	mutants := valueOf(&document, "mutants")
	if mutants == nil || mutants.Style&yaml.FlowStyle != 0 {
		return nil, errForm
	}
	lines := strings.SplitAfter(string(list), "\n")
	var b strings.Builder
	written := 0 // lines
	for i, mutant := range mutants.Content {
		if edits[i] == nil {
			continue
		}
		from, to, err := linesOfEdits(mutants, i, lines)
		if err != nil {
			return nil, fmt.Errorf("mutant %d: %w", i+1, err)
		}
		b.WriteString(strings.Join(lines[written:from], ""))
		b.WriteString(writeEdits(edits[i], strings.Repeat(" ", mutant.Column-1)))
		written = to
	}
	b.WriteString(strings.Join(lines[written:], ""))
	return []byte(b.String()), nil
}

// linesOfEdits returns the lines under "edits:" of a mutant, from one up to
// another, counted from 0.
func linesOfEdits(mutants *yaml.Node, i int, lines []string) (from, to int, err error) {
	mutant := mutants.Content[i]
	end := len(lines)
	if i+1 < len(mutants.Content) {
		end = mutants.Content[i+1].Line - 1
	}
	if mutant.Kind != yaml.MappingNode || mutant.Style&yaml.FlowStyle != 0 {
		return 0, 0, errForm
	}
	for at := 0; at < len(mutant.Content); at += 2 {
		key, value := mutant.Content[at], mutant.Content[at+1]
		if key.Value != "edits" {
			continue
		}
		if value.Kind != yaml.SequenceNode || value.Line == key.Line || value.Anchor != "" || hasAlias(value) {
			return 0, 0, errForm
		}
		if at+2 < len(mutant.Content) {
			return key.Line, mutant.Content[at+2].Line - 1, nil
		}
		for end > key.Line && outside(lines[end-1], mutant.Column) {
			end--
		}
		return key.Line, end, nil
	}
	return 0, 0, errForm
}

// outside reports whether a line is empty, or a comment that does not belong to
// what is indented as deep as the column.
func outside(line string, column int) bool {
	text := strings.TrimLeft(line, " ")
	return strings.TrimSpace(line) == "" || strings.HasPrefix(text, "#") && len(line)-len(text) < column
}

func hasAlias(node *yaml.Node) bool {
	return node.Kind == yaml.AliasNode || node.Anchor != "" || slices.ContainsFunc(node.Content, hasAlias)
}

func valueOf(node *yaml.Node, key string) *yaml.Node {
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	for at := 0; node.Kind == yaml.MappingNode && at+1 < len(node.Content); at += 2 {
		if node.Content[at].Value == key {
			return node.Content[at+1]
		}
	}
	return nil
}

// writeList returns a list anew, for one that cannot be changed line by line.
func writeList(subjects map[string]Subject, mutants []Mutant) ([]byte, error) {
	var b bytes.Buffer
	if len(subjects) > 0 {
		text, err := yaml.Marshal(map[string]any{"subjects": subjects})
		if err != nil {
			return nil, err
		}
		b.Write(text)
	}
	b.WriteString("mutants:\n")
	for i := range mutants {
		m := &mutants[i]
		fmt.Fprintf(&b, "  - name: %s\n    subject: %s\n    edits:\n%s", scalar(m.Name, ""), scalar(m.Subject, ""), writeEdits(m.Edits, "    "))
		for _, list := range []struct {
			key   string
			items []string
		}{{"kills", m.Kills}, {"chance", m.Chance}} {
			if len(list.items) > 0 {
				fmt.Fprintf(&b, "    %s: %s\n", list.key, flow(list.items))
			}
		}
	}
	return b.Bytes(), nil
}

// writeEdits returns the items under "edits:".
func writeEdits(edits []Edit, indent string) string {
	var b strings.Builder
	deep := indent + "    "
	for i := range edits {
		e := &edits[i]
		fmt.Fprintf(&b, "%s  - in: %s\n", indent, scalar(e.In, deep))
		if e.Find != "" {
			fmt.Fprintf(&b, "%sfind: %s\n", deep, scalar(e.Find, deep))
		}
		if e.Put != nil {
			fmt.Fprintf(&b, "%sput: %s\n", deep, scalar(*e.Put, deep))
		}
		if len(e.Imports) > 0 {
			fmt.Fprintf(&b, "%simports: %s\n", deep, flow(e.Imports))
		}
		if e.Add != "" {
			fmt.Fprintf(&b, "%sadd: %s\n", deep, scalar(e.Add, deep))
		}
	}
	return b.String()
}

func flow(items []string) string {
	var all []string
	for _, item := range items {
		all = append(all, flowItem(item))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// flowItem returns a text as a value between brackets or braces, where more
// characters mean something.
func flowItem(item string) string {
	text := scalar(item, "")
	if text == item && strings.ContainsAny(item, ",[]{}") {
		return "'" + strings.ReplaceAll(item, "'", "''") + "'"
	}
	return text
}

// scalar returns a text as a value of YAML: plain where that can be, in quotes
// where it must be, and as a block where it has several lines.
func scalar(text, indent string) string {
	if reads(text, text) && !strings.Contains(text, "\n") {
		return text
	}
	if strings.Contains(text, "\n") {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			if line != "" {
				lines[i] = indent + "  " + line
			}
		}
		block := "|-\n" + strings.Join(lines, "\n")
		if reads(strings.ReplaceAll(block, "\n"+indent, "\n "), text) {
			return block
		}
	}
	if quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"; !strings.Contains(text, "\n") && reads(quoted, text) {
		return quoted
	}
	encoded, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Style: yaml.DoubleQuotedStyle, Value: text, Tag: "!!str"})
	if err != nil { // of a text there is none
		return text
	}
	return strings.TrimSuffix(string(encoded), "\n")
}

// reads reports whether what is written as a value of YAML is read as the text.
func reads(written, text string) bool {
	var got map[string]any
	err := yaml.Unmarshal([]byte("a: "+written+"\nb: 1\n"), &got)
	return err == nil && got["a"] == text && len(got) == 2
}
