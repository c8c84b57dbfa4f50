package selftest

import (
	"bytes"
	"errors"
	"fmt"
	"go/token"
	"io"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// Move is something that happened to the source and that its mutants went along
// with: an entry of moves.yaml. One of Package, Qualifier, Rename, Move, Rehome,
// Gone and Rewrite is set; most say what became of what, as "OLD -> NEW".
type Move struct {
	// Package is a package whose folder was moved: "old/folder -> new/folder".
	Package string `yaml:"package,omitempty"`

	// Qualifier is the name of a package before a dot: "folder old -> new".
	Qualifier string `yaml:"qualifier,omitempty"`

	// Rename is a declaration with a new name: "folder F -> G", "folder T.M -> T.N"
	// for a method or a field. "folder F:x -> y" is a local variable of a function.
	Rename string `yaml:"rename,omitempty"`

	// Move is a declaration that moved to another package:
	// "folder F -> other/folder G".
	Move string `yaml:"move,omitempty"`

	// Rehome is a part of a declaration that stands in another one now:
	// "folder F -> folder G". What still stands in the first stays there.
	Rehome string `yaml:"rehome,omitempty"`

	// Gone is a declaration that was taken out, and that nothing took the place of:
	// "folder F".
	Gone string `yaml:"gone,omitempty"`

	// Rewrite is where one run of tokens, From, became another, To: "folder F",
	// "folder", or "everywhere". A $name in From stands for as few tokens as fit, with
	// whole brackets, and in To for the same; at the end of From, for an operand.
	Rewrite string `yaml:"rewrite,omitempty"`
	From    string `yaml:"from,omitempty"`
	To      string `yaml:"to,omitempty"`

	// Imports are those that the new tokens need.
	Imports []string `yaml:"imports,omitempty"`
}

// ReadMoves reads the entries of moves.yaml.
func ReadMoves(text []byte) ([]Move, error) {
	var moves []Move
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&moves); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for i := range moves {
		if _, err := moves[i].step(); err != nil {
			return nil, fmt.Errorf("entry %d: %w", i+1, err)
		}
	}
	return moves, nil
}

// Line returns the entry as a line of moves.yaml.
func (m *Move) Line() string {
	parts := []string{}
	for _, part := range []struct{ key, text string }{
		{"package", m.Package},
		{"qualifier", m.Qualifier},
		{"rename", m.Rename},
		{"move", m.Move},
		{"rehome", m.Rehome},
		{"gone", m.Gone},
		{"rewrite", m.Rewrite},
		{"from", m.From},
	} {
		if part.text != "" {
			parts = append(parts, part.key+": "+flowItem(part.text))
		}
	}
	if m.Rewrite == "" {
		return "- " + parts[0] + "\n"
	}
	parts = append(parts, "to: "+flowItem(m.To))
	if len(m.Imports) > 0 {
		parts = append(parts, "imports: "+flow(m.Imports))
	}
	return "- {" + strings.Join(parts, ", ") + "}\n"
}

// step is an entry that was read: what does it to an edit.
type step interface {
	apply(c *carried) error
}

func (m *Move) step() (step, error) {
	var steps []step
	var problems []error
	for _, kind := range []struct {
		text string
		read func(old, now string) (step, error)
	}{
		{m.Package, readPackage}, {m.Qualifier, readQualifier}, {m.Rename, readRename}, {m.Move, readMove}, {m.Rehome, readRehome},
	} {
		if kind.text == "" {
			continue
		}
		old, now, ok := strings.Cut(kind.text, "->")
		s, err := kind.read(strings.TrimSpace(old), strings.TrimSpace(now))
		if !ok {
			err = errors.New(`it says what became of what as "OLD -> NEW"`)
		}
		steps, problems = append(steps, s), append(problems, err)
	}
	if m.Gone != "" {
		at, err := readPlace(m.Gone)
		steps, problems = append(steps, goneStep{at}), append(problems, err)
	}
	if m.Rewrite != "" {
		s, err := m.readRewrite()
		steps, problems = append(steps, s), append(problems, err)
	}
	if len(steps) != 1 {
		return nil, errors.New("an entry is one of package, qualifier, rename, move, rehome, gone and rewrite")
	}
	return steps[0], errors.Join(problems...)
}

// readPlace reads "folder F".
func readPlace(text string) (place, error) {
	folder, name, _ := strings.Cut(text, " ")
	name = strings.TrimSpace(name)
	declared, _, _ := strings.Cut(name, ":") // a variable may follow
	if folder == "" || !isDeclaration(declared) {
		return place{}, fmt.Errorf("%q is no package folder and a declaration", text)
	}
	return place{folder, name}, nil
}

// isDeclaration reports whether the text is F or T.M.
func isDeclaration(text string) bool {
	name, member, isMember := strings.Cut(text, ".")
	return token.IsIdentifier(name) && (!isMember || token.IsIdentifier(member))
}

func readPackage(old, now string) (step, error) {
	if old == "" || now == "" || strings.Contains(old+now, " ") {
		return nil, errors.New("a package is moved from a folder to a folder")
	}
	return packageStep{old, now}, nil
}

func readQualifier(old, now string) (step, error) {
	at, err := readPlace(old)
	if !token.IsIdentifier(now) || !token.IsIdentifier(at.name) {
		err = fmt.Errorf("%q and %q are to be names of a package", at.name, now)
	}
	return qualifierStep{at.folder, at.name, now}, err
}

func readRename(old, now string) (step, error) {
	at, err := readPlace(old)
	if err != nil {
		return nil, err
	}
	if function, variable, ok := strings.Cut(at.name, ":"); ok {
		if !token.IsIdentifier(variable) || !token.IsIdentifier(now) {
			return nil, fmt.Errorf("%q is no name of a variable", now)
		}
		return localStep{place{at.folder, function}, variable, now}, nil
	}
	oldType, _, isMember := strings.Cut(at.name, ".")
	newType, _, becomesMember := strings.Cut(now, ".")
	if !isDeclaration(now) || isMember != becomesMember || isMember && oldType != newType {
		return nil, fmt.Errorf("%s cannot become %s: a member stays one of its type", at.name, now)
	}
	return renameStep{at, place{at.folder, now}}, nil
}

func readMove(old, now string) (step, error) {
	from, err := readPlace(old)
	to, toErr := readPlace(now)
	if err == nil && (from.folder == to.folder || strings.Contains(from.name+to.name, ".")) {
		err = errors.New("a function, type, variable or constant is moved to another package")
	}
	return moveStep{from, to}, errors.Join(err, toErr)
}

func readRehome(old, now string) (step, error) {
	from, err := readPlace(old)
	to, toErr := readPlace(now)
	return rehomeStep{from, to}, errors.Join(err, toErr)
}
