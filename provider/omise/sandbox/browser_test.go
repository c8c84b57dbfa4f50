package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// browser is a window of a real browser.
type browser struct {
	t      *testing.T
	window context.Context //nolint:containedctx // chromedp keeps the window in a context
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		skipOrFail(t, "chromium", "there is no Chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox)
	allocator, closeAllocator := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(closeAllocator)
	window, closeWindow := chromedp.NewContext(allocator)
	t.Cleanup(closeWindow)
	b := &browser{t: t, window: window}
	require.NoError(t, chromedp.Do(window), "the browser starts") // without a deadline: it would end with it
	return b
}

// evaluate runs an action that has a value, for at most 45 s.
func evaluate[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	limited, stop := context.WithTimeout(b.window, 45*time.Second)
	defer stop()
	value, err := chromedp.Run(limited, action)
	require.NoError(b.t, err)
	return value
}

func (b *browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	evaluate(b, chromedp.Steps(steps...))
}

func (b *browser) value(script string) any {
	b.t.Helper()
	return evaluate(b, chromedp.Evaluate[any](script))
}

// until waits until a condition holds on the page.
func (b *browser) until(condition string) {
	b.t.Helper()
	evaluate(b, chromedp.Poll[bool](condition, chromedp.WithPollingInterval(20*time.Millisecond)))
}

// screenshot saves a picture of the page, which go test -artifacts keeps.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	picture := evaluate(b, chromedp.CaptureScreenshot())
	require.Greater(b.t, len(picture), 5000, "there is something in the picture")
	require.NoError(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), picture, 0o600))
}

func TestPayPage_IsPaidInARealBrowser(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	page := openBrowser(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/complete" { // shops redirect on; the page's policy must allow it
			http.Redirect(w, r, "/thanks", http.StatusSeeOther)
			return
		}
		_, _ = io.WriteString(w, "<p id=thanks>Thank you</p>")
	}))
	t.Cleanup(shop.Close)
	made := m.charge("return_uri", shop.URL+"/complete", "amount", "123456", "description", "Tea <script>document.title='x'</script>")

	page.run(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateScale(2)),
		chromedp.Navigate(made.text("authorize_uri")))
	assert.Equal(t, "THB 1,234.56", page.value("document.getElementById('amount').innerText"))
	assert.Equal(t, "≈ CNY 251.95", page.value("document.getElementById('converted').innerText"))
	assert.Equal(t, "Pay · Example Shop", page.value("document.title"))
	assert.Equal(t, false, page.value("document.documentElement.scrollWidth > window.innerWidth"), "it fits a phone")
	assert.Equal(t, true, page.value("[...document.querySelectorAll('button')].every((b) => b.offsetHeight >= 44)"),
		"fingers can hit the buttons")
	assert.Equal(t, "rgb(15, 98, 214)", page.value("getComputedStyle(document.querySelector('.pay')).backgroundColor"),
		"the style sheet is allowed")
	page.screenshot("pay")

	page.run(chromedp.Click("button.pay"), chromedp.WaitVisible("#thanks"))
	assert.Equal(t, shop.URL+"/thanks", page.value("location.href"))
	assert.Equal(t, "successful", m.get("/charges/"+made.text("id")).text("status"))

	page.run(chromedp.Navigate(made.text("authorize_uri")))
	assert.Contains(t, page.value("document.getElementById('ended').innerText"), "has been made")
	page.screenshot("ended")
}

func TestDashboard_IsLiveInARealBrowser(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	base, _ := serveManagement(t, m)
	page := openBrowser(t)
	page.run(chromedp.Navigate(base + "/accounts/s1"))
	page.value("window.neverReloaded = true")
	id := m.charge("description", "Made while looking").text("id")
	page.until("document.body.innerText.includes('" + id + "')")
	assert.Equal(t, true, page.value("window.neverReloaded"))
	page.screenshot("dashboard")

	page.run(chromedp.Click("button[value=succeeded]"), chromedp.WaitVisible("td.successful"))
	assert.Equal(t, "successful", m.get("/charges/"+id).text("status"))

	page.value("window.neverReloaded = true")
	m.refund(id, "12300")
	page.until("document.body.innerText.includes('123.00')")
	assert.Equal(t, true, page.value("window.neverReloaded"))
}
