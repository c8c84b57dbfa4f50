package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// window is a window of a real browser.
type window struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the window in a context
}

// openWindow opens a window of a new browser, started with further options.
func openWindow(t *testing.T, further ...chromedp.ExecAllocatorOption) *window {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		skipOrFail(t, "chromium", "there is no Chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-background-networking", true))
	allocator, closeAllocator := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), append(options, further...)...)
	t.Cleanup(closeAllocator)
	ctx, closeWindow := chromedp.NewContext(allocator)
	t.Cleanup(closeWindow)
	require.NoError(t, chromedp.Do(ctx), "the browser starts") // without a deadline: it would end with it
	return &window{t, ctx}
}

// skipOrFail skips a test for which a program is missing.
func skipOrFail(t *testing.T, program, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), program) {
		require.FailNow(t, "PAYSOCKET_REQUIRE has "+program, reason)
	}
	t.Skipf("SKIPPED, NOT TESTED: %s (PAYSOCKET_REQUIRE=%s makes this a failure)", reason, program)
}

// save saves a picture of the whole page in a folder that git ignores, for people to look at.
func (w *window) save(name string) {
	w.t.Helper()
	folder := filepath.Join("..", "bin", "screenshots")
	require.NoError(w.t, os.MkdirAll(folder, 0o750))
	limited, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	picture, err := chromedp.Run(limited, chromedp.FullScreenshot(100))
	require.NoError(w.t, err)
	require.Greater(w.t, len(picture), 5000, "there is something in the picture")
	require.NoError(w.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}

// barriers fails for what axe calls serious or critical on a page.
func (w *window) barriers(name string) {
	w.t.Helper()
	axe, err := os.ReadFile(filepath.Join("testdata", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("PAYSOCKET_REQUIRE"), ","), "axe") {
			require.FailNow(w.t, "PAYSOCKET_REQUIRE has axe", "make axe")
		}
		w.t.Log("SKIPPED, NOT TESTED: barriers, since axe is not installed: make axe (PAYSOCKET_REQUIRE=axe makes this a failure)")
		return
	}
	limited, stop := context.WithTimeout(w.ctx, actTime)
	defer stop()
	_, err = chromedp.Run(limited, chromedp.Evaluate[any](string(axe)+";0"))
	require.NoError(w.t, err)
	found, err := chromedp.Run(limited, chromedp.Evaluate[string](`axe.run(document).then(r => JSON.stringify(r.violations
		.filter(v => v.impact === "serious" || v.impact === "critical").map(v => [v.id, v.help, v.nodes.map(n => n.html)])))`,
		chromedp.EvalAwaitPromise))
	require.NoError(w.t, err)
	assert.Equal(w.t, "[]", found, name)
}
