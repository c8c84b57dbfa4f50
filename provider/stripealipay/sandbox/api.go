package sandbox

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// operation is one operation of the API. It is called with the account's lock
// held, and takes the parameters that it knows out of those given.
type operation func(a *account, r *http.Request, given *params) (any, *refusal)

func newAPI(s *Sandbox) http.Handler {
	mux := http.NewServeMux()
	for pattern, operate := range map[string]operation{
		"POST /v1/payment_intents":                 createIntent,
		"GET /v1/payment_intents":                  listIntents,
		"GET /v1/payment_intents/{intent}":         getIntent,
		"POST /v1/payment_intents/{intent}/cancel": cancelIntent,
		"POST /v1/refunds":                         createRefund,
		"GET /v1/refunds":                          listRefunds,
		"GET /v1/refunds/{refund}":                 getRefund,
		"GET /v1/account":                          getAccount,
		"/":                                        unknownPath,
	} {
		mux.HandleFunc(pattern, s.serve(operate))
	}
	mux.HandleFunc("GET /pay/{account}/{intent}", s.showPayPage)
	mux.HandleFunc("POST /pay/{account}/{intent}", s.submitPayPage)
	return mux
}

func unknownPath(_ *account, r *http.Request, given *params) (any, *refusal) {
	clear(given.values)
	refused := invalid("", "", "Unrecognized request URL (%s: %s).", r.Method, shorten(r.URL.Path))
	refused.status = http.StatusNotFound
	return nil, refused
}

func getAccount(a *account, _ *http.Request, _ *params) (any, *refusal) { return a.view(), nil }

func (s *Sandbox) serve(operate operation) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, known := s.authenticate(r)
		if !known {
			refused := invalid("", "", "Invalid API Key provided.")
			refused.status = http.StatusUnauthorized
			write(w, time.Now(), &reply{status: refused.status, body: encode(refused.body("req_none"))})
			return
		}
		given, refused := readParams(r) // before the lock: a slow sender must not hold others up
		a.Lock()
		defer a.Unlock()
		write(w, a.Now(), a.answer(r, given, refused, operate))
	}
}

// authenticate returns the account of a request's secret key, which may also be
// the user of HTTP's basic authentication.
func (s *Sandbox) authenticate(r *http.Request) (*account, bool) {
	if name, _, ok := r.BasicAuth(); ok {
		return s.ByKey(name)
	}
	return s.ByBearer(r)
}

// reply is the answer to a request.
type reply struct {
	status    int
	body      []byte
	requestID string
	replayed  bool
}

// answer executes a request, unless its key has an answer already.
func (a *account) answer(r *http.Request, given *params, refused *refusal, operate operation) *reply {
	done := &reply{status: http.StatusOK, requestID: a.IDs.ID("req_")}
	key, request := "", ""
	if r.Method == http.MethodPost && refused == nil {
		request = r.Method + " " + r.URL.Path + "?" + given.values.Encode()
		key, refused = readKey(r)
	}
	if refused == nil {
		var before *stored
		if before, refused = a.storedAnswer(key, request); before != nil {
			done.status, done.body, done.replayed = before.status, before.body, true
			return done
		}
	}
	var shown any
	if refused == nil {
		shown, refused = operate(a, r, given)
	}
	if refused != nil {
		done.status, done.body = refused.status, encode(refused.body(done.requestID))
	} else {
		done.body = encode(shown)
	}
	if refused == nil || refused.executed {
		a.store(key, request, done.status, done.body)
	}
	return done
}

var keyPattern = regexp.MustCompile(`^[!-~]{1,255}$`)

func readKey(r *http.Request) (string, *refusal) {
	given := r.Header.Values("Idempotency-Key")
	if len(given) > 1 || len(given) == 1 && !keyPattern.MatchString(given[0]) {
		return "", invalid("", "", "Send one Idempotency-Key of at most 255 characters.")
	}
	return r.Header.Get("Idempotency-Key"), nil
}

func encode(shown any) []byte {
	content, _ := json.Marshal(shown) // of strings and numbers: cannot fail
	return append(content, '\n')
}

func write(w http.ResponseWriter, now time.Time, done *reply) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Date", now.UTC().Format(http.TimeFormat))
	header.Set("Request-Id", done.requestID)
	header.Set("Stripe-Version", apiVersion)
	if done.replayed {
		header.Set("Idempotent-Replayed", "true")
	}
	w.WriteHeader(done.status)
	_, _ = w.Write(done.body) //nolint:gosec // JSON, as the header says
}

// item is something in a list of Stripe's.
type item interface {
	itemID() string
	createdAt() time.Time
}

func (p *intent) itemID() string       { return p.id }
func (p *intent) createdAt() time.Time { return p.created }
func (r *refund) itemID() string       { return r.id }
func (r *refund) createdAt() time.Time { return r.created }

// list returns a page of the items, the newest first. They are given the oldest
// first.
func list[T item](given *params, what string, items []T, show func(T, []string) map[string]any) (any, *refusal) {
	limit := given.number("limit")
	after, before := given.text("starting_after", 255), given.text("ending_before", 255)
	within := given.created()
	var expand []string
	for _, path := range given.list("expand") {
		expand = append(expand, strings.TrimPrefix(path, "data."))
	}
	if limit == 0 {
		limit = 10
	}
	if limit > 100 {
		given.note(invalid("", "limit", "This value must be less than or equal to 100 (it currently is '%d').", limit))
	}
	if after != "" && before != "" {
		given.note(invalid("parameters_exclusive", "ending_before", "You may only specify one of these parameters: ending_before, starting_after."))
	}
	newest := slices.Clone(items)
	slices.Reverse(newest)
	if refused := given.refuseRest(); refused != nil {
		return nil, refused
	}
	found, refused := fromCursor(newest, what, after, before)
	if refused != nil {
		return nil, refused
	}
	found = slices.DeleteFunc(found, func(each T) bool { return !within(each.createdAt().Unix()) })
	more := len(found) > int(limit)
	switch {
	case more && before != "": // the page is the one next to the cursor
		found = found[len(found)-int(limit):]
	case more:
		found = found[:limit]
	}
	data := make([]map[string]any, 0, len(found))
	for _, each := range found {
		data = append(data, show(each, expand))
	}
	return map[string]any{"object": "list", "url": "/v1/" + what + "s", "has_more": more, "data": data}, nil
}

// fromCursor returns what is older than one cursor, or newer than the other.
func fromCursor[T item](newest []T, what, after, before string) ([]T, *refusal) {
	cursor := after + before
	if cursor == "" {
		return newest, nil
	}
	at := slices.IndexFunc(newest, func(each T) bool { return each.itemID() == cursor })
	switch {
	case at < 0 && after != "":
		return nil, missing("starting_after", what, cursor)
	case at < 0:
		return nil, missing("ending_before", what, cursor)
	case after != "":
		return newest[at+1:], nil
	default:
		return newest[:at], nil
	}
}

// created takes created[gte] and the like out, and returns whether a time is
// within these bounds.
func (p *params) created() func(second int64) bool {
	bounds := make(map[string]int64)
	for _, name := range []string{"gt", "gte", "lt", "lte"} {
		if p.values.Has("created[" + name + "]") {
			bounds[name] = p.number("created[" + name + "]")
		}
	}
	return func(second int64) bool {
		for name, bound := range bounds {
			if name == "gt" && second <= bound || name == "gte" && second < bound ||
				name == "lt" && second >= bound || name == "lte" && second > bound {
				return false
			}
		}
		return true
	}
}
