package main

import (
	"context"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reader is a phone whose browser runs no scripts. Nothing can be evaluated in its pages,
// so the methods of phone that do so wait in vain: it finds elements in the tree of the
// page, and uses them by mouse and keyboard.
type reader struct{ *phone }

func openReader(t *testing.T) *reader {
	t.Helper()
	return &reader{openPhone(t, chromedp.Flag("blink-settings", "scriptEnabled=false"))}
}

// find returns an element of the page; nil if there is none.
func find(ctx context.Context, t *chromedp.Target, selector string) (*chromedp.Node, error) {
	document, err := cdp.Call(ctx, t, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		return nil, err
	}
	found, err := cdp.Call(ctx, t, dom.QuerySelector, dom.QuerySelectorParams{NodeID: document.Root.NodeID, Selector: selector})
	if err != nil || found.NodeID == 0 {
		return nil, err
	}
	return &chromedp.Node{Node: &cdp.Node{NodeID: found.NodeID}}, nil
}

// use waits for an element and uses it. An element of a page that is just being replaced
// cannot be used, and is looked for again.
func (w *reader) use(selector string, with func(context.Context, *chromedp.Target, *chromedp.Node) error) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		limited, stop := context.WithTimeout(w.ctx, actTime)
		defer stop()
		return chromedp.Do(limited, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			node, err := find(ctx, t, selector)
			switch {
			case err != nil:
				return err
			case node == nil:
				return errNotThere
			case with == nil:
				return nil
			}
			return with(ctx, t, node)
		})) == nil
	}, waitFor, pollEvery, selector)
}

var errNotThere = errors.New("there is no such element")

// await waits for an element.
func (w *reader) await(selector string) { w.t.Helper(); w.use(selector, nil) }

// press clicks at an element, and waits until the page that comes of it is loaded.
func (w *reader) press(selector string) {
	w.t.Helper()
	w.use(selector, func(ctx context.Context, _ *chromedp.Target, n *chromedp.Node) error {
		_, err := chromedp.RunResponse(ctx, chromedp.MouseClickNode(n))
		return err
	})
}

// choose types into a field: a list goes to what begins with that.
func (w *reader) choose(selector, keys string) {
	w.t.Helper()
	w.use(selector, func(ctx context.Context, t *chromedp.Target, n *chromedp.Node) error {
		if _, err := cdp.Call(ctx, t, dom.Focus, dom.FocusParams{NodeID: n.NodeID}); err != nil {
			return err
		}
		_, err := chromedp.KeyEvent(keys)(ctx, t)
		return err
	})
}

// html returns the HTML of an element, with spaces in place of those at which no line breaks.
func (w *reader) html(selector string) string {
	w.t.Helper()
	var text string
	w.use(selector, func(ctx context.Context, t *chromedp.Target, n *chromedp.Node) error {
		outer, err := cdp.Call(ctx, t, dom.GetOuterHTML, dom.GetOuterHTMLParams{NodeID: n.NodeID})
		text = strings.ReplaceAll(html.UnescapeString(outer.OuterHTML), "\u00a0", " ")
		return err
	})
	return text
}

// shows reports whether an element that is there can be seen.
func (w *reader) shows(selector string) bool {
	w.t.Helper()
	shown := false
	w.use(selector, func(ctx context.Context, t *chromedp.Target, n *chromedp.Node) error {
		place, err := cdp.Call(ctx, t, dom.GetContentQuads, dom.GetContentQuadsParams{NodeID: n.NodeID})
		shown = err == nil && len(place.Quads) > 0
		return nil
	})
	return shown
}

// lookAgainUntil presses the button of that name until something is known.
func (w *reader) lookAgainUntil(known string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		if strings.Contains(w.html("#state"), `data-known="`+known+`"`) {
			return true
		}
		w.press("#state form.actions button")
		return false
	}, waitFor, pollEvery, known)
}

// runsNothing loads a page with scripts of all kinds, of which none may run.
func (w *reader) runsNothing() {
	w.t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ran.js" {
			_, _ = io.WriteString(rw, `document.body.id = "ran"`)
			return
		}
		rw.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(rw, `<body onload="document.body.id = 'ran'"><noscript><p id="without"></p></noscript>
			<script>document.body.id = "ran"</script><script src="/ran.js"></script><p id="end"></p>`)
	}))
	w.t.Cleanup(site.Close)
	w.goTo(site.URL)
	w.await("noscript #without") // a browser with scripts has text there, and no element
	assert.NotContains(w.t, w.html("body"), `id="ran"`)
}

func TestBuyersPages_SellWithoutScripts(t *testing.T) {
	t.Parallel()
	w := openReader(t)
	m := openMarketTo(t, w.phone, []string{"wallet"})
	w.runsNothing()
	w.goTo(m.host.shop + "/")
	w.choose("#tea", "1")
	w.choose("#mango", "2")
	w.press("main form button.primary")
	assert.Contains(t, w.html("li.total"), "THB 620.00")
	w.press(`form[action="/orders"] button.primary`)
	w.await(`#state[data-known="to_pay"]`) // a script would have gone on to the gateway's page
	assert.False(t, w.shows("#state [data-script]"), "the page does not change by itself")
	w.save("no-script-placed")
	w.press("#state a[data-pay]")
	w.press(`button[value="failed"]`)
	w.lookAgainUntil("unpaid")
	w.save("no-script-declined")
	w.press("#state button.primary")
	w.press("#state a[data-pay]")
	w.await(`button[value="succeeded"]`)

	w.goTo(m.host.shop + "/") // and back without having paid
	w.press(".notice a")
	front := m.accounts["wallet"].front
	before := front.Count("GET")
	const looks = 30
	for range looks {
		w.press("#state form.actions button")
		w.await(`#state[data-known="to_pay"]`)
	}
	assert.Less(t, front.Count("GET")-before, looks/2, "only what the engine's own schedule has")
	w.press("#state a[data-pay]")
	w.press(`button[value="succeeded"]`)
	w.lookAgainUntil("paid")
	w.save("no-script-paid")
	w.press("#state a.primary")
	receipt := w.html("main")
	payments := m.payments()
	require.Len(t, payments, 2)
	assert.Contains(t, receipt, "THB 620.00")
	assert.Contains(t, receipt, payments[1].Reference)
	assert.True(t, w.shows("main .actions a"))
	assert.False(t, w.shows("[data-print]"), "it would do nothing")
	w.save("no-script-receipt")
}
