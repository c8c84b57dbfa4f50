package text

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// forms returns the ways in which a secret is written in requests and logs.
func forms(secret string) []string {
	digits := hex.EncodeToString([]byte(secret))
	forms := []string{
		secret, ending(secret),
		digits, strings.ToUpper(digits),
		url.QueryEscape(secret), url.PathEscape(secret),
		inJSON(secret, true), inJSON(secret, false),
	}
	for _, bytes := range []string{secret, secret + ":", ":" + secret} { // the latter two in HTTP's basic authentication
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			padded := encoding.EncodeToString([]byte(bytes))
			forms = append(forms, padded, strings.TrimRight(padded, "="))
		}
	}
	forms = append(forms, insideBase64(secret)...)
	slices.Sort(forms)
	return slices.Compact(forms)
}

// insideBase64 returns the part of the secret's base64 that is the same whatever is
// before and after it in a longer text: with one and with two bytes too
// many before a group of three.
func insideBase64(secret string) []string {
	var forms []string
	for _, before := range []string{"", ".", ".."} {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			begin := (len(before)*8 + 5) / 6
			end := (len(before) + len(secret)) * 8 / 6
			if encoded := encoding.EncodeToString([]byte(before + secret)); end-begin >= minEnding {
				forms = append(forms, encoded[begin:end])
			}
		}
	}
	return forms
}

// inJSON returns the secret as it stands in a string of JSON, which may be made
// for pages of HTML.
func inJSON(secret string, html bool) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(html)
	_ = encoder.Encode(secret) // a string can be encoded
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), `"`), `"`)
}

// minEnding is how long the end of a secret is that is found nowhere by chance.
const minEnding = 12

// ending returns what is left of a secret without the beginning that says what
// it is, or with some of it struck out. A short one is the secret itself, as it
// could be something else.
func ending(secret string) string {
	if rest := secret[len(secret)/3:]; len(rest) >= minEnding {
		return rest
	}
	return secret
}
