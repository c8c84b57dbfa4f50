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
//
// Every call is checked at both ends, and almost every check passes. Therefore the
// texts of a violation, its path among them, are made when there is one: a check that
// passes allocates nothing.
type check struct {
	*findings // in all checks of one message
	path      [8]step
	depth     int // how many steps of the path are in use
}

// findings are what all checks of one message have found.
type findings struct {
	reason     Reason // of the violations so far; InvalidRequest if they differ
	violations []Violation
}

// step leads to a field, or to an element of what the step before leads to.
type step struct {
	name    string
	element bool
}

// checking returns a check of a whole message.
func checking() check { return check{findings: new(findings)} }

// in returns a check of the value of a field.
func (c *check) in(field string) *check { return c.to(step{name: field}) }

// element returns a check of an element of a list or map.
func (c *check) element(field, key string) *check {
	return c.in(field).to(step{name: key, element: true})
}

// to returns a copy, since a check that led to the one above would be allocated.
func (c *check) to(next step) *check {
	further := *c
	further.path[c.depth] = next
	further.depth++
	return &further
}

// require adds a violation unless ok is true. The field "" is the value itself.
func (c *check) require(ok bool, field, text string) { c.requireFor(InvalidRequest, ok, field, text) }

// requireFor is require with a reason that is more precise than InvalidRequest.
// The error has it if all its violations have it.
func (c *check) requireFor(reason Reason, ok bool, field, text string) {
	if !ok {
		c.add(reason, Violation{Field: field, Description: text})
	}
}

// requiref is require with values in the text. It is no method and they are of one
// type, because arguments of type any would be allocated also if ok is true.
func requiref[V any](c *check, ok bool, field, format string, values ...V) {
	requireForf(c, InvalidRequest, ok, field, format, values...)
}

// requireForf is requireFor with values in the text.
func requireForf[V any](c *check, reason Reason, ok bool, field, format string, values ...V) {
	if ok {
		return
	}
	args := make([]any, len(values))
	for i, value := range values {
		args[i] = value
	}
	c.add(reason, Violation{Field: field, Description: fmt.Sprintf(format, args...)})
}

// add adds a violation of a field of the value that the check is of.
func (c *check) add(reason Reason, v Violation) {
	where := ""
	for _, s := range c.path[:c.depth] {
		where = s.after(where)
	}
	if v.Field != "" {
		where = step{name: v.Field}.after(where)
	}
	v.Field = where
	if c.reason != "" && c.reason != reason {
		reason = InvalidRequest
	}
	c.reason = reason
	c.violations = append(c.violations, v)
}

// after returns the path that ends with the step.
func (s step) after(path string) string {
	switch {
	case s.element:
		return path + "[" + s.name + "]"
	case path == "":
		return path + s.name
	default:
		return path + "." + s.name
	}
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
	requiref(c, len(value) <= limit, field, "must be at most %d bytes long, not %d", limit, len(value))
	c.require(utf8.ValidString(value), field, "must be valid UTF-8")
	c.require(!strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
	}), field, "must not contain control characters other than line breaks and tabs")
}

// id checks a gateway's id, which is opaque but printable.
func (c *check) id(field, value string) {
	c.require(value != "", field, "must not be empty")
	requiref(c, len(value) <= MaxIDLength, field, "must be at most %d bytes long", MaxIDLength)
	c.require(utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsControl(r) || unicode.IsSpace(r)
	}), field, "must be valid UTF-8, without spaces or control characters")
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// attempt checks an attempt. If it is used for a look-up, it needs FirstAt.
func (c *check) attempt(field string, a *Attempt, lookup bool) {
	at := c.in(field)
	requiref(at, keyForm.MatchString(a.Key), "key",
		"must be 1 to %d characters of A-Z, a-z, 0-9, _ and -", MaxKeyLength)
	at.require(!lookup || a.Repeated(), "first_at", "must be set for a look-up by key")
	at.require(!a.Unknown() || a.Repeated(), "first_at", "must be set if last_unknown_at is set")
	at.require(!a.Unknown() || !a.Repeated() || !a.LastUnknownAt.Before(a.FirstAt), "last_unknown_at",
		"must not be before first_at")
}

// created checks the currency of a payment that is to be created.
func (c *check) created(field string, m Money) {
	requireForf(c.in(field), CurrencyUnsupported, !isRetired(m.Currency), "currency", "must not be %s, which ISO 4217 has retired", m.Currency)
}

// positive checks the amount of a request, which must be more than 0.
func (c *check) positive(field string, m Money) {
	at := c.in(field)
	_, known := Exponent(m.Currency)
	at.requireFor(CurrencyUnsupported, known, "currency", "must be an ISO 4217 currency code in upper case")
	requireForf(at, AmountOutOfRange, m.MinorUnits > 0, "minor_units", "must be more than 0, not %d", m.MinorUnits)
}

// amount checks an amount in an answer, which may be 0 but must have a currency.
func (c *check) amount(field string, m Money) {
	at := c.in(field)
	_, known := Exponent(m.Currency)
	at.require(known, "currency", "must be an ISO 4217 currency code in upper case")
	at.require(m.MinorUnits >= 0, "minor_units", "must not be negative")
}

// metadata checks the pairs that the gateway is asked to keep.
func (c *check) metadata(pairs map[string]string) {
	requiref(c, len(pairs) <= MaxMetadataPairs, "metadata", "must have at most %d pairs, not %d", MaxMetadataPairs, len(pairs))
	for key, value := range pairs {
		at := c.element("metadata", key)
		requiref(at, key != "" && len(key) <= MaxMetadataKeyLength, "", "must have a key of 1 to %d bytes", MaxMetadataKeyLength)
		at.require(key != MetadataKey && key != MetadataReference, "", "must have another key: this one is reserved for the provider")
		at.text("", key, MaxMetadataKeyLength)
		at.text("", value, MaxMetadataValueLength)
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
	c.require(!strings.Contains(raw, `\`), field, "must have no backslash; percent-encode it, as in %5C")
	c.require(!halfEscape.MatchString(raw), field, "must have two hex digits after each %; percent-encode the sign itself, as in %25")
	c.require(isASCII(raw) || !isASCII(u.Host), field, "must be ASCII; percent-encode the other characters, as in %E0%B8%81")
	return u
}

// webURL checks an absolute http or https URL without a user name. It returns nil
// if it is not one.
func (c *check) webURL(field, raw string) *url.URL {
	u, err := parseWebURL(raw)
	if err != nil {
		c.require(false, field, err.Error())
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
