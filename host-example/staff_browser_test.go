package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// desk is a window in which somebody of the staff works, as wide as a phone.
type desk struct {
	*window

	base string // the address of the staff's pages
	name string // what its pictures begin with
}

func openDesk(t *testing.T, base, name string) *desk {
	t.Helper()
	w := &desk{openWindow(t), base, name}
	w.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2)))
	return w
}

const actTime = 90 * time.Second

func (w *desk) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	_, err := chromedp.Run(ctx, chromedp.Steps(steps...))
	require.NoError(w.t, err)
}

func (w *desk) value(script string) any {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[any](script))
	require.NoError(w.t, err, script)
	return value
}

// open opens a page, which must fit a phone and have nothing that its policy blocks.
func (w *desk) open(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.base + path))
	w.check()
}

func (w *desk) check() {
	w.t.Helper()
	assert.Equal(w.t, false, w.value("document.documentElement.scrollWidth > window.innerWidth"), "%s fits the window", w.value("location.href"))
	assert.Equal(w.t, true, w.value("[...document.querySelectorAll('main button, main input:not([type=hidden], [type=radio], [type=checkbox]), main select')]"+
		".every((b) => b.offsetHeight === 0 || b.offsetHeight >= 44)"), "fingers can hit what is on %s", w.value("location.href"))
	assert.Equal(w.t, true, w.value("[...document.querySelectorAll('input:not([type=hidden]), select')].every((i) => i.labels.length === 1)"), "every field has a label")
	assert.Equal(w.t, true, w.value("document.querySelector('script, style, [style], [onclick], iframe') === null"), "nothing is inline")
}

// fill sets a field of a form.
func (w *desk) fill(selector, value string) {
	w.t.Helper()
	w.do(chromedp.SetValue(selector, value))
}

// press clicks and waits for the page that comes of it.
func (w *desk) press(selector string) {
	w.t.Helper()
	w.leave(selector)
	w.check()
}

// leave is press for a page that need not be one of the staff's.
func (w *desk) leave(selector string) {
	w.t.Helper()
	w.value("window.isOld = true")
	w.value("document.querySelector(" + literal(selector) + ").click()")
	require.Eventually(w.t, func() bool {
		ctx, stop := context.WithTimeout(w.ctx, 5*time.Second)
		defer stop()
		isNew, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("window.isOld === undefined && document.readyState === 'complete'"))
		return err == nil && isNew // an error is that the page was just being replaced
	}, actTime, pollEvery, selector)
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

// text returns what can be read on the page.
func (w *desk) text() string {
	w.t.Helper()
	text, _ := w.value("document.body.innerText").(string)
	return text
}

// picture saves a picture of the page, on which there may be no barriers.
func (w *desk) picture(name string) {
	w.t.Helper()
	w.save(w.name + "-" + name)
	w.barriers(name)
}

// logIn logs somebody in, and says whether that was right.
func (w *desk) logIn(name, password string) bool {
	w.t.Helper()
	w.open("/login")
	w.fill("#name", name)
	w.fill("#password", password)
	w.press("main button")
	return w.value("location.pathname") != "/login"
}
