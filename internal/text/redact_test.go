package text

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func knowing(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		r.Add(secret, 6)
	}
	return r
}

func TestRedactor_KnowsTheFormsOfASecret(t *testing.T) {
	t.Parallel()
	const key, hook, odd = "skey_test_a/b+c=0123456789", "whsec_Zmlyc3Qgc2VjcmV0IG9mIHR3bw==", `a "quoted"\<b>&c secret???~~~`
	r := knowing(key, hook+" , short", odd)
	for _, secret := range []string{key, hook, odd} {
		for what, form := range map[string]string{
			"as it is":                  secret,
			"base64":                    base64.StdEncoding.EncodeToString([]byte(secret)),
			"base64 without padding":    base64.RawStdEncoding.EncodeToString([]byte(secret)),
			"base64 for URLs":           base64.URLEncoding.EncodeToString([]byte(secret)),
			"base64 for URLs, unpadded": base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"a user's name":             base64.StdEncoding.EncodeToString([]byte(secret + ":")),
			"a password":                base64.StdEncoding.EncodeToString([]byte(":" + secret)),
			"a query":                   url.QueryEscape(secret),
			"a path":                    url.PathEscape(secret),
			"hex":                       hex.EncodeToString([]byte(secret)),
			"upper-case hex":            strings.ToUpper(hex.EncodeToString([]byte(secret))),
			"JSON":                      inJSON(secret, false),
			"JSON for a page":           inJSON(secret, true),
			"without its third":         secret[len(secret)/3:],
			"twice, side by side":       secret + secret,
		} {
			text := "before " + form + " after"
			found, ok := r.Find(text)
			require.True(t, ok, what)
			assert.Equal(t, secret, found, what)
			redacted := r.Redact(text)
			assert.NotContains(t, redacted, form, what)
			assert.True(t, strings.HasPrefix(redacted, "before [redacted]") && strings.HasSuffix(redacted, "[redacted] after"), "%s: %q", what, redacted)
		}
	}
	assert.Equal(t, `a \"quoted\"\\<b>&c secret???~~~`, inJSON(odd, false), "or this test proves nothing")
	assert.Contains(t, base64.StdEncoding.EncodeToString([]byte(odd)), "/", "nor this one")
	for _, harmless := range []string{"", "s", "a short word", "nothing of the kind", "skey_test_"} {
		_, found := r.Find(harmless)
		assert.False(t, found, harmless)
		assert.Equal(t, harmless, r.Redact(harmless))
	}
}

func TestRedactor_TakesListsAndLines(t *testing.T) {
	t.Parallel()
	r := knowing("first-item, second-item,tiny,,", "-----BEGIN KEY-----\r\nMIIBVAIBADAN\r\nBgkqhkiG9w0B\r\n-----END KEY-----\r\n")
	assert.Equal(t, "[redacted] [redacted] tiny", r.Redact("first-item second-item tiny"))
	assert.Equal(t, "line: [redacted]", r.Redact("line: BgkqhkiG9w0B"), "a key is printed line by line")
	assert.Equal(t, `{"key":"[redacted]"}`, r.Redact(`{"key":"-----BEGIN KEY-----\r\nMIIBVAIBADAN\r\nBgkqhkiG9w0B\r\n-----END KEY-----"}`))
	before := strings.Count(fmt.Sprint(r.get().forms), "second-item")
	r.Add("second-item", 6)
	assert.Equal(t, before, strings.Count(fmt.Sprint(r.get().forms), "second-item"), "what is known is not taken again")
	short := &Redactor{}
	short.Add("abc,  abcd  ,abcde", 0)
	assert.Equal(t, "abc [redacted] [redacted]", short.Redact("abc abcd abcde"), "three bytes are found everywhere")
}

