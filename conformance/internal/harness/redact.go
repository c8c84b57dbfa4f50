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
	folded  text.Redactor // as fold writes them
}

// minCanary leaves out short values, which would be found everywhere.
const minCanary = 8

// Add adds the items of a secret, which may be a list.
func (c *Canaries) Add(secret string) {
	c.secrets.Add(secret, minCanary)
	for item := range strings.SplitSeq(secret, ",") {
		c.folded.Add(fold(item), minCanary)
	}
}

// Find returns the first secret that the text contains in any encoding or disguise, with
// all but its first characters redacted; empty if there is none.
func (c *Canaries) Find(within string) string {
	for _, view := range views(within) {
		for _, known := range []*text.Redactor{&c.secrets, &c.folded} {
			if secret, found := known.Find(view); found {
				return text.Truncate(secret, 4, "…")
			}
		}
	}
	return ""
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
	folded  text.Redactor // as fold writes them
}

// forKind is the beginning that says what a secret is for, such as "sk_test_". It may be
// in any text.
var forKind = regexp.MustCompile(`^([A-Za-z]+[_-])+`)

// beginning is how much of that can be in a part, which then has four bytes more.
const beginning = 8

// Add adds the items of a secret, which may be a list.
func (p *Parts) Add(secret string) {
	for item := range strings.SplitSeq(secret, ",") {
		item = strings.TrimSpace(item)
		kind := forKind.FindString(item)
		folded := fold(kind)
		p.secrets.Add(item[max(0, len(kind)-beginning):], minCanary)
		p.folded.Add(fold(item)[max(0, len(folded)-beginning):], minCanary)
	}
}

// Find says which part of a secret the text has, in any encoding or disguise; empty if
// there is none.
func (p *Parts) Find(within string) string {
	for _, view := range views(within) {
		for _, known := range []*text.Redactor{&p.secrets, &p.folded} {
			if secret, part, found := known.FindPart(view); found {
				return "…" + text.Truncate(secret, 4, "…") + " (at least " + strconv.Itoa(len(part)) + " bytes of it)"
			}
		}
	}
	return ""
}
