package harness_test

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/internal/harness"
)

func TestEveryFormOfASecretIsFoundAndStruckOut(t *testing.T) {
	t.Parallel()
	const one, two = "skey_test_a/b+c=0123456789", "whsec_Zmlyc3Qgc2VjcmV0IG9mIHR3bw=="
	canaries := &harness.Canaries{}
	canaries.Add(one)
	canaries.Redact("a first use, so that what is added later is seen, too")
	canaries.Add(two + ", short")
	for _, secret := range []string{one, two} {
		for what, form := range map[string]string{
			"as it is":            secret,
			"in base64":           base64.StdEncoding.EncodeToString([]byte(secret)),
			"in base64 for URLs":  base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"as a user's name":    base64.StdEncoding.EncodeToString([]byte(secret + ":")),
			"as a password":       base64.StdEncoding.EncodeToString([]byte(":" + secret)),
			"in a query":          url.QueryEscape(secret),
			"in hex":              hex.EncodeToString([]byte(secret)),
			"without its third":   secret[len(secret)/3:],
			"twice, side by side": secret + secret,
		} {
			text := "before " + form + " after"
			assert.NotEmpty(t, canaries.Find(text), what)
			assert.NotContains(t, canaries.Redact(text), form, what)
		}
	}
	for _, harmless := range []string{"", "a short word", "nothing of the kind"} {
		assert.Empty(t, canaries.Find(harmless))
		assert.Equal(t, harmless, canaries.Redact(harmless))
	}
}

func TestEveryDisguiseOfASecretOrAPartIsFound(t *testing.T) {
	t.Parallel()
	const secret = "sk_test_k8Fh2mQz7Lw4Xc9R"
	reversed := func(text string) string {
		bytes := []byte(text)
		slices.Reverse(bytes)
		return string(bytes)
	}
	canaries, parts := &harness.Canaries{}, &harness.Parts{}
	canaries.Add(secret)
	parts.Add(secret)
	for what, text := range map[string]string{"the whole": secret, "the beginning": secret[:14], "the end": secret[len(secret)-12:]} {
		for how, form := range map[string]string{
			"as it is":             text,
			"backwards":            reversed(text),
			"in capitals":          strings.ToUpper(text),
			"in groups":            text[:4] + " " + text[4:8] + " " + text[8:],
			"a letter in a line":   strings.Join(strings.Split(text, ""), "\n"),
			"in base32":            base32.StdEncoding.EncodeToString([]byte(text)),
			"in base64, twice":     base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(text)))),
			"hex in base64":        base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString([]byte(text)))),
			"backwards, in base64": base64.StdEncoding.EncodeToString([]byte(reversed(text))),
			"base64, backwards":    reversed(base64.StdEncoding.EncodeToString([]byte(text))),
			"hex with colons":      strings.ReplaceAll(fmt.Sprintf("% x", text), " ", ":"),
			"as bytes":             fmt.Sprintf("%v", []byte(text)),
			"escaped in JSON":      regexp.MustCompile(".").ReplaceAllStringFunc(text, func(c string) string { return fmt.Sprintf("\\u%04x", c[0]) }),
			"escaped in a URL":     regexp.MustCompile(".").ReplaceAllStringFunc(text, func(c string) string { return fmt.Sprintf("%%%02X", c[0]) }),
		} {
			found := parts.Find("before " + form + " after")
			assert.NotEmpty(t, found, "%s, %s", what, how)
			if what == "the whole" {
				assert.NotEmpty(t, canaries.Find("before "+form+" after"), how)
			}
		}
	}
}

func TestParts_AreFoundButForTheBeginningThatSaysWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	parts := &harness.Parts{}
	parts.Add("SB-Mid-server-k8Fh2mQz7Lw4Xc9R, sk_test_51Hq8Zx3Lm7Yc2Wn, whsec_short")
	for _, part := range []string{"k8Fh2mQz7Lw4", "2mQz7Lw4Xc9R", "51Hq8Zx3Lm7Y", base64.StdEncoding.EncodeToString([]byte("x:SB-Mid-server-k8Fh2mQz7Lw4"))} {
		assert.NotEmpty(t, parts.Find("before "+part+" after"), part)
	}
	for _, harmless := range []string{"SB-Mid-server-", "must begin with SB-Mid-server-, not sk_test_", "the key that ends with Xc9R", "sk_test_51H", "whsec_short"} {
		assert.Empty(t, parts.Find(harmless), harmless)
	}
}
