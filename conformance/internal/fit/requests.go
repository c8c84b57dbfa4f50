package fit

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
)

// step is one call of the provider and the requests that it led to.
type step struct {
	call      string // such as "CreatePayment"
	operation string // of the manifest, that the call needs; "": none
	requests  []proxy.Exchange
}

// requests checks that each request of a call has a line in operations, and that one
// is of the operation that the call needs.
func (w *walk) requests(s *step) {
	unfit := 0
	for i := range s.requests {
		x := &s.requests[i]
		if x.Operation != "" {
			continue
		}
		unfit++
		name, path := s.guess(i), w.pattern(x)
		if !slices.Contains(w.unfit, x.Method+path) {
			w.unfit = append(w.unfit, x.Method+path)
			into := &w.r.Misfits
			if !w.e.Manifest.HasOperation(name) {
				into = &w.r.Hints // a manifest need not have all operations
			}
			missed(into, "operations."+name, "write "+line(name, x.Method, path), "%s sends %s %s, which fits no line of operations", s.call, x.Method, x.Path)
		}
	}
	fits := func(x proxy.Exchange) bool { return x.Operation == s.operation }
	if s.operation == "" || unfit > 0 || len(s.requests) == 0 || slices.ContainsFunc(s.requests, fits) {
		return
	}
	x := &s.requests[len(s.requests)-1]
	w.r.missed("operations."+s.operation,
		fmt.Sprintf("write %s before operations.%s, or make the path of that narrower", line(s.operation, x.Method, w.pattern(x)), x.Operation),
		"%s sends %s %s, which fits operations.%s", s.call, x.Method, x.Path, x.Operation)
}

// guess returns the operation that a request of the call may be: the one that the call
// needs, if it is the last that can be it, or one that comes with it.
func (s *step) guess(i int) string {
	x := &s.requests[i]
	read, needsWrite := x.Method == http.MethodGet, s.operation == manifest.OpCreate || s.operation == manifest.OpRefund || s.operation == manifest.OpCancel
	later := slices.ContainsFunc(s.requests[i+1:], func(y proxy.Exchange) bool {
		return y.Operation == s.operation || y.Operation == "" && (y.Method == http.MethodGet) == read
	})
	switch {
	case s.operation != "" && needsWrite != read && !later:
		return s.operation
	case !read:
		return manifest.OpPrepare
	case s.call == "Configure":
		return manifest.OpAccount
	case s.call == "ParseWebhook":
		return manifest.OpEvent
	case s.operation == manifest.OpRefund:
		return manifest.OpRefunds
	case s.call == byKey:
		return manifest.OpList
	default:
		return manifest.OpGet
	}
}

// pattern returns the regular expression for the path of a request, in which ids can be
// any. The address that the provider was given may have a path of its own.
func (w *walk) pattern(x *proxy.Exchange) string {
	path := x.Path
	if base, err := url.Parse(w.s.Proxy.URL()); err == nil {
		path = strings.TrimPrefix(path, base.Path)
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if segments[i] = regexp.QuoteMeta(segment); slices.Contains(w.ids, segment) {
			segments[i] = "[^/]+"
		}
	}
	return "^" + strings.Join(segments, "/") + "$"
}

// line returns the line of the manifest for an operation.
func line(name, method, path string) string {
	commit := ""
	if name == manifest.OpCreate || name == manifest.OpRefund || name == manifest.OpCancel {
		commit = ", commit: true"
	}
	return fmt.Sprintf("%s: {method: %s, path: '%s'%s}", name, method, path, commit)
}
