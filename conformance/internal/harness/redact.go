package harness

import "github.com/paysocket/paysocket/internal/text"

// Canaries are the secrets that the suite gave to the provider. They open
// nothing, but what shows them would show real ones: the report strikes them
// out, and a clause looks for them where they must not be. They may be used by
// many goroutines at once.
type Canaries struct {
	secrets text.Redactor
}

// minCanary keeps short values out, which would be found everywhere.
const minCanary = 8

// Add takes the items of a secret, which may be a list.
func (c *Canaries) Add(secret string) { c.secrets.Add(secret, minCanary) }

// Find returns the first secret that the text holds in any form, with all but
// its first characters struck out; empty if there is none.
func (c *Canaries) Find(within string) string {
	secret, found := c.secrets.Find(within)
	if !found {
		return ""
	}
	return text.Truncate(secret, 4, "…")
}

// Redact strikes every secret out of the text.
func (c *Canaries) Redact(text string) string { return c.secrets.Redact(text) }

// redactEnd returns the last of a text, of at most limit bytes, without any
// secret, and without what is left of one through which the cut goes.
func (c *Canaries) redactEnd(whole string, limit int) string {
	if len(whole) <= limit {
		return c.secrets.Redact(whole)
	}
	return c.secrets.RedactFragment(text.Tail(whole, limit))
}