func TestRedactor_LeavesNothingOfSecretsThatOverlap(t *testing.T) {
	t.Parallel()
	for _, secrets := range [][]string{{"secret-1", "secret-12345678"}, {"secret-12345678", "secret-1"}} {
		assert.Equal(t, "[redacted]", knowing(secrets...).Redact("secret-12345678"), "one begins with the other")
	}
	r := knowing("abcdefghij", "ghijklmnop", "opqrstuvwx")
	assert.Equal(t, "<[redacted]>", r.Redact("<abcdefghijklmnopqrstuvwx>"))
	assert.Equal(t, "[redacted][redacted]", r.Redact("abcdefghijopqrstuvwx"), "side by side they are two")
}

func TestRedactor_StrikesOutWhatACutLeaves(t *testing.T) {
	t.Parallel()
	const secret = "skey_live_0123456789"
	r := knowing(secret, "whsec_another")
	for i := range len(secret) + 1 {
		left, right := secret[:i], secret[i:]
		if i >= least && i < len(secret) {
			assert.Equal(t, "begin [redacted]", r.RedactFragment("begin "+left), left)
		}
		if len(right) >= least {
			assert.Equal(t, "[redacted] end", r.RedactFragment(right+" end"), right)
		} else {
			assert.Equal(t, right+" end", r.RedactFragment(right+" end"), "too little to tell")
		}
		if i < least {
			assert.Equal(t, "begin "+left, r.RedactFragment("begin "+left), "too little to tell")
		}
	}
	assert.Equal(t, "89 and [redacted] and skey", r.Redact("89 and "+secret+" and skey"), "no fragment")
	assert.Equal(t, "[redacted]", r.RedactFragment("live_0123456789" + secret + "whsec_an")[:10])
	assert.Empty(t, r.RedactFragment(""))
}

// The reference looks for every form, and every part of one, at every place, one
// after another. What is in pieces of forms may be struck out, too: where a form
// repeats itself, they come in orders of their own.
func TestRedactor_AgreesWithTheReference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.SampledFrom([]rune("ab+é")), 4, 9, -1)
		secrets := rapid.SliceOfN(letters, 0, 4).Draw(t, "secrets")
		r := &Redactor{}
		pieces := []string{"a", "b", "é", "ab+é", " ", "\xff"}
		for _, secret := range secrets {
			r.Add(secret, 4)
			for _, form := range forms(secret) {
				pieces = append(pieces, form, form[min(2, len(form)):], form[:max(0, len(form)-3)])
			}
		}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		struck, pieced := make([]bool, len(text)), make([]bool, len(text))
		for _, secret := range secrets {
			for _, form := range forms(secret) {
				for i := range len(text) {
					for j := range referenceLength(text[i:], form, minPart) {
						struck[i+j] = true
					}
					for j := range referenceLength(text[i:], form, pieceSize) {
						pieced[i+j] = true
					}
				}
			}
		}
		var kept, least strings.Builder
		for i := range len(text) {
			if !struck[i] {
				kept.WriteByte(text[i])
			}
			if !struck[i] && !pieced[i] {
				least.WriteByte(text[i])
			}
		}
		redacted := r.Redact(text)
		got := strings.ReplaceAll(redacted, Redacted, "")
		if !isWithin(got, kept.String()) || !isWithin(least.String(), got) {
			t.Fatalf("%q became %q; what is no secret in it is %q", text, redacted, kept.String())
		}
		if _, found := r.Find(text); found && redacted == text {
			t.Fatalf("%q became %q, and found is %t", text, redacted, found)
		}
		if fragment := r.RedactFragment(text); len(strings.ReplaceAll(fragment, Redacted, "")) > kept.Len() {
			t.Fatalf("%q became %q as a fragment, and %q otherwise", text, fragment, redacted)
		}
	})
}

// referenceLength returns how much of the text's beginning is the form, or a part of
// it of at least so many bytes; 0 if nothing is.
func referenceLength(text, form string, atLeast int) int {
	if strings.HasPrefix(text, form) {
		return len(form)
	}
	longest := 0
	for i := range len(form) {
		n := 0
		for n < len(text) && i+n < len(form) && text[n] == form[i+n] {
			n++
		}
		longest = max(longest, n)
	}
	if longest < atLeast || len(form) < minPart {
		return 0
	}
	return longest
}

