package harness

import (
	"cmp"
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
	mu       sync.Mutex
	secrets  []canary
	replacer *strings.Replacer // of all secrets; nil until one is asked for
}

// canary is a secret with the forms to look for, which are worked out once:
// every line of every timeline is searched for all of them.
type canary struct {
	secret string
	forms  []string
}

// minCanary keeps short values out, which would be found everywhere.
const minCanary = 8

// Add takes the items of a secret, which may be a list.
func (c *Canaries) Add(secret string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for item := range strings.SplitSeq(secret, ",") {
		item = strings.TrimSpace(item)
		known := slices.ContainsFunc(c.secrets, func(k canary) bool { return k.secret == item })
		if len(item) < minCanary || known {
			continue
		}
		c.secrets = append(c.secrets, canary{secret: item, forms: forms(item)})
		c.replacer = nil
	}
}

// forms are the ways in which a secret is written in requests and logs, each
// once, the longest first: where one begins with another, all of it goes.
func forms(secret string) []string {
	forms := []string{
		secret,
		base64.StdEncoding.EncodeToString([]byte(secret)),
		strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(secret)), "="),
		base64.StdEncoding.EncodeToString([]byte(secret + ":")), // HTTP Basic, as a user's name
		base64.StdEncoding.EncodeToString([]byte(":" + secret)), // HTTP Basic, as a password
		url.QueryEscape(secret),
		hex.EncodeToString([]byte(secret)),
		ending(secret),
	}
	slices.SortFunc(forms, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	return slices.Compact(forms)
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
	for _, known := range c.secrets {
		for _, form := range known.forms {
			if strings.Contains(text, form) {
				return known.secret[:4] + "…"
			}
		}
	}
	return ""
}

// Redact strikes every secret out of the text.
func (c *Canaries) Redact(text string) string {
	return c.redaction().Replace(text)
}

func (c *Canaries) redaction() *strings.Replacer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.replacer == nil {
		var pairs []string
		for _, known := range c.secrets {
			for _, form := range known.forms {
				pairs = append(pairs, form, "[redacted]")
			}
		}
		c.replacer = strings.NewReplacer(pairs...)
	}
	return c.replacer
}
