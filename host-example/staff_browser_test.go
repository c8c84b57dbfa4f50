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

// desk is a window of a real browser, as wide as a phone.
type desk struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // chromedp keeps the window in a context
	base string          // the address of the staff's pages
	name string          // what its pictures begin with
}

func openDesk(t *testing.T, base, name string) *desk {
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
	w := &desk{t: t, ctx: ctx, base: base, name: name}
	require.NoError(t, chromedp.Do(ctx), "the browser starts") // without a deadline: it would end with it
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
	w.value("window.isOld = true")
	w.value("document.querySelector(" + literal(selector) + ").click()")
	require.Eventually(w.t, func() bool {
		ctx, stop := context.WithTimeout(w.ctx, time.Second)
		defer stop()
		isNew, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("window.isOld === undefined && document.readyState === 'complete'"))
		return err == nil && isNew
	}, actTime, pollEvery, selector)
	w.check()
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", `\'`) + "'" }

// text returns what can be read on the page.
func (w *desk) text() string {
	w.t.Helper()
	text, _ := w.value("document.body.innerText").(string)
	return text
}

// picture saves the whole page in a folder that git ignores, for people to look at.
func (w *desk) picture(name string) {
	w.t.Helper()
	folder := filepath.Join("..", "bin", "screenshots")
	require.NoError(w.t, os.MkdirAll(folder, 0o750))
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	require.NoError(w.t, err)
	require.NoError(w.t, os.WriteFile(filepath.Join(folder, w.name+"-"+name+".png"), picture, 0o600))
	w.findBarriers(name)
}

// findBarriers fails for what axe calls serious or critical, where axe is installed.
func (w *desk) findBarriers(name string) {
	w.t.Helper()
	axe, err := os.ReadFile(filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		w.t.Log("SKIPPED, NOT TESTED: what axe finds, since it is not installed")
		return
	}
	ctx, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	_, err = chromedp.Run(ctx, chromedp.Evaluate[any](string(axe)+";0"))
	require.NoError(w.t, err)
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](`axe.run(document).then(r => JSON.stringify(r.violations
		.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => [v.id, v.help, v.nodes.map(n => n.html)])))`, chromedp.EvalAwaitPromise))
	require.NoError(w.t, err)
	assert.Equal(w.t, "[]", found, name)
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
