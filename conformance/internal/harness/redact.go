package harness

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/internal/text"
)

// Canaries are the secrets that the suite gave to the provider. They protect
// nothing, but what shows them would show real ones. So the report redacts them,
// and a clause searches for them where they must not be. Canaries is safe for
// concurrent use.
type Canaries struct {
	secrets text.Redactor
}

// minCanary leaves out short values, which would be found everywhere.
const minCanary = 8

// Add adds the items of a secret, which may be a list.
func (c *Canaries) Add(secret string) { c.secrets.Add(secret, minCanary) }

// Find returns the first secret that the text contains in any encoding, with all
// but its first characters redacted; empty if there is none.
func (c *Canaries) Find(within string) string {
	secret, found := c.secrets.Find(within)
	if !found {
		return ""
	}
	return text.Truncate(secret, 4, "…")
}

// Redact returns the text without any secret.
func (c *Canaries) Redact(text string) string { return c.secrets.Redact(text) }

// redactEnd returns the end of a text, at most limit bytes, without any secret, also
// without the rest of a secret that was cut.
func (c *Canaries) redactEnd(whole string, limit int) string {
	if len(whole) <= limit {
		return c.secrets.Redact(whole)
	}
	return c.secrets.RedactFragment(text.Tail(whole, limit))
}

// Parts finds parts of secrets, of twelve bytes or more. That is as long as what a host
// redacts. People tell keys apart by the last four characters, and twelve are found
// nowhere by chance.
type Parts struct {
	secrets text.Redactor
}

// forKind is the beginning that says what a secret is for, such as "sk_test_". It may be
// in any text.
var forKind = regexp.MustCompile(`^([A-Za-z]+[_-])+`)

// Add adds the items of a secret, which may be a list.
func (p *Parts) Add(secret string) {
	for item := range strings.SplitSeq(secret, ",") {
		item = strings.TrimSpace(item)
		p.secrets.Add(item[len(forKind.FindString(item)):], minCanary)
	}
}

// Find says which part of a secret the text has, in any encoding; empty if there is none.
func (p *Parts) Find(within string) string {
	secret, part, found := p.secrets.FindPart(within)
	if !found {
		return ""
	}
	return "…" + text.Truncate(secret, 4, "…") + " (at least " + strconv.Itoa(len(part)) + " bytes of it)"
}
