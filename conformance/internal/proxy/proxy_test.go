package proxy_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
)

// upstream is a gateway that counts what it executes.
type upstream struct {
	*httptest.Server

	executed atomic.Int64
}

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	u := &upstream{}
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		u.executed.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Seen", r.Header.Get("X-Sent"))
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"p1","amount":12345,"echo":"`+string(body)+`"}`)
	}))
	t.Cleanup(u.Close)
	return u
}

func routes() []proxy.Route {
	return []proxy.Route{
		{Name: "create", Method: http.MethodPost, Path: regexp.MustCompile(`^/charges$`), Commit: true},
		{Name: "get", Method: http.MethodGet, Path: regexp.MustCompile(`^/charges/[^/]+$`)},
	}
}

func newProxy(t *testing.T, to string) *proxy.Proxy {
	t.Helper()
	p, err := proxy.New(to, routes(), proxy.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// post sends one request; the body is empty if it could not be read whole.
func post(t *testing.T, client *http.Client, p *proxy.Proxy) (int, string, http.Header, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL()+"/charges", strings.NewReader("body"))
	if err != nil {
		return 0, "", nil, err
	}
	request.Header.Set("X-Sent", "yes")
	request.Header.Set("Idempotency-Key", "k") // which lets net/http send again by itself
	response, err := client.Do(request)
	if err != nil {
		return 0, "", nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), response.Header, err
}

func client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// isEnd reports whether the connection ended.
func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

const whole = `{"id":"p1","amount":12345,"echo":"body"}`

func TestProxyPassesOnByteForByteAndWritesItDown(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	status, body, header, err := post(t, client(t), p)
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, status)
	assert.Equal(t, whole, body)
	assert.Equal(t, "yes", header.Get("X-Seen"))
	require.Len(t, p.Journal(), 1)
	x := p.Journal()[0]
	assert.Equal(t, "create", x.Operation)
	assert.True(t, x.Commit)
	assert.True(t, x.Forwarded)
	assert.Equal(t, http.StatusCreated, x.GatewayStatus)
	assert.Equal(t, "body", string(x.RequestBody))
	assert.Equal(t, whole, string(x.ResponseBody))
	assert.Equal(t, http.StatusCreated, x.Status)
	assert.NoError(t, p.Err())
}

// faultCheck checks what a client got.
type faultCheck func(t *testing.T, status int, body string, header http.Header, err error)

func TestEveryFaultStrikesBeforeOrAfterTheGateway(t *testing.T) {
	t.Parallel()
	for kind, check := range faultChecks() {
		for _, phase := range []proxy.Phase{proxy.BeforeCommit, proxy.AfterCommit} {
			for _, way := range ways {
				t.Run(string(kind)+" "+string(phase)+" "+way, func(t *testing.T) {
					t.Parallel()
					checkFault(t, kind, phase, way, check)
				})
			}
		}
	}
}

func checkFault(t *testing.T, kind proxy.Kind, phase proxy.Phase, way string, check faultCheck) {
	t.Helper()
	u := newUpstream(t)
	p, client := open(t, u.URL, way)
	if kind == proxy.FaultSlowHeaders || kind == proxy.FaultDrip {
		client.Timeout = 300 * time.Millisecond
	}
	fault := proxy.Fault{Operation: "create", Phase: phase, Kind: kind, Times: -1, URL: "https://elsewhere.example/"}
	switch kind { //nolint:exhaustive // the others need nothing
	case proxy.FaultStatus:
		fault.Status, fault.Body = 503, []byte("sorry")
	case proxy.FaultOversize:
		fault.Bytes = 1 << 20
	case proxy.FaultDrip:
		fault.Bytes, fault.Body = 4, []byte(whole)
	}
	armed := p.Arm(fault)
	status, body, header, err := post(t, client, p)
	check(t, status, body, header, err)
	assert.GreaterOrEqual(t, armed.Fired(), 1)
	assert.Empty(t, p.Unfired())
	assert.Equal(t, phase == proxy.AfterCommit, u.executed.Load() > 0)
	assert.Equal(t, armed.ID(), p.Journal()[0].Fault)
}

// faultChecks returns what a client sees of each fault.
func faultChecks() map[proxy.Kind]faultCheck {
	checks := faultChecksOfBodies()
	maps.Copy(checks, map[proxy.Kind]faultCheck{
		proxy.FaultStatus: func(t *testing.T, status int, body string, _ http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, 503, status)
			assert.Equal(t, "sorry", body)
		},
		proxy.FaultReset: func(t *testing.T, _ int, _ string, _ http.Header, err error) {
			t.Helper()
			assert.True(t, errors.Is(err, syscall.ECONNRESET) || isEnd(err), "%v", err)
		},
		proxy.FaultCloseNoResponse: func(t *testing.T, _ int, _ string, _ http.Header, err error) {
			t.Helper()
			assert.True(t, isEnd(err), "%v", err)
		},
		proxy.FaultSlowHeaders: func(t *testing.T, _ int, _ string, _ http.Header, err error) {
			t.Helper()
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		},
		proxy.FaultDrip: func(t *testing.T, _ int, body string, _ http.Header, err error) {
			t.Helper()
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Less(t, len(body), 40)
		},
		proxy.FaultRedirect: func(t *testing.T, status int, _ string, header http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, http.StatusTemporaryRedirect, status)
			assert.Equal(t, "https://elsewhere.example/", header.Get("Location"))
		},
	})
	return checks
}

// faultChecksOfBodies returns those of faults that leave an answer whose body is
// wrong.
func faultChecksOfBodies() map[proxy.Kind]faultCheck {
	return map[proxy.Kind]faultCheck{
		proxy.FaultTruncate: func(t *testing.T, _ int, body string, _ http.Header, err error) {
			t.Helper()
			require.Error(t, err)
			assert.LessOrEqual(t, len(body), 8)
		},
		proxy.FaultBadChunk: func(t *testing.T, _ int, _ string, _ http.Header, err error) {
			t.Helper()
			assert.Error(t, err)
		},
		proxy.FaultEmptyBody: func(t *testing.T, status int, body string, _ http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Equal(t, 2, status/100)
			assert.Empty(t, body)
		},
		proxy.FaultHTML: func(t *testing.T, _ int, body string, header http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Contains(t, header.Get("Content-Type"), "text/html")
			assert.Contains(t, body, "<p>")
		},
		proxy.FaultNotJSON: func(t *testing.T, _ int, body string, header http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Contains(t, header.Get("Content-Type"), "json")
			assert.Equal(t, `{"id":"cut off in the mid`, body)
		},
		proxy.FaultOversize: func(t *testing.T, _ int, body string, _ http.Header, err error) {
			t.Helper()
			require.NoError(t, err)
			assert.Len(t, body, 1<<20)
		},
	}
}

