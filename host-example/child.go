package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/host-example/service"
)

// hostChild is "host-example serve" as a process of the demo, which can be killed.
type hostChild struct {
	command *exec.Cmd
	ended   chan error
}

// startTimeout bounds the wait until a host takes orders.
const startTimeout = time.Minute

// startHost starts a host on a stage, and waits until its providers are ready. It
// forwards the host's log if verbose is not nil.
func startHost(ctx context.Context, s *stage, addresses *addresses, verbose io.Writer) (*hostChild, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding this program: %w", err)
	}
	h := &hostChild{ended: make(chan error, 1)}
	arguments := []string{
		"serve", "--catalog", s.catalog(), "--database", s.database(), "--listen", addresses.shop, "--admin", strings.TrimPrefix(addresses.admin, socketPrefix), "--staff", service.Off,
		"--call-time", "12s", // or who watches would wait longer for the end of the call that was cut off
	}
	h.command = exec.CommandContext(context.WithoutCancel(ctx), program, arguments...) //nolint:gosec // It is this program.
	h.command.Args[0] = "host-example"
	h.command.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir()} // the secrets are in files
	endWithParent(h.command)
	log, err := h.command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := h.command.Start(); err != nil {
		return nil, fmt.Errorf("starting the host: %w", err)
	}
	applied := make(chan error, 1)
	go func() {
		h.follow(log, verbose, applied)
		h.ended <- h.command.Wait()
	}()
	timer := time.NewTimer(startTimeout)
	defer timer.Stop()
	select {
	case err = <-applied:
	case <-timer.C:
		err = fmt.Errorf("the host is not ready within %s", startTimeout)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, h.kill())
	}
	return h, nil
}

// follow reads the host's log until it ends. It tells once whether the catalog was
// applied.
func (h *hostChild) follow(log io.Reader, verbose io.Writer, applied chan<- error) {
	last := "it said nothing"
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if verbose != nil {
			fmt.Fprintln(verbose, lines.Text())
		}
		var line struct {
			Msg      string   `json:"msg"`
			Problems []string `json:"problems"`
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			last = lines.Text()
			continue
		}
		if strings.HasPrefix(line.Msg, "the catalog was applied") {
			var err error
			if len(line.Problems) > 0 {
				err = errors.New(strings.Join(line.Problems, "; "))
			}
			select {
			case applied <- err:
			default:
			}
		}
	}
	select {
	case applied <- fmt.Errorf("the host ended: %s", last):
	default:
	}
}

// kill kills the host as a loss of power would, and waits for its end.
func (h *hostChild) kill() error {
	err := h.command.Process.Kill()
	if ended := <-h.ended; ended == nil {
		return errors.New("the host ended by itself before it was killed")
	}
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// end asks the host to end, and waits until it has ended in good order.
func (h *hostChild) end() error {
	if err := h.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := <-h.ended; err != nil {
		return fmt.Errorf("the host did not end in good order: %w", err)
	}
	return nil
}

// addresses are where a host listens. They stay when it is started again.
type addresses struct{ shop, admin, staff string }

// freeAddresses returns an address of this machine for a shop at which nobody listens. It is not
// among those that systems give to whoever asks for any port, so that nobody gets it
// before the host does.
func freeAddresses(ctx context.Context) (*addresses, error) {
	const lowest, ports, tries = 20_000, 12_000, 100
	for range tries {
		address := fmt.Sprintf("127.0.0.1:%d", lowest+rand.N(ports)) //nolint:gosec // It guards no secret.
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			return nil, fmt.Errorf("finding a free port: %w", err)
		}
		return &addresses{shop: address}, nil
	}
	return nil, errors.New("no port is free on this machine")
}

func (a *addresses) webhookURL(provider string) string {
	return "http://" + a.shop + "/webhooks/" + provider
}
