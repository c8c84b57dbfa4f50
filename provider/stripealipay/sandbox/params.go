package sandbox

import (
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxBody = 64 << 10

// params are the parameters of a request, whose names have brackets. An operation
// takes out those that it knows, and refuses the rest.
type params struct {
	values  url.Values
	refused *refusal // for the first parameter that is wrong
}

// readParams reads the query of a GET, or the form of a POST.
func readParams(r *http.Request) (*params, *refusal) {
	raw := r.URL.RawQuery
	if r.Method == http.MethodPost {
		content, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		if err != nil || len(content) > maxBody {
			return nil, invalid("", "", "The body did not arrive whole, or is larger than %d bytes.", maxBody)
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if len(content) > 0 && (err != nil || kind != "application/x-www-form-urlencoded") {
			return nil, invalid("", "", "Send the parameters as application/x-www-form-urlencoded.")
		}
		raw = string(content)
	}
	values, err := url.ParseQuery(raw)
	if err != nil || !utf8.ValidString(raw) {
		return nil, invalid("", "", "The parameters cannot be read.")
	}
	for name, given := range values {
		if len(given) != 1 && !strings.HasSuffix(name, "[]") || !utf8.ValidString(given[0]) {
			return nil, invalid("", name, "Invalid parameter: %s", shorten(name))
		}
	}
	return &params{values: values}, nil
}

// text takes one parameter out; empty if it was not given.
func (p *params) text(name string, longest int) string {
	value := p.values.Get(name)
	p.values.Del(name)
	if utf8.RuneCountInString(value) > longest {
		p.note(invalid("", name, "Invalid string: must be at most %d characters", longest))
	}
	return value
}

// note keeps the refusal of a parameter, unless there is one already.
func (p *params) note(refused *refusal) {
	if p.refused == nil {
		p.refused = refused
	}
}

// number takes a whole number out; 0 if it was not given.
func (p *params) number(name string) int64 {
	value := p.text(name, 32)
	if value == "" {
		return 0
	}
	number, err := strconv.ParseInt(value, 10, 64)
	if err != nil || number < 0 {
		p.note(invalid("parameter_invalid_integer", name, "Invalid integer: %s", shorten(value)))
	}
	return number
}

// boolean takes true or false out; false if it was not given.
func (p *params) boolean(name string) bool {
	value := p.text(name, 8)
	if value != "" && value != "true" && value != "false" {
		p.note(invalid("", name, "Invalid boolean: %s", shorten(value)))
	}
	return value == "true"
}

var listItem = regexp.MustCompile(`^([a-z_]+)\[[0-9]*\]$`)

// list takes name[0], name[1], ... or name[] out.
func (p *params) list(name string) []string {
	var items []string
	for _, given := range slices.Sorted(maps.Keys(p.values)) {
		if match := listItem.FindStringSubmatch(given); match != nil && match[1] == name {
			items = append(items, p.values[given]...)
			p.values.Del(given)
		}
	}
	return items
}

var metadataItem = regexp.MustCompile(`^metadata\[([^\[\]]{1,40})\]$`)

// metadata takes metadata[name] out. An empty value is no value.
func (p *params) metadata() map[string]string {
	kept := make(map[string]string)
	for given := range maps.Clone(p.values) {
		match := metadataItem.FindStringSubmatch(given)
		if match == nil {
			continue
		}
		if value := p.text(given, 500); value != "" {
			kept[match[1]] = value
		}
	}
	if len(kept) > 50 {
		p.note(invalid("", "metadata", "Metadata has at most 50 keys."))
	}
	return kept
}

// refuseRest returns the first refusal; a parameter that nobody took out is one.
func (p *params) refuseRest() *refusal {
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		p.note(invalid("parameter_unknown", shorten(name), "Received unknown parameter: %s", shorten(name)))
	}
	return p.refused
}