// isWithin reports whether the bytes of a are bytes of b, in their order.
func isWithin(a, b string) bool {
	for i := 0; a != "" && i < len(b); i++ {
		if a[0] == b[i] {
			a = a[1:]
		}
	}
	return a == ""
}

func TestRedactor_StrikesOutPartsThatAreLongEnough(t *testing.T) {
	t.Parallel()
	const secret = "skey_live_0123456789abcdef"
	r := knowing(secret, "tiny-secret")
	for begin := range len(secret) {
		for end := begin + 1; end <= len(secret); end++ {
			part := secret[begin:end]
			text := "(" + part + ") and " + part
			switch {
			case len(part) >= minPart:
				assert.Equal(t, "([redacted]) and [redacted]", r.Redact(text), part)
				encoded := base64.StdEncoding.EncodeToString([]byte("user:" + secret + "!"))
				assert.Equal(t, "Basic ", r.Redact("Basic " + encoded)[:6])
			default:
				assert.Equal(t, text, r.Redact(text), "the beginning of a key says what it is for, and the end is found by chance")
			}
			_, found := r.Find(text)
			assert.Equal(t, begin <= len(secret)/3 && end == len(secret), found, "%s: only whole ones are found", part)
		}
	}
}

func TestRedactor_KnowsASecretInsideOfABase64Text(t *testing.T) {
	t.Parallel()
	const secret = "skey_live_0123456789abcdef"
	r := knowing(secret)
	for _, before := range []string{"", "a", "ab", "abc", "user:", "{\"key\":\""} {
		for _, after := range []string{"", "z", "yz", "\"}"} {
			encoded := base64.StdEncoding.EncodeToString([]byte(before + secret + after))
			redacted := r.Redact(encoded)
			assert.Contains(t, redacted, Redacted, "%q %q", before, after)
			assert.LessOrEqual(t, len(strings.ReplaceAll(redacted, Redacted, "")), len(encoded)-len(secret)*4/3+3, "%q %q: %s", before, after, redacted)
			_, found := r.Find(encoded)
			assert.True(t, found)
		}
	}
}

func TestRedactor_IsForManyGoroutines(t *testing.T) {
	t.Parallel()
	r := &Redactor{}
	var all sync.WaitGroup
	for _, secret := range []string{"first-secret", "second-secret", "third-secret"} {
		all.Go(func() {
			r.Add(secret, 6)
			assert.Equal(t, "a [redacted]", r.Redact("a "+secret))
			_, found := r.Find(secret)
			assert.True(t, found)
			assert.Equal(t, "a [redacted]", r.RedactFragment("a "+secret[:8]))
		})
	}
	all.Wait()
}

func TestRedactor_FindsPartsOfASecret(t *testing.T) {
	t.Parallel()
	const secret = "k8Fh2mQz7Lw4Xc9Rt5Vb"
	r := knowing(secret, "another-one-that-is-long")
	for begin := range len(secret) - minPart + 1 {
		part := secret[begin : begin+minPart]
		of, found, ok := r.FindPart("before " + part + " after")
		assert.True(t, ok, part)
		assert.Equal(t, secret, of)
		assert.Equal(t, part, found)
		_, _, ok = r.FindPart("before " + part[1:] + " after")
		assert.False(t, ok, "eleven bytes: %s", part[1:])
	}
	_, _, ok := r.FindPart(hex.EncodeToString([]byte(secret[4:10])))
	assert.True(t, ok, "twelve digits are six of its bytes")
	_, _, ok = r.FindPart(secret[:8] + "another-")
	assert.False(t, ok, "pieces of two secrets are no part of one")
}

// TestRedactor_IsPrintedWithoutItsSecrets prints what holds one, as a log of a mistake does.
func TestRedactor_IsPrintedWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	var r Redactor
	r.Add("sk_test_canary_8f3a", 8)
	holder := &struct{ secrets *Redactor }{&r}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, value := range []any{&r, holder, *holder} {
			printed := fmt.Sprintf(verb, value)
			assert.NotContains(t, printed, "canary", verb)
			assert.NotContains(t, printed, "63616e617279", verb) // in hex
		}
	}
}
