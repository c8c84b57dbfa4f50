package harness

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// views returns a text in all the ways in which it can be read by who looks for a secret:
// as it is, with what is encoded in it decoded, twice if need be, each also backwards and
// without what stands between letters and digits.
func views(text string) []string {
	read := []string{text}
	for from, depth := 0, 0; depth < 2; depth++ {
		to := len(read)
		for _, one := range read[from:to] {
			if decoded := decode(one); decoded != "" {
				read = append(read, decoded)
			}
		}
		from = to
	}
	views := make([]string, 0, 4*len(read))
	for _, one := range read {
		folded := fold(one)
		views = append(views, one, backwards(one), folded, backwards(folded))
	}
	return views
}

// fold returns the letters and digits of a text, in lower case.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		default:
			return -1
		}
	}, text)
}

func backwards(text string) string {
	bytes := []byte(text)
	slices.Reverse(bytes)
	return string(bytes)
}

// What is encoded in a text: in base64, base32 or hexadecimal, as escapes of URLs, JSON
// and programs, and as numbers of bytes.
var (
	encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{11,}`)
	escaped = regexp.MustCompile(`(?:\\u00|\\x)[0-9a-fA-F]{2}`)
	numbers = regexp.MustCompile(`\d{1,3}(?:[ ,]+\d{1,3}){7,}`)
)

// decode returns what the encoded parts of a text say, one in a line; empty if none says
// anything.
func decode(text string) string {
	var said []string
	for _, part := range encoded.FindAllString(text, -1) {
		for _, reader := range []func(string) ([]byte, error){
			hex.DecodeString, base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
			func(part string) ([]byte, error) {
				return base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(part))
			},
		} {
			if bytes, err := reader(part); err == nil {
				said = append(said, string(bytes))
			}
		}
	}
	if strings.Contains(text, "%") {
		if plain, err := url.PathUnescape(text); err == nil {
			said = append(said, plain)
		}
	}
	if escaped.MatchString(text) {
		said = append(said, escaped.ReplaceAllStringFunc(text, func(one string) string {
			code, _ := strconv.ParseUint(one[len(one)-2:], 16, 8)
			return string([]byte{byte(code)})
		}))
	}
	for _, list := range numbers.FindAllString(text, -1) {
		var bytes []byte
		for number := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ' ' || r == ',' }) {
			code, _ := strconv.Atoi(number)
			bytes = append(bytes, byte(code)) //nolint:gosec // what is no byte is no secret's
		}
		said = append(said, string(bytes))
	}
	return strings.Join(said, "\n")
}
