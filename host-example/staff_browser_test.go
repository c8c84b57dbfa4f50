package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// window is a window of a real browser, as wide as a phone.
type window struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // chromedp keeps the window in a context
	base string          // the address of the staff's pages
	name string          // what its pictures begin with
}

func openWindow(t *testing.T, base, name string) *window {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		if strings.Contains(os.Getenv("PAYSOCKET_REQUIRE"), "chromium") {
			t.Fatal("there is no Chromium, and PAYSOCKET_REQUIRE has it")
		}
		t.Skip("there is no Chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true))
	allocator, closeAllocator := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(closeAllocator)
	ctx, closeWindow := chromedp.NewContext(allocator)
	t.Cleanup(closeWindow)
	w := &window{t: t, ctx: ctx, base: base, name: name}
	require.NoError(t, chromedp.Do(ctx), "the browser starts") // without a deadline: it would end with it
	w.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2)))
	return w
}

const actTime = 90 * time.Second

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	_, err := chromedp.Run(ctx, chromedp.Steps(steps...))
	require.NoError(w.t, err)
}

func (w *window) value(script string) any {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[any](script))
	require.NoError(w.t, err, script)
	return value
}

// open opens a page, which must fit a phone and have nothing that its policy blocks.
func (w *window) open(path string) {
	w.t.Helper()
	w.do(chromedp.Navigate(w.base + path))
	w.check()
}

func (w *window) check() {
	w.t.Helper()
	assert.Equal(w.t, false, w.value("document.documentElement.scrollWidth > window.innerWidth"), "%s fits the window", w.value("location.href"))
	assert.Equal(w.t, true, w.value("[...document.querySelectorAll('main button, main input:not([type=hidden], [type=radio], [type=checkbox]), main select')]"+
		".every((b) => b.offsetHeight === 0 || b.offsetHeight >= 44)"), "fingers can hit what is on %s", w.value("location.href"))
	assert.Equal(w.t, true, w.value("[...document.querySelectorAll('input:not([type=hidden]), select')].every((i) => i.labels.length === 1)"), "every field has a label")
	assert.Equal(w.t, true, w.value("document.querySelector('script, style, [style], [onclick], iframe') === null"), "nothing is inline")
}

// fill sets a field of a form.
func (w *window) fill(selector, value string) {
	w.t.Helper()
	w.do(chromedp.SetValue(selector, value))
}

// press clicks and waits for the page that comes of it.
func (w *window) press(selector string) {
	w.t.Helper()
	w.value("window.isOld = true")
	w.value("document.querySelector(" + quoted(selector) + ").click()")
	require.Eventually(w.t, func() bool {
		ctx, stop := context.WithTimeout(w.ctx, time.Second)
		defer stop()
		isNew, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("window.isOld === undefined && document.readyState === 'complete'"))
		return err == nil && isNew
	}, actTime, pollEvery, selector)
	w.check()
}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

// text returns what can be read on the page.
func (w *window) text() string {
	w.t.Helper()
	text, _ := w.value("document.body.innerText").(string)
	return text
}

// picture saves the whole page in a folder that git ignores, for people to look at.
func (w *window) picture(name string) {
	w.t.Helper()
	folder := filepath.Join("..", "bin", "screenshots")
	require.NoError(w.t, os.MkdirAll(folder, 0o750))
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(w.t, err)
	require.NoError(w.t, os.WriteFile(filepath.Join(folder, w.name+"-"+name+".png"), picture, 0o600))
}

// logIn logs somebody in, and says whether that was right.
func (w *window) logIn(name, password string) bool {
	w.t.Helper()
	w.open("/login")
	w.fill("#name", name)
	w.fill("#password", password)
	w.press("main button")
	return w.value("location.pathname") != "/login"
}