func TestPatchChangesTheAnswerAndTellsOfAFieldThatIsNotThere(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	armed := p.Arm(proxy.Fault{Operation: "create", Kind: proxy.FaultPatchJSON, Patch: []gateway.PatchOp{{Op: "replace", Path: "/amount", Value: 1}}})
	_, body, _, err := post(t, client(t), p)
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"p1","amount":1,"echo":"body"}`, body)
	require.NoError(t, armed.Err())

	missing := p.Arm(proxy.Fault{Operation: "create", Kind: proxy.FaultPatchJSON, Patch: []gateway.PatchOp{{Op: "replace", Path: "/nowhere", Value: 1}}})
	_, body, _, err = post(t, client(t), p)
	require.NoError(t, err)
	assert.Equal(t, whole, body)
	require.Error(t, missing.Err())
	assert.Equal(t, []*proxy.ArmedFault{missing}, p.Unfired())

	missing.Disarm()
	lenient := missing.Fault()
	lenient.WhereItFits = true
	passed := p.Arm(lenient)
	_, body, _, err = post(t, client(t), p)
	require.NoError(t, err)
	assert.Equal(t, whole, body)
	require.NoError(t, passed.Err())
	assert.Zero(t, passed.Fired(), "what it did not fit does not count")
}

func TestRefusedConnectionsComeBackAtTheSameAddress(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	c := client(t)
	armed := p.Arm(proxy.Fault{Kind: proxy.FaultRefuse})
	_, _, _, err := post(t, c, p)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	armed.Disarm()
	status, _, _, err := post(t, c, p)
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, status)
	assert.NoError(t, p.Err())
}

func TestHeldRequestGoesOnWhenItIsReleased(t *testing.T) {
	t.Parallel()
	for _, phase := range []proxy.Phase{proxy.BeforeCommit, proxy.AfterCommit} {
		u := newUpstream(t)
		p := newProxy(t, u.URL)
		armed := p.Arm(proxy.Fault{Operation: "create", Phase: phase, Kind: proxy.FaultHold})
		answered := make(chan int, 1)
		go func() {
			status, _, _, _ := post(t, client(t), p)
			answered <- status
		}()
		<-armed.Reached()
		assert.Equal(t, phase == proxy.AfterCommit, u.executed.Load() == 1)
		armed.Release()
		assert.Equal(t, http.StatusCreated, <-answered)
		assert.EqualValues(t, 1, u.executed.Load())
	}
}

func TestDuplicateIsExecutedTwiceAndAnsweredOnce(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	p.Arm(proxy.Fault{Operation: "create", Kind: proxy.FaultDuplicateSend})
	_, body, _, err := post(t, client(t), p)
	require.NoError(t, err)
	assert.Equal(t, whole, body)
	assert.EqualValues(t, 2, u.executed.Load())
}

func TestFaultStrikesTheRequestsThatItIsMeantFor(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	armed := p.Arm(proxy.Fault{Operation: "create", Kind: proxy.FaultStatus, Status: 500, Nth: 2, Times: 2})
	other := p.Arm(proxy.Fault{Operation: "get", Kind: proxy.FaultStatus, Status: 500})
	var statuses []int
	for range 4 {
		status, _, _, err := post(t, client(t), p)
		require.NoError(t, err)
		statuses = append(statuses, status)
	}
	assert.Equal(t, []int{201, 500, 500, 201}, statuses)
	assert.Equal(t, "f1 create#2 before_commit/status(500): fired 2/2", armed.String())
	assert.Equal(t, []*proxy.ArmedFault{other}, p.Unfired())
}

func TestGatewayThatIsGoneIsToldApartFromAFault(t *testing.T) {
	t.Parallel()
	u := newUpstream(t)
	p := newProxy(t, u.URL)
	u.Close()
	status, _, _, err := post(t, client(t), p)
	require.NoError(t, err)
	assert.Equal(t, http.StatusBadGateway, status)
	assert.ErrorContains(t, p.Err(), "does not answer")
}

func TestClosedProxyLeavesNothingBehind(t *testing.T) { //nolint:paralleltest // it counts goroutines
	u := newUpstream(t)
	before := goleak.IgnoreCurrent()
	p, err := proxy.New(u.URL, routes(), proxy.Options{})
	require.NoError(t, err)
	held := p.Arm(proxy.Fault{Operation: "create", Kind: proxy.FaultHold})
	c := &http.Client{Transport: &http.Transport{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _, _, _ = post(t, c, p)
	}()
	<-held.Reached()
	require.NoError(t, p.Close())
	<-done
	c.CloseIdleConnections()
	goleak.VerifyNone(t, before)
}

func TestRefusingProxyTellsWhoWasAskedFor(t *testing.T) {
	t.Parallel()
	refusing, err := proxy.NewRefusingProxy()
	require.NoError(t, err)
	t.Cleanup(func() { _ = refusing.Close() })
	assert.Contains(t, strings.Join(refusing.Env(), " "), "HTTPS_PROXY=http://127.0.0.1:")
	assert.Empty(t, refusing.Hosts())
}
