package sandbox_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A browser is a Chromium that the test speaks to over two pipes, in the
// DevTools protocol.
type browser struct {
	t       *testing.T
	to      io.Writer
	session string

	mu      sync.Mutex
	next    int
	waiting map[int]chan json.RawMessage
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
	profile, err := os.MkdirTemp("", "omise-sandbox-chromium") //nolint:usetesting // Chromium's helpers still write to it when it has ended
	require.NoError(t, err)
	t.Cleanup(func() {
		for range 10 { // they may write while it is removed
			if os.RemoveAll(profile) == nil {
				return
			}
		}
	})
	// The child reads its descriptor 3 and writes to 4.
	childIn, to, err := os.Pipe()
	require.NoError(t, err)
	from, childOut, err := os.Pipe()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	child.ExtraFiles = []*os.File{childIn, childOut}
	child.WaitDelay = 10 * time.Second
	require.NoError(t, child.Start())
	b := &browser{t: t, to: to, waiting: make(map[int]chan json.RawMessage)}
	t.Cleanup(func() {
		b.send("Browser.close", nil)
		_ = child.Wait()
		for _, pipe := range []*os.File{to, from, childIn, childOut} {
			_ = pipe.Close()
		}
	})
	go b.read(from)
	target := b.call("Target.createTarget", map[string]any{"url": "about:blank"})
	attached := b.call("Target.attachToTarget", map[string]any{"targetId": target["targetId"], "flatten": true})
	b.session, _ = attached["sessionId"].(string)
	b.call("Page.enable", nil)
	return b
}

func (b *browser) read(from io.Reader) {
	messages := bufio.NewReader(from)
	for {
		message, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var answer struct {
			ID     int
			Result json.RawMessage
			Error  json.RawMessage
		}
		if json.Unmarshal(message[:len(message)-1], &answer) != nil || answer.ID == 0 {
			continue
		}
		b.mu.Lock()
		waiter := b.waiting[answer.ID]
		delete(b.waiting, answer.ID)
		b.mu.Unlock()
		if answer.Error != nil {
			answer.Result = answer.Error
		}
		waiter <- answer.Result
	}
}

func (b *browser) send(method string, params any) <-chan json.RawMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	waiter := make(chan json.RawMessage, 1)
	b.waiting[b.next] = waiter
	message := map[string]any{"id": b.next, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" && method != "Browser.close" {
		message["sessionId"] = b.session
	}
	content, _ := json.Marshal(message)
	_, _ = b.to.Write(append(content, 0))
	return waiter
}

func (b *browser) call(method string, params any) map[string]any {
	b.t.Helper()
	select {
	case content := <-b.send(method, params):
		var result map[string]any
		require.NoError(b.t, json.Unmarshal(content, &result))
		return result
	case <-time.After(30 * time.Second):
		require.FailNow(b.t, "the browser does not answer", method)
		return nil
	}
}

// value is what a script comes to in the page; a promise is waited for.
func (b *browser) value(script string) any {
	b.t.Helper()
	result := b.call("Runtime.evaluate", map[string]any{
		"expression": script, "awaitPromise": true, "returnByValue": true, "timeout": 20_000,
	})
	require.NotContains(b.t, result, "exceptionDetails")
	inner, ok := result["result"].(map[string]any)
	require.True(b.t, ok, "%v", result)
	return inner["value"]
}

// until waits for something to be true of the page, also over its reloads.
func (b *browser) until(condition string) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		result := b.call("Runtime.evaluate", map[string]any{
			"expression": fmt.Sprintf("new Promise((done) => { let left = 60;"+
				"const look = () => (%s) ? done(true) : (left-- ? requestAnimationFrame(look) : done(false)); look(); })", condition),
			"awaitPromise": true, "returnByValue": true,
		})
		if inner, ok := result["result"].(map[string]any); ok && inner["value"] == true {
			return
		}
	}
	require.FailNow(b.t, "it never became true of the page", condition)
}

func (b *browser) open(address string) {
	b.t.Helper()
	b.call("Page.navigate", map[string]any{"url": address})
	b.until("document.readyState === 'complete' && location.href === " + strconv.Quote(address))
}

// shoot keeps a picture of the page; go test -artifacts keeps it for longer.
func (b *browser) shoot(name string) {
	b.t.Helper()
	picture, _ := b.call("Page.captureScreenshot", map[string]any{"format": "png"})["data"].(string)
	content, err := base64.StdEncoding.DecodeString(picture)
	require.NoError(b.t, err)
	require.Greater(b.t, len(content), 5000, "there is something in the picture")
	require.NoError(b.t, os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+".png"), content, 0o600))
}

func TestAPayerPaysInARealBrowser(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	page := openBrowser(t)
	page.call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true,
	})
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/complete" { // shops redirect on; the page's policy must allow it
			http.Redirect(w, r, "/thanks", http.StatusSeeOther)
			return
		}
		_, _ = io.WriteString(w, "<p>Thank you</p>")
	}))
	t.Cleanup(shop.Close)
	made := b.charge("return_uri", shop.URL+"/complete", "amount", "123456", "description", "Tea <script>document.title='x'</script>")

	page.open(made.text("authorize_uri"))
	assert.Equal(t, "THB 1,234.56", page.value("document.getElementById('amount').innerText"))
	assert.Equal(t, "≈ CNY 251.95", page.value("document.getElementById('converted').innerText"))
	assert.Equal(t, "Pay · Example Shop", page.value("document.title"))
	assert.Equal(t, false, page.value("document.documentElement.scrollWidth > window.innerWidth"), "it fits a phone")
	assert.Equal(t, true, page.value("[...document.querySelectorAll('button')].every((b) => b.offsetHeight >= 44)"),
		"fingers can hit the buttons")
	assert.Equal(t, "rgb(15, 98, 214)", page.value("getComputedStyle(document.querySelector('.pay')).backgroundColor"),
		"the style sheet is allowed")
	page.shoot("pay")

	page.value("document.querySelector('button.pay').click()")
	page.until("location.pathname === '/thanks'")
	assert.Equal(t, shop.URL+"/thanks", page.value("location.href"))
	assert.Equal(t, "successful", b.get("/charges/"+made.text("id")).text("status"))

	page.open(made.text("authorize_uri"))
	assert.Contains(t, page.value("document.getElementById('ended').innerText"), "has been made")
	page.shoot("ended")
}

func TestTheDashboardIsLiveInARealBrowser(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	base, _ := door(t, b)
	page := openBrowser(t)
	page.open(base + "/accounts/s1")
	page.value("window.neverReloaded = true")
	id := b.charge("description", "Made while looking").text("id")
	page.until("document.body.innerText.includes('" + id + "')")
	page.shoot("dashboard")

	page.value("document.querySelector('button[value=succeeded]').click()")
	page.until("document.readyState === 'complete' && document.querySelector('td.successful')")
	assert.Equal(t, "successful", b.get("/charges/"+id).text("status"))

	page.value("window.neverReloaded = true")
	b.refund(id, "12300")
	page.until("document.body.innerText.includes('123.00')")
	assert.Equal(t, true, page.value("window.neverReloaded"))
}
