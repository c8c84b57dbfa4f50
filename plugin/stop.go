package plugin

import (
	"errors"
	"fmt"
	"time"
)

// killGrace is how long the system may take to end what was killed.
const killGrace = time.Second

// stop ends the process, reads the rest of its output, and removes its folder.
// go-plugin's Kill asks the process to end and waits for it without bound, so it
// has a goroutine of its own and a timer beside it.
func (l *launch) stop() error {
	select {
	case <-l.connection.lost: // there is no way left to ask
		l.process.kill()
	default:
	}
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		l.plugin.Kill()
	}()
	var err error
	if !closedWithin(asked, l.options.CloseTimeout) {
		l.process.kill()
		if !closedWithin(asked, killGrace) {
			err = errors.New("the provider's process did not end although it was killed")
		}
	}
	l.process.awaitSweep()
	l.connection.lose()
	l.output.finish(&l.process.unread)
	if folderErr := l.folder.remove(); folderErr != nil {
		err = errors.Join(err, fmt.Errorf("removing the folder for the socket: %w", folderErr))
	}
	return err
}

func closedWithin(done <-chan struct{}, limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
