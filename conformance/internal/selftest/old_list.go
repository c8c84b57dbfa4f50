package selftest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// OldList is a list of mutants in the form that it had before edits were
// anchored by declaration: each replaces a text that its file has exactly once.
type OldList struct {
	Subjects map[string]Subject `yaml:"subjects"`
	Mutants  []OldMutant        `yaml:"mutants"`

	text []byte
}

// OldMutant is a mutant of an OldList.
type OldMutant struct {
	Name    string    `yaml:"name"`
	Subject string    `yaml:"subject"`
	Edits   []OldEdit `yaml:"edits"`
	Kills   []string  `yaml:"kills"`
	Chance  []string  `yaml:"chance"`
}

// OldEdit replaces one text in one file.
type OldEdit struct {
	File string `yaml:"file"` // from the root of the module
	Old  string `yaml:"old"`
	New  string `yaml:"new"`
}

// ReadOldList reads a list in the old form.
func ReadOldList(text []byte) (*OldList, error) {
	list := OldList{text: text}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(list.Mutants) == 0 {
		return nil, errNoMutants
	}
	return &list, nil
}

// changed returns the files that the edits change, by their paths from the root
// of the source. Each edit is made in what those before it left.
func (m *OldMutant) changed(s *Source) (map[string]string, error) {
	changed := make(map[string]string)
	for _, edit := range m.Edits {
		text, ok := changed[edit.File]
		if !ok {
			read, err := fs.ReadFile(s.tree, edit.File)
			if err != nil {
				return nil, fmt.Errorf("mutant %s: there is no file %s", m.Name, edit.File)
			}
			text = string(read)
		}
		old := strings.TrimSuffix(edit.Old, "\n")
		if found := strings.Count(text, old); found != 1 || old == "" {
			return nil, fmt.Errorf("mutant %s: the text to replace is %d times in %s, and must be there once: %s",
				m.Name, found, edit.File, old)
		}
		changed[edit.File] = strings.Replace(text, old, strings.TrimSuffix(edit.New, "\n"), 1)
	}
	return changed, nil
}

// files returns the edited files in the order of the edits.
func (m *OldMutant) files() []string {
	var files []string
	seen := make(map[string]bool)
	for _, edit := range m.Edits {
		if !seen[edit.File] {
			files = append(files, edit.File)
		}
		seen[edit.File] = true
	}
	return files
}
