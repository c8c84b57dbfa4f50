package checks

import (
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// malformed returns values that the kind of a field does not allow, around one that it
// does. Blank values, blanks around a value and control characters suit no kind.
func malformed(field *contract.ConfigField, legal string) []string {
	bad := []string{"", " ", "\t\n"}
	if legal != "" {
		bad = append(bad, " "+legal, legal+" ", legal+"\n", legal+"\x00", "\x7f"+legal)
	}
	kinds := map[contract.ConfigKind][]string{
		contract.ConfigURL: {
			"not a url", "ftp://gateway.example", "/only/a/path", "http://", "javascript:alert(1)", "https://user:word@gateway.example",
			"https://gateway.example/" + strings.Repeat("a", contract.MaxURLLength),
		},
		contract.ConfigDuration: {"ten seconds", "10", "-5s", "1.5", "1d", "5 s", "s"},
		contract.ConfigInteger:  {"many", "1.5", "-1", "0x10", "1e3", "9223372036854775808", "99999999999999999999"},
		contract.ConfigBoolean:  {"yes", "1", "TRUE", "True", "0"},
		contract.ConfigChoice:   {"no_such_choice"},
		contract.ConfigList:     {",", " , "},
		contract.ConfigString:   nil,
	}
	return slices.Concat(bad, kinds[field.Kind], around(field, legal))
}

// around returns malformed values that have a legal one in them, so that nothing else is
// wrong with them; none if no legal one is known.
func around(field *contract.ConfigField, legal string) []string {
	if legal == "" {
		return nil
	}
	switch field.Kind {
	case contract.ConfigURL:
		_, rest, _ := strings.Cut(legal, "://")
		return []string{rest, "//" + rest, "ftp://" + rest, "https://user:word@" + rest, "https:" + rest}
	case contract.ConfigDuration:
		if strings.Trim(legal, "0hmsnuµ.") == "" { // zero has no sign, and needs no unit
			return []string{legal + "x"}
		}
		return []string{"-" + legal, legal + "x", legal + "-", strings.ToUpper(legal), strings.TrimRight(legal, "hmsnuµ")}
	case contract.ConfigInteger:
		if strings.Trim(legal, "0") == "" {
			return []string{legal + "x"}
		}
		return []string{"-" + legal, "0x" + legal, legal + ".0", legal + "e0", legal + "_0", legal + ",000", legal + "x"}
	case contract.ConfigBoolean:
		return []string{strings.ToUpper(legal), legal[:1], legal + legal, legal + "y"}
	case contract.ConfigList:
		return []string{legal + ",", "," + legal, legal + ",," + legal, legal + ", ," + legal, legal + ", "}
	case contract.ConfigChoice:
		return otherChoices(field.Choices)
	case contract.ConfigString:
	}
	return nil
}

// otherChoices returns what is like one of the choices, and is none.
func otherChoices(choices []string) []string {
	var others []string
	for _, choice := range choices {
		others = append(others, strings.ToUpper(choice), strings.ToLower(choice), strings.ToUpper(choice[:1])+choice[1:],
			choice[:len(choice)-1], choice+"s", strings.Join(choices, ","), strings.NewReplacer("_", "-", "-", "_").Replace(choice))
	}
	slices.Sort(others)
	return slices.DeleteFunc(slices.Compact(others), func(other string) bool { return other == "" || slices.Contains(choices, other) })
}

// extreme returns values of the field's kind at its bounds.
func extreme(field *contract.ConfigField) []string {
	kinds := map[contract.ConfigKind][]string{
		contract.ConfigURL:      {"https://gateway.example/" + strings.Repeat("a", contract.MaxURLLength-len("https://gateway.example/")), "http://[::1]:1/"},
		contract.ConfigDuration: {"0", "0s", "1ns", "1.5h", "2m30s", "2562047h47m16s"},
		contract.ConfigInteger:  {"0", "9223372036854775807"},
		contract.ConfigBoolean:  {"true", "false"},
		contract.ConfigChoice:   field.Choices,
		contract.ConfigList:     {"a", strings.Repeat("a,", 99) + "a"},
		contract.ConfigString:   {"a", strings.Repeat("a", 4096)},
	}
	return slices.Clone(kinds[field.Kind])
}

// shortSecret returns letters by chance, as many as are found nowhere else.
func shortSecret(e *harness.Env, length int) string {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	secret := make([]byte, length)
	for i := range secret {
		secret[i] = letters[e.Rand.IntN(len(letters))]
	}
	return string(secret)
}
