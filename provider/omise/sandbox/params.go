package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// Bounds of a request. A merchant's largest charge has some tens of names and a few
// kilobytes.
const (
	maxBody  = 256 << 10 // bytes
	maxNames = 1000      // in one request
	maxDepth = 16        // objects and lists inside each other
)

var (
	errTooMuch = errors.New("request has too many parameters")
	errTooDeep = errors.New("request is nested too deeply")
)

// readParams reads the parameters of a request from its query and its body. The
// body wins. Omise's libraries send JSON or forms; some send the parameters of a
// GET in a JSON body, and an empty body as JSON.
func readParams(r *http.Request) (object, error) {
	query, err := parseForm(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest(err.Error())
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("request body could not be read")
	}
	if len(body) > maxBody {
		return nil, badRequest("request body is too large")
	}
	params, err := parseBody(r.Header.Get("Content-Type"), body)
	if err != nil {
		return nil, err
	}
	for _, m := range params {
		query = query.set(m.name, m.value)
	}
	return query, nil
}

func parseBody(contentType string, body []byte) (object, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	if mediaType, _, _ := mime.ParseMediaType(contentType); mediaType == "application/json" {
		return parseJSON(body)
	}
	params, err := parseForm(string(body))
	if err != nil {
		return nil, badRequest(err.Error())
	}
	return params, nil
}

// jsonReader counts the names that it reads, for the bound.
type jsonReader struct {
	decoder *json.Decoder
	names   int
}

func parseJSON(body []byte) (object, error) {
	reader := &jsonReader{decoder: json.NewDecoder(bytes.NewReader(body))}
	reader.decoder.UseNumber()
	value, err := reader.value(0)
	if errors.Is(err, errTooMuch) || errors.Is(err, errTooDeep) {
		return nil, badRequest(err.Error())
	}
	if err != nil || reader.decoder.More() {
		return nil, badRequest("request body is not valid JSON")
	}
	params, ok := value.(object)
	if !ok && value != nil {
		return nil, badRequest("request body must be a JSON object")
	}
	return params, nil
}

func (r *jsonReader) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return r.members(depth)
	case json.Delim('['):
		return r.items(depth)
	}
	return token, nil
}

func (r *jsonReader) members(depth int) (any, error) {
	members := object{}
	for r.decoder.More() {
		if r.names++; r.names > maxNames {
			return nil, errTooMuch
		}
		name, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string) // JSON has no other names
		members = members.set(text, value)
	}
	_, err := r.decoder.Token()
	return members, err
}

func (r *jsonReader) items(depth int) (any, error) {
	items := []any{}
	for r.decoder.More() {
		if r.names++; r.names > maxNames {
			return nil, errTooMuch
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		items = append(items, value)
	}
	_, err := r.decoder.Token()
	return items, err
}

// parseForm reads "source[type]=alipay&items[]=a" as Rails does.
func parseForm(form string) (object, error) {
	if strings.Count(form, "&") >= maxNames {
		return nil, errTooMuch
	}
	params := object{}
	for pair := range strings.SplitSeq(form, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, nameErr := url.QueryUnescape(name)
		value, valueErr := url.QueryUnescape(value)
		if nameErr != nil || valueErr != nil {
			return nil, errors.New("request has a parameter that is not URL encoded")
		}
		path := formPath(name)
		if len(path) > maxDepth {
			return nil, errTooDeep
		}
		placed, _ := place(params, path, value).(object)
		params = placed
	}
	return params, nil
}

// formPath splits "a[b][]" into a, b and "". Brackets within brackets nest as well:
// "a[b[c]]" is a, b and c. A name of another form is returned whole.
func formPath(name string) []string {
	first, rest, nested := strings.Cut(name, "[")
	if !nested || !strings.HasSuffix(rest, "]") {
		return []string{name}
	}
	path := []string{first}
	for rest = "[" + rest; rest != ""; {
		if after, list := strings.CutPrefix(rest, "[]"); list {
			path, rest = append(path, ""), after
			continue
		}
		rest = strings.TrimLeft(rest, "[]")
		end := strings.IndexAny(rest+"]", "[]")
		if end > 0 {
			path = append(path, rest[:end])
		}
		rest = strings.TrimLeft(rest[end:], "]")
	}
	return path
}

// place puts a form's value at a path into what is there already. Where the two are
// of different types it replaces what is there.
func place(there any, path []string, value string) any {
	if len(path) == 0 {
		return value
	}
	if path[0] == "" {
		items, _ := there.([]any)
		if last, ok := unfinished(items, path[1:]); ok {
			items[len(items)-1] = place(last, path[1:], value)
			return items
		}
		return append(items, place(nil, path[1:], value))
	}
	members, _ := there.(object)
	child, _ := members.get(path[0])
	return members.set(path[0], place(child, path[1:], value))
}

// unfinished returns the last object of a list if it does not have the name yet:
// items[][name] and items[][amount] after each other are one item.
func unfinished(items []any, path []string) (object, bool) {
	if len(items) == 0 || len(path) == 0 {
		return nil, false
	}
	last, ok := items[len(items)-1].(object)
	if !ok {
		return nil, false
	}
	_, there := last.get(path[0])
	return last, !there
}
