package harness_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
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
