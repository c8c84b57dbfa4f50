package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// phone is a window as large as a small phone. Its cookies are its own.
type phone struct{ *window }

// openPhone opens a window of a new browser, started with further options.
func openPhone(t *testing.T, further ...chromedp.ExecAllocatorOption) *phone {
	t.Helper()
	w := &phone{openWindow(t, further...)}
	w.resize()
	return w
}

// resize makes the window as large as a small phone.
func (w *phone) resize() {
	w.t.Helper()
	w.run(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateScale(2)))
}

// tab opens another tab of the same browser; stranger a window that shares no cookies.
func (w *phone) tab() *phone      { return w.open() }
func (w *phone) stranger() *phone { return w.open(chromedp.WithNewBrowserContext()) }

func (w *phone) open(options ...chromedp.ContextOption) *phone {
	w.t.Helper()
	ctx, closeWindow := chromedp.NewContext(w.ctx, options...)
	w.t.Cleanup(closeWindow)
	other := &phone{&window{w.t, ctx}}
	require.NoError(w.t, chromedp.Do(ctx))
	other.resize()
	return other
}

// act runs an action that has a value, for at most two minutes.
func act[T any](w *phone, action chromedp.Action[T]) T {
	w.t.Helper()
	limited, stop := context.WithTimeout(w.ctx, waitFor)
	defer stop()
	value, err := chromedp.Run(limited, action)
	require.NoError(w.t, err)
	return value
}

func (w *phone) run(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	act(w, chromedp.Steps(steps...))
}

func (w *phone) goTo(address string) { w.t.Helper(); w.run(chromedp.Navigate(address)) }

// back presses the back button. It waits for nothing: a page that was kept is not loaded.
func (w *phone) back() { w.t.Helper(); act(w, evaluateAny("history.back()")) }

// click clicks at what is visible, and text returns what the page says, with spaces in
// place of those at which no line breaks.
func (w *phone) click(selector string) {
	w.t.Helper()
	w.run(chromedp.WaitVisible(selector), chromedp.Click(selector))
}

func (w *phone) text() string {
	w.t.Helper()
	return strings.ReplaceAll(act(w, chromedp.Evaluate[string]("document.body.innerText")), "\u00a0", " ")
}

func (w *phone) location() string { w.t.Helper(); return act(w, chromedp.Location()) }

// until waits until a condition holds on the page, whatever page that is by then.
func (w *phone) until(condition string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		limited, stop := context.WithTimeout(w.ctx, 5*time.Second)
		defer stop()
		holds, err := chromedp.Run(limited, chromedp.Evaluate[bool](condition))
		return err == nil && holds
	}, waitFor, pollEvery, condition)
}

// untilReloaded is until, for a page that its buyer loads again and again.
func (w *phone) untilReloaded(condition string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		limited, stop := context.WithTimeout(w.ctx, actTime)
		defer stop()
		if err := chromedp.Do(limited, chromedp.Reload()); err != nil {
			return false // such as when the page that a click leads to took its place
		}
		holds, err := chromedp.Run(limited, chromedp.Evaluate[bool](condition))
		return err == nil && holds
	}, waitFor, time.Second, condition)
}

// knows waits until the page says that something is known, and stays at the shop.
func (w *phone) knows(key string) {
	w.t.Helper()
	w.until(`document.querySelector('#state[data-known="` + key + `"]') !== null`)
}

// count returns how many elements there are.
func (w *phone) count(selector string) int {
	w.t.Helper()
	return act(w, chromedp.Evaluate[int]("document.querySelectorAll("+asJSON(selector)+").length"))
}

func asJSON(text string) string {
	content, _ := json.Marshal(text) //nolint:errchkjson // A string has JSON.
	return string(content)
}

// look saves a picture of the page in bin/screenshots, and looks for what keeps people out:
// a page wider than its phone, text that nobody has translated, and what axe finds.
func (w *phone) look(name string) {
	w.t.Helper()
	width := act(w, chromedp.Evaluate[int]("document.documentElement.scrollWidth"))
	assert.LessOrEqual(w.t, width, act(w, chromedp.Evaluate[int]("window.innerWidth")), "%s scrolls sideways", name)
	assert.NotRegexp(w.t, `\{[a-z_]+\}|\b[a-z]+_(title|text)\b`, w.text(), name)
	w.save(name)
	w.barriers(name)
}

// The actions of these tests, with the types that they have.
func evaluateString(script string) chromedp.Action[string] { return chromedp.Evaluate[string](script) }

func evaluateAny(script string) chromedp.Action[any] {
	return chromedp.Evaluate[any](script + "; 0")
}

func setValue(id, value string) chromedp.Action[chromedp.Void] {
	return chromedp.SetValue("#"+id, value)
}
