package sandbox

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// call is one request of a merchant, read and authenticated. It is answered with
// its account locked.
type call struct {
	view   *view
	params object
	ids    []string      // of the path, in order
	base   string        // absolute URL of the sandbox, for links
	takes  time.Duration // before the answer is sent
}

type answer func(a *account, c *call) (any, error)

// route is one operation of the API. ":" in its path stands for an id.
type route struct {
	method, path string
	public       bool // the public key is accepted, too
	answer       answer
}

func routes() []route {
	const post, get, patch = http.MethodPost, http.MethodGet, http.MethodPatch
	return []route{
		{post, "/sources", true, createSource},
		{get, "/sources/:", true, getSource},
		{post, "/charges", false, createCharge},
		{get, "/charges", false, listCharges},
		{get, "/charges/:", false, getCharge},
		{patch, "/charges/:", false, updateCharge},
		{post, "/charges/:/capture", false, captureCharge},
		{post, "/charges/:/reverse", false, reverseCharge},
		{post, "/charges/:/expire", false, expireCharge},
		{post, "/charges/:/mark_as_paid", false, markAsPaid},
		{post, "/charges/:/mark_as_failed", false, markAsFailed},
		{post, "/charges/:/refunds", false, createRefund},
		{get, "/charges/:/refunds", false, listChargeRefunds},
		{get, "/charges/:/refunds/:", false, getRefund},
		{get, "/charges/:/events", false, listChargeEvents},
		{get, "/refunds", false, listRefunds},
		{get, "/events", false, listEvents},
		{get, "/events/:", false, getEvent},
		{get, "/capability", true, getCapability},
		{get, "/account", false, getAccount},
		{patch, "/account", false, updateAccount},
		{get, "/search", false, search},
	}
}

// findRoute returns the route of a path and the ids in the path.
func (s *Sandbox) findRoute(method, path string) (*route, []string) {
	if method == http.MethodPut { // Rails accepts both
		method = http.MethodPatch
	}
	parts := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for i := range s.routes {
		if s.routes[i].method != method {
			continue
		}
		if ids, ok := matchPath(s.routes[i].path, parts); ok {
			return &s.routes[i], ids
		}
	}
	return nil, nil
}

func matchPath(pattern string, parts []string) (ids []string, ok bool) {
	wanted := strings.Split(pattern, "/")
	if len(wanted) != len(parts) {
		return nil, false
	}
	for i, part := range parts {
		if wanted[i] == ":" && part != "" {
			ids = append(ids, part)
		} else if wanted[i] != part {
			return nil, false
		}
	}
	return ids, true
}

// serveAPI answers a merchant's request. The body is read before the account is
// locked, so that a slow sender blocks nobody else.
func (s *Sandbox) serveAPI(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	reply := &reply{status: http.StatusOK, id: requestID(), version: version2017, at: s.options.Now()}
	a, public := s.authenticate(r)
	if a == nil {
		reply.fail(unauthenticated())
		s.finish(w, r, reply, began, nil)
		s.logUnknownKey(r, reply)
		return
	}
	params, err := readParams(r)
	a.serve(r, public, params, err, reply)
	take(r.Context(), reply.takes)
	a.logRequest(r, reply)
	s.finish(w, r, reply, began, a)
}

// authenticate finds the account by the user name of HTTP Basic authentication.
// Like Omise it ignores the password. There are no live keys here.
func (s *Sandbox) authenticate(r *http.Request) (a *account, public bool) {
	key, _, ok := r.BasicAuth()
	if !ok || key == "" {
		return nil, false
	}
	a, ok = s.ByKey(key)
	if !ok {
		return nil, false
	}
	return a, strings.HasPrefix(key, "pkey_")
}

// serve answers one request with the account locked.
func (a *account) serve(r *http.Request, public bool, params object, badParams error, out *reply) {
	a.Lock()
	defer a.Unlock()
	out.at = a.Now()
	out.version = a.dials.version()
	a.others()
	value, err := a.answer(r, public, params, badParams, out)
	if err != nil {
		out.fail(err)
		return
	}
	a.served++
	out.value = a.dials.Trouble.apply(value, strconv.Itoa(a.served))
}

func (a *account) answer(r *http.Request, public bool, params object, badParams error, out *reply) (any, error) {
	if asked := r.Header.Get("Omise-Version"); asked != "" {
		if !version(asked).callable() {
			return nil, badRequest("API version is not supported")
		}
		out.version = version(asked)
	}
	found, ids := a.sandbox.findRoute(r.Method, r.URL.Path)
	switch {
	case a.Closed():
		return nil, unauthenticated()
	case found == nil:
		return nil, pathNotFound()
	case public && !found.public:
		return nil, unauthenticated()
	case badParams != nil:
		return nil, badParams
	}
	c := &call{
		view: &view{
			version: out.version, now: a.second(), dials: a.dials, expand: isTrue(params, "expand"),
		},
		params: params, ids: ids, base: a.sandbox.base(r),
	}
	value, err := found.answer(a, c)
	out.takes = c.takes
	return value, err
}

// reply is the answer to a request.
type reply struct {
	status  int
	id      string
	version version
	at      time.Time
	takes   time.Duration // before it is sent
	value   any
}

func (p *reply) fail(err error) {
	var known *refusal
	if !errors.As(err, &known) {
		known = badRequest("request could not be understood")
	}
	p.status = known.status
	p.value = known.render(p.version)
}

// finish sends the reply, and then the webhooks: a merchant knows the id of a new
// charge before its first event arrives, unless the dials say otherwise.
func (s *Sandbox) finish(w http.ResponseWriter, r *http.Request, p *reply, began time.Time, a *account) {
	if a != nil {
		a.flushBefore(r)
	}
	body := encode(p.value)
	header := w.Header()
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("Cache-Control", "no-cache, no-store")
	header.Set("Date", p.at.UTC().Format(http.TimeFormat))
	header.Set("Server", "nginx")
	header.Set("X-Request-Id", p.id)
	header.Set("X-Runtime", fmt.Sprintf("%.6f", time.Since(began).Seconds()))
	header.Set("Status", strconv.Itoa(p.status)+" "+http.StatusText(p.status))
	if p.status == http.StatusOK {
		header.Set("Omise-Version", string(p.version))
	}
	w.WriteHeader(p.status)
	_, _ = w.Write(body)                      // fails only if the client has gone
	_ = http.NewResponseController(w).Flush() // a writer that cannot flush sends it at the end
	if a != nil {
		a.flushNow()
	}
}

func (a *account) flushNow() {
	a.Lock()
	defer a.Unlock()
	a.Flush()
}

func (a *account) flushBefore(r *http.Request) {
	a.Lock()
	before := a.dials.Webhooks.BeforeAnswer
	if before {
		a.Flush()
	}
	a.Unlock()
	if before {
		a.AwaitDeliveries(r.Context())
	}
}

// requestID returns a random UUID.
func requestID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
