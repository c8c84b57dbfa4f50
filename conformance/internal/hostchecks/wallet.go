package hostchecks

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/scripted"
	"github.com/paysocket/paysocket/contract"
)

// Wallet is a provider in the host's catalog, and its account at the gateway.
type Wallet struct {
	*scripted.Account

	// Name is the provider's name in the catalog.
	Name string

	kind     Kind
	world    *world
	check    *Check // whose own it is; nil: anybody's
	path     string // of the binary
	versions int
	disabled bool
	of       *scripted.Account // whose secrets it has; nil: its own
}

// install makes the plugin's binary in a version; empty for that of the shape.
func (w *Wallet) install(version string) error {
	w.versions++
	w.path = filepath.Join(w.world.folder, w.Name+"."+strconv.Itoa(w.versions))
	return w.Install(w.world.suite.Binary, w.path, version)
}

func (w *Wallet) mode() string {
	if w.kind.Shape.Live {
		return "live"
	}
	return "test"
}

func (w *Wallet) secrets() map[string]string {
	if w.of != nil {
		return w.of.Secrets()
	}
	return w.Secrets()
}

// Change changes the wallet's entry in the catalog and has the host read it: disabled, of
// another version, or with the secrets of another account.
func (t *T) Change(w *Wallet, what string, change func() error) {
	t.note("catalog: %s %s", w.Name, what)
	w.world.catalog.Lock()
	err := change()
	w.world.catalog.Unlock()
	t.SetupFailed("change the catalog", err)
	t.SetupFailed("write the catalog", w.world.writeCatalog())
	t.SetupFailed("have the host read its catalog", w.world.host.Reload(t.Context()))
}

// Disable takes a wallet out of the catalog.
func (t *T) Disable(w *Wallet) {
	t.Change(w, "disabled", func() error { w.disabled = true; return nil })
}

// Upgrade installs another version of a wallet's plugin, and waits until it runs.
func (t *T) Upgrade(w *Wallet, version string) {
	t.Change(w, "upgraded to "+version, func() error { return w.install(version) })
	t.Until("a process of version "+version+" of "+w.Name, func() bool {
		for _, p := range w.Processes() {
			if p.Version == version {
				return true
			}
		}
		return false
	})
}

// Replace is Upgrade, and waits until no process of an older version is left.
func (t *T) Replace(w *Wallet, version string) {
	t.Upgrade(w, version)
	t.Until("the older processes of "+w.Name+" have ended", func() bool {
		return !slices.ContainsFunc(w.Processes(), func(p scripted.Process) bool { return p.Version != version })
	})
}

// KillPlugin kills the plugin of a wallet.
func (t *T) KillPlugin(w *Wallet) {
	t.note("the plugin of %s is killed", w.Name)
	if w.KillProcesses() == 0 {
		t.Latef("the plugin of %s did not run", w.Name)
	}
}

// AwaitPlugin waits until a process of the wallet's plugin runs, and is configured.
func (t *T) AwaitPlugin(w *Wallet) {
	t.Until("the plugin of "+w.Name+" runs again", func() bool {
		return slices.ContainsFunc(w.Calls(), func(c scripted.CallRecord) bool {
			return c.Operation == contract.OperationConfigure && c.Ended == scripted.EndedAnswer && c.ProcessLost.IsZero()
		})
	})
}

// Deliver sends a webhook to the host's address for a wallet, and returns the status.
func (t *T) Deliver(w *Wallet, webhook *scripted.Webhook) int {
	status, _ := t.DeliverTo(w, 0, webhook)
	return status
}

// DeliverTo sends a webhook to one of the host's processes, counted from 0, and returns
// the status and the body of the answer; 0 if there was none.
func (t *T) DeliverTo(w *Wallet, process int, webhook *scripted.Webhook) (status int, body string) {
	processes := w.world.host.Processes()
	url, err := processes[process%len(processes)].WebhookURL(w.Name)
	t.SetupFailed("find the address of webhooks", err)
	ctx, cancel := context.WithTimeout(t.Context(), callLimit)
	defer cancel()
	request, err := webhook.Request(ctx, url)
	t.SetupFailed("make a webhook", err)
	began := time.Now()
	status, _, body, err = w.world.send(request)
	t.note("webhook %s to %s: %d in %d ms%s", webhook.ID, w.Name, status, time.Since(began).Milliseconds(), because(err))
	return status, body
}

// Sure delivers a webhook until it is acknowledged, as a gateway does.
func (t *T) Sure(w *Wallet, webhook *scripted.Webhook) {
	t.Until("the webhook "+webhook.ID+" is acknowledged", func() bool { return t.Deliver(w, webhook)/100 == 2 })
}
