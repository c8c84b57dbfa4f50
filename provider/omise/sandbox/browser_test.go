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

// A browser is a window of a real one.
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
		cannot(t, "chromium", "there is no Chromium")
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

// look runs an action that has a value, with a bound.
func look[T any](b *browser, action chromedp.Action[T]) T {
	b.t.Helper()
	patience, stop := context.WithTimeout(b.window, 45*time.Second)
	defer stop()
	value, err := chromedp.Run(patience, action)
	require.NoError(b.t, err)
	return value
}

func (b *browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	look(b, chromedp.Steps(steps...))
}

func (b *browser) value(script string) any {
	b.t.Helper()
	return look(b, chromedp.Evaluate[any](script))
}

// until waits for something to be true of the page.
func (b *browser) until(condition string) {
	b.t.Helper()
	look(b, chromedp.Poll[bool](condition, chromedp.WithPollingInterval(20*time.Millisecond)))
}

// shoot keeps a picture of the page; go test -artifacts keeps it for longer.
func (b *browser) shoot(name string) {
	b.t.Helper()
	picture := look(b, chromedp.CaptureScreenshot())
	require.Greater(b.t, len(picture), 5000, "there is something in the picture")
	require.NoError(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), picture, 0o600))
}

func TestAPayerPaysInARealBrowser(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	page := openBrowser(t)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/complete" { // shops redirect on; the page's policy must allow it
			http.Redirect(w, r, "/thanks", http.StatusSeeOther)
			return
		}
		_, _ = io.WriteString(w, "<p id=thanks>Thank you</p>")
	}))
	t.Cleanup(shop.Close)
	made := b.charge("return_uri", shop.URL+"/complete", "amount", "123456", "description", "Tea <script>document.title='x'</script>")

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
	page.shoot("pay")

	page.run(chromedp.Click("button.pay"), chromedp.WaitVisible("#thanks"))
	assert.Equal(t, shop.URL+"/thanks", page.value("location.href"))
	assert.Equal(t, "successful", b.get("/charges/"+made.text("id")).text("status"))

	page.run(chromedp.Navigate(made.text("authorize_uri")))
	assert.Contains(t, page.value("document.getElementById('ended').innerText"), "has been made")
	page.shoot("ended")
}

func TestTheDashboardIsLiveInARealBrowser(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	base, _ := door(t, b)
	page := openBrowser(t)
	page.run(chromedp.Navigate(base + "/accounts/s1"))
	page.value("window.neverReloaded = true")
	id := b.charge("description", "Made while looking").text("id")
	page.until("document.body.innerText.includes('" + id + "')")
	assert.Equal(t, true, page.value("window.neverReloaded"))
	page.shoot("dashboard")

	page.run(chromedp.Click("button[value=succeeded]"), chromedp.WaitVisible("td.successful"))
	assert.Equal(t, "successful", b.get("/charges/"+id).text("status"))

	page.value("window.neverReloaded = true")
	b.refund(id, "12300")
	page.until("document.body.innerText.includes('123.00')")
	assert.Equal(t, true, page.value("window.neverReloaded"))
}
