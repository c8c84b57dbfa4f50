package harness

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Canaries are the secrets that the suite gave to the provider. They open
// nothing, but what shows them would show real ones: the report strikes them
// out, and a clause looks for them where they must not be. They may be used by
// many goroutines at once.
type Canaries struct {
	mu      sync.Mutex
	secrets []string
}

// minCanary keeps short values out, which would be found everywhere.
const minCanary = 8

// Add takes the items of a secret, which may be a list.
func (c *Canaries) Add(secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for item := range strings.SplitSeq(secret, ",") {
		item = strings.TrimSpace(item)
		if len(item) < minCanary || slices.Contains(c.secrets, item) {
			continue
		}
		c.secrets = append(c.secrets, item)
	}
}

// forms are the ways in which a secret is written in requests and logs.
func forms(secret string) []string {
	return []string{
		secret,
		base64.StdEncoding.EncodeToString([]byte(secret)),
		strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(secret)), "="),
		base64.StdEncoding.EncodeToString([]byte(secret + ":")), // HTTP Basic, as a user's name
		base64.StdEncoding.EncodeToString([]byte(":" + secret)), // HTTP Basic, as a password
		url.QueryEscape(secret),
		hex.EncodeToString([]byte(secret)),
		ending(secret),
	}
}

// ending is what is left of a secret without the beginning that says what it
// is, or with some of it struck out. A short one is the secret itself, as it
// could be something else.
func ending(secret string) string {
	if rest := secret[len(secret)/3:]; len(rest) >= minEnding {
		return rest
	}
	return secret
}

// minEnding is how long the end of a secret is that is found nowhere by chance.
const minEnding = 12

// Find gives the first secret that the text holds in any form, with all but
// its first characters struck out; empty if there is none.
func (c *Canaries) Find(text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range c.secrets {
		for _, form := range forms(secret) {
			if strings.Contains(text, form) {
				return secret[:4] + "…"
			}
		}
	}
	return ""
}

// Redact strikes every secret out of the text.
func (c *Canaries) Redact(text string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range c.secrets {
		for _, form := range forms(secret) {
			text = strings.ReplaceAll(text, form, "[redacted]")
		}
	}
	return text
}
