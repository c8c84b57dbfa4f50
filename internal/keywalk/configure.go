package keywalk

import (
	"context"
	"time"
)

// A probe is a configuration under way.
type probe struct {
	connection int
	began      time.Time
	leave      context.CancelFunc
	result     chan error
}

// reconfigure configures with or without a probe, which may take its time, or in vain.
// A host does so one at a time.
func (w *walk) reconfigure() {
	if w.probing != nil {
		w.endProbe()
	}
	connection := w.draw(len(w.connections))
	switch w.draw(8) {
	case 0:
		w.configureInVain(connection)
	case 1:
		w.failProbe(connection)
	case 2:
		w.beginProbe(connection)
	case 3, 4:
		w.note("configure %d", connection)
		w.configure(connection, false)
	default:
		w.note("configure %d with a probe", connection)
		w.configure(connection, true)
	}
}

func (w *walk) configure(connection int, withProbe bool) {
	c := w.Configuration(w.connections[connection])
	c.Probe = withProbe
	if _, err := w.provider.Configure(context.Background(), c); err != nil {
		w.fail("Configure failed: %v", err)
	}
	w.configured = connection
}

// configureInVain tries settings that no provider has.
func (w *walk) configureInVain(connection int) {
	w.note("configure %d in vain", connection)
	c := w.Configuration(w.connections[connection])
	c.Settings["no_such_setting"] = "x"
	if _, err := w.provider.Configure(context.Background(), c); err == nil {
		w.fail("Configure took a setting that there is not")
	}
}

func (w *walk) failProbe(connection int) {
	w.note("configure %d with a probe that fails", connection)
	w.probes.arm("", isBarred)
	c := w.Configuration(w.connections[connection])
	c.Probe = true
	_, err := w.provider.Configure(context.Background(), c)
	w.probes.disarm("")
	if err == nil {
		w.fail("Configure succeeded although its probe failed")
	}
}

// beginProbe configures with a probe that the gateway answers later. Meanwhile the
// previous configuration stays.
func (w *walk) beginProbe(connection int) {
	w.note("configure %d with a probe that waits", connection)
	held := w.probes.arm("", heldBefore)
	ctx, leave := context.WithCancel(context.Background())
	w.probing = &probe{connection: connection, began: time.Now(), leave: leave, result: make(chan error, 1)}
	c := w.Configuration(w.connections[connection])
	c.Probe = true
	go func(p *probe) {
		_, err := w.provider.Configure(ctx, c)
		p.result <- err
	}(w.probing)
	select {
	case <-held:
	case err := <-w.probing.result:
		w.fail("Configure ended without a probe: %v", err)
	case <-time.After(patience):
		w.fail("the probe of Configure never came")
	}
}

func (w *walk) endProbe() {
	w.note("the probe of %d is answered", w.probing.connection)
	w.probes.releaseAll()
	if err := <-w.probing.result; err != nil {
		w.fail("Configure failed: %v", err)
	}
	w.probing.leave()
	w.configured, w.probing = w.probing.connection, nil
}

// cancelProbe cancels a configuration whose probe was not answered.
func (w *walk) cancelProbe() {
	if w.probing == nil {
		return
	}
	w.probing.leave()
	if err := <-w.probing.result; err == nil {
		w.fail("Configure succeeded although its probe was not answered")
	}
	w.probes.releaseAll()
	w.probing = nil
}
