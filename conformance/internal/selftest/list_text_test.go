package selftest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const oldListText = `# A list.
mutants:
  # --- first
  - name: one
    subject: memory
    edits: # its edits
      - file: shop/shop.go
        old: "\ttotal := n * 3"
        new: |
          total := n * 4
    kills: [A-1]   # one

  # --- second
  - subject: memory
    kills: [A-2]
    name: two
    edits:
      - {file: shop/shop.go, old: 'limit++', new: 'limit--'}

  # the end
`

func TestMigrate_KeepsWhatIsNoEdit(t *testing.T) {
	t.Parallel()
	list, err := ReadOldList([]byte(oldListText))
	require.NoError(t, err)
	migration, err := Migrate(t.Context(), list, shop(), nil)
	require.NoError(t, err)
	require.Empty(t, migration.Lost)
	assert.Equal(t, `# A list.
mutants:
  # --- first
  - name: one
    subject: memory
    edits: # its edits
      - in: shop price
        find: total := n * 3
        put: total := n * 4
    kills: [A-1]   # one

  # --- second
  - subject: memory
    kills: [A-2]
    name: two
    edits:
      - in: shop init
        find: func init() { limit++ }
        put: func init() { limit-- }

  # the end
`, string(migration.Text))
}

func TestMigrate_WritesAnewWhatIsNotWrittenLineByLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{mutants: [{name: one, subject: m, edits: [{file: shop/shop.go, old: "n * 3", new: "n * 4"}], kills: [A-1], chance: ['*']}]}`,
		"mutants:\n  - {name: one, subject: m, edits: [{file: shop/shop.go, old: n * 3, new: n * 4}], kills: [A-1], chance: ['*']}\n",
		"mutants:\n  - name: one\n    subject: m\n    edits:\n      - file: &a shop/shop.go\n        old: &b n * 3\n        new: n * 4\n    kills: [A-1]\n    chance: ['*']\n",
	} {
		list, err := ReadOldList([]byte(text))
		require.NoError(t, err)
		migration, err := Migrate(t.Context(), list, shop(), nil)
		require.NoError(t, err)
		corpus, err := read(migration.Text)
		require.NoError(t, err)
		assert.Equal(t, []Mutant{{
			Name: "one", Subject: "m", Kills: []string{"A-1"}, Chance: []string{"*"},
			Edits: []Edit{{In: "shop price", Find: "total := n * 3", Put: new("total := n * 4")}},
		}}, corpus.Mutants)
	}
}

func TestMigrate_NamesWhatIsLost(t *testing.T) {
	t.Parallel()
	list, err := ReadOldList([]byte("mutants:\n  - name: one\n    edits:\n      - file: shop/shop.go\n        old: n * 5\n        new: n\n"))
	require.NoError(t, err)
	migration, err := Migrate(t.Context(), list, shop(), nil)
	require.NoError(t, err)
	require.Len(t, migration.Lost, 1)
	assert.ErrorContains(t, migration.Lost[0], "mutant one: ")
}

func TestScalar_ReadsAsWhatItIs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "a", "n := 1", "x: y", "a # b", "'", `"`, `"a" + 'b'`, "true", "12", "~", "*p = 1", "&p", "[]int{}", "{ a }", "- a", "? a", "| a",
		"a\nb", "a\n\tb\n", "\ta\nb", " a", "a ", "a\n\n\nb", "`a\n  b`", "# a", "a:", ": a", "%d", "@a", "!a", "a\n  b\n c", "\x00", "é\u0301", "a\r\nb", "_ = 1", "...",
	} {
		for _, indent := range []string{"", "        "} {
			written := scalar(text, indent)
			corpus, err := read([]byte("mutants:\n  - name: m\n    edits:\n" + writeEdits([]Edit{{In: "a b", Find: "x", Put: &text}}, "    ")))
			require.NoError(t, err, "%q as %s", text, written)
			assert.Equal(t, text, *corpus.Mutants[0].Edits[0].Put, written)
		}
	}
}

func TestRead_NamesTheCommandForAListInTheOldForm(t *testing.T) {
	t.Parallel()
	_, err := read([]byte(oldListText))
	require.ErrorIs(t, err, errOldForm)
}
