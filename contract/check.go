package contract

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// check collects what is wrong with a request or an answer, so that its
// author sees everything at once.
type check struct {
	reason     Reason // of the violations so far; InvalidRequest if they differ
	violations []Violation
}

// require notes a violation unless ok holds.
func (c *check) require(ok bool, field, format string, args ...any) {
	c.requireFor(InvalidRequest, ok, field, format, args...)
}

// requireFor is require with a reason that is better than InvalidRequest when
// there is no other violation.
func (c *check) requireFor(reason Reason, ok bool, field, format string, args ...any) {
	if ok {
		return
	}
	if c.reason != "" && c.reason != reason {
		reason = InvalidRequest
	}
	c.reason = reason
	c.violations = append(c.violations, Violation{Field: field, Description: fmt.Sprintf(format, args...)})
}

// request gives the error of a request, nil if nothing is wrong.
func (c *check) request() error {
	if len(c.violations) == 0 {
		return nil
	}
	e := NewError(c.reason, "the request is not legal; nothing was done")
	e.Violations = c.violations
	return e
}

// answer gives the error of a provider's answer, nil if nothing is wrong.
func (c *check) answer(what string) error {
	if len(c.violations) == 0 {
		return nil
	}
	e := NewError(ProviderBug, "the provider gave "+what+" that breaks the contract; report it to the provider's author")
	e.Violations = c.violations
	return e
}

// text checks a text of at most limit bytes that people read: it may have line
// breaks and tabs, and no other control characters.
func (c *check) text(field, value string, limit int) {
	c.require(len(value) <= limit, field, "is %d bytes long; at most %d are allowed", len(value), limit)
	c.require(utf8.ValidString(value), field, "is not UTF-8")
	c.require(!strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
	}), field, "has control characters")
}

// id checks an id of the gateway's, which is opaque but printable.
func (c *check) id(field, value string) {
	c.require(value != "", field, "is empty")
	c.require(len(value) <= MaxIDLength, field, "is longer than %d bytes", MaxIDLength)
	c.require(utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r)
	}), field, "has blanks or control characters, or is not UTF-8")
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// attempt checks an attempt. Needed says that the times matter because it is
// used to look something up.
func (c *check) attempt(field string, a *Attempt, lookup bool) {
	c.require(keyForm.MatchString(a.Key), field+".key",
		"must be 1 to %d characters of A-Z, a-z, 0-9, _ and -", MaxKeyLength)
	c.require(!lookup || a.Repeated(), field+".first_at", "must be set to look something up by its key")
	c.require(!a.Unknown() || a.Repeated(), field+".first_at", "must be set when last_unknown_at is")
	c.require(!a.Unknown() || !a.Repeated() || !a.LastUnknownAt.Before(a.FirstAt), field+".last_unknown_at",
		"is before first_at")
}

// positive checks the amount of a request.
func (c *check) positive(field string, m Money) {
	_, known := Exponent(m.Currency)
	c.requireFor(CurrencyUnsupported, known, field+".currency", "is not an ISO 4217 currency code in upper case")
	c.requireFor(AmountOutOfRange, m.MinorUnits > 0, field+".minor_units", "is %d; it must be more than 0", m.MinorUnits)
}

// amount checks an amount in an answer, which may be nothing but not absent.
func (c *check) amount(field string, m Money) {
	_, known := Exponent(m.Currency)
	c.require(known, field+".currency", "is not an ISO 4217 currency code in upper case")
	c.require(m.MinorUnits >= 0, field+".minor_units", "is negative")
}

// metadata checks what the host wants kept at the gateway.
func (c *check) metadata(pairs map[string]string) {
	c.require(len(pairs) <= MaxMetadataPairs, "metadata", "has %d pairs; at most %d are allowed", len(pairs), MaxMetadataPairs)
	for key, value := range pairs {
		field := "metadata[" + key + "]"
		c.require(key != "" && len(key) <= MaxMetadataKeyLength, field, "has a key that is not 1 to %d bytes long", MaxMetadataKeyLength)
		c.require(key != MetadataKey && key != MetadataReference, field, "is a key of the provider's own")
		c.text(field, key, MaxMetadataKeyLength)
		c.text(field, value, MaxMetadataValueLength)
	}
}

// webURL checks an absolute http or https URL without a user in it.
func (c *check) webURL(field, raw string) {
	if _, err := parseWebURL(raw); err != nil {
		c.require(false, field, "%s", err)
	}
}

func parseWebURL(raw string) (*url.URL, error) {
	u, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("is not an http or https URL")
	}
	if u.Host == "" || u.Opaque != "" {
		return nil, errors.New("has no host")
	}
	return u, nil
}

func parseURL(raw string) (*url.URL, error) {
	if len(raw) > MaxURLLength {
		return nil, fmt.Errorf("is longer than %d bytes", MaxURLLength)
	}
	u, err := url.Parse(raw)
	if err != nil || !utf8.ValidString(raw) || strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return nil, errors.New("is not a URL")
	}
	if !u.IsAbs() {
		return nil, errors.New("is not absolute: it must begin with https://")
	}
	if u.User != nil {
		return nil, errors.New("has a user name in it")
	}
	return u, nil
}
