package contract

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// check collects everything that is wrong with a request or an answer, so that
// one error names it all. Each description says what the field must be, after
// the field's path: "reference must not be empty".
type check struct {
	reason     Reason // of the violations so far; InvalidRequest if they differ
	violations []Violation
}

// require adds a violation unless ok is true.
func (c *check) require(ok bool, field, format string, args ...any) {
	c.requireFor(InvalidRequest, ok, field, format, args...)
}

// requireFor is require with a reason that is more precise than InvalidRequest.
// The error has it if all its violations have it.
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

// request returns the error of a request, or nil if there is no violation.
func (c *check) request() error {
	if len(c.violations) == 0 {
		return nil
	}
	e := NewError(c.reason, "the request is invalid; nothing was sent")
	e.Violations = c.violations
	return e
}

// answer returns the error of a provider's answer, or nil if there is no
// violation. It calls the answer what, such as "an invalid payment".
func (c *check) answer(what string) error {
	if len(c.violations) == 0 {
		return nil
	}
	e := NewError(ProviderBug, "the provider returned "+what+"; report this to the provider's author")
	e.Violations = c.violations
	return e
}

// text checks a text for people: at most limit bytes of UTF-8, without control
// characters other than line breaks and tabs.
func (c *check) text(field, value string, limit int) {
	c.require(len(value) <= limit, field, "must be at most %d bytes long, not %d", limit, len(value))
	c.require(utf8.ValidString(value), field, "must be valid UTF-8")
	c.require(!strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
	}), field, "must not contain control characters other than line breaks and tabs")
}

// id checks a gateway's id, which is opaque but printable.
func (c *check) id(field, value string) {
	c.require(value != "", field, "must not be empty")
	c.require(len(value) <= MaxIDLength, field, "must be at most %d bytes long", MaxIDLength)
	c.require(utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r)
	}), field, "must be valid UTF-8, without spaces or control characters")
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// attempt checks an attempt. If it is used for a look-up, it needs FirstAt.
func (c *check) attempt(field string, a *Attempt, lookup bool) {
	c.require(keyForm.MatchString(a.Key), field+".key",
		"must be 1 to %d characters of A-Z, a-z, 0-9, _ and -", MaxKeyLength)
	c.require(!lookup || a.Repeated(), field+".first_at", "must be set for a look-up by key")
	c.require(!a.Unknown() || a.Repeated(), field+".first_at", "must be set if last_unknown_at is set")
	c.require(!a.Unknown() || !a.Repeated() || !a.LastUnknownAt.Before(a.FirstAt), field+".last_unknown_at",
		"must not be before first_at")
}

// created checks the currency of a payment that is to be created.
func (c *check) created(field string, m Money) {
	c.requireFor(CurrencyUnsupported, !isRetired(m.Currency), field+".currency", "must not be %s, which ISO 4217 has retired", m.Currency)
}

// positive checks the amount of a request, which must be more than 0.
func (c *check) positive(field string, m Money) {
	_, known := Exponent(m.Currency)
	c.requireFor(CurrencyUnsupported, known, field+".currency", "must be an ISO 4217 currency code in upper case")
	c.requireFor(AmountOutOfRange, m.MinorUnits > 0, field+".minor_units", "must be more than 0, not %d", m.MinorUnits)
}

// amount checks an amount in an answer, which may be 0 but must have a currency.
func (c *check) amount(field string, m Money) {
	_, known := Exponent(m.Currency)
	c.require(known, field+".currency", "must be an ISO 4217 currency code in upper case")
	c.require(m.MinorUnits >= 0, field+".minor_units", "must not be negative")
}

// metadata checks the pairs that the gateway is asked to keep.
func (c *check) metadata(pairs map[string]string) {
	c.require(len(pairs) <= MaxMetadataPairs, "metadata", "must have at most %d pairs, not %d", MaxMetadataPairs, len(pairs))
	for key, value := range pairs {
		field := "metadata[" + key + "]"
		c.require(key != "" && len(key) <= MaxMetadataKeyLength, field, "must have a key of 1 to %d bytes", MaxMetadataKeyLength)
		c.require(key != MetadataKey && key != MetadataReference, field, "must have another key: this one is reserved for the provider")
		c.text(field, key, MaxMetadataKeyLength)
		c.text(field, value, MaxMetadataValueLength)
	}
}

// halfEscape is a percent sign that begins no escape.
var halfEscape = regexp.MustCompile(`%([^0-9A-Fa-f]|[0-9A-Fa-f][^0-9A-Fa-f]|[0-9A-Fa-f]?$)`)

// sentURL checks an absolute http or https URL without a user name, in ASCII: what
// goes to a gateway is what every gateway takes, whichever parser it has. It returns
// nil if it is not one.
func (c *check) sentURL(field, raw string) *url.URL {
	u := c.webURL(field, raw)
	if u == nil {
		return nil
	}
	isASCII := func(part string) bool {
		return !strings.ContainsFunc(part, func(r rune) bool { return r > unicode.MaxASCII })
	}
	c.require(isASCII(u.Host), field, "must have its host in ASCII; write it in punycode, as in https://xn--...")
	port, err := strconv.Atoi(cmp.Or(u.Port(), "443"))
	c.require(err == nil && port <= math.MaxUint16, field, "must have a port of at most 65535, or none")
	c.require(!strings.Contains(raw, `\`), field, "must have no backslash; percent-encode it, as in %%5C")
	c.require(!halfEscape.MatchString(raw), field, "must have two hex digits after each %%; percent-encode the sign itself, as in %%25")
	c.require(isASCII(raw) || !isASCII(u.Host), field, "must be ASCII; percent-encode the other characters, as in %%E0%%B8%%81")
	return u
}

// webURL checks an absolute http or https URL without a user name. It returns nil
// if it is not one.
func (c *check) webURL(field, raw string) *url.URL {
	u, err := parseWebURL(raw)
	if err != nil {
		c.require(false, field, "%s", err)
		return nil
	}
	return u
}

// parseWebURL parses an absolute http or https URL. Its errors read on after the
// name of what is parsed: "must be a valid URL".
func parseWebURL(raw string) (*url.URL, error) {
	u, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("must be an http or https URL")
	}
	if u.Hostname() == "" || u.Opaque != "" {
		return nil, errors.New("must have a host")
	}
	return u, nil
}

func parseURL(raw string) (*url.URL, error) {
	if len(raw) > MaxURLLength {
		return nil, fmt.Errorf("must be at most %d bytes long", MaxURLLength)
	}
	u, err := url.Parse(raw)
	if strings.ContainsFunc(raw, unicode.IsSpace) {
		return nil, errors.New("must be a valid URL, without white space; percent-encode it, as in %20")
	}
	if err != nil || !utf8.ValidString(raw) || strings.ContainsFunc(raw, unicode.IsControl) {
		return nil, errors.New("must be a valid URL")
	}
	if !u.IsAbs() {
		return nil, errors.New("must be an absolute URL, such as https://shop.example/")
	}
	if u.User != nil {
		return nil, errors.New("must not contain a user name")
	}
	return u, nil
}
