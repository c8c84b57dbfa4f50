package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// service is what a sandbox serves, once it knows its addresses.
type service struct {
	// API imitates the gateway. Required.
	API http.Handler

	// Manage speaks gwctl/1, as Handler does. Required.
	Manage http.Handler

	// Ready is printed as one line of JSON when both listen. Its JSON must
	// have the fields of [Ready], and may have more. Required.
	Ready any

	// Close is called when both listeners have ended. nil: nothing to do.
	Close func()
}

// serveOptions says where a sandbox listens and whom it listens to. The zero
// value is the default.
type serveOptions struct {
	// Listen is the host:port of the imitated API. Empty: 127.0.0.1:0, a
	// free port.
	Listen string

	// Manage is the host:port of the control protocol. Empty: 127.0.0.1:0.
	Manage string

	// Stdin ends the sandbox with its starter: when it is a pipe, its end
	// is the sandbox's. /dev/null, a file or a terminal mean nothing. nil:
	// not watched.
	Stdin *os.File

	// Stdout gets the ready line, and nothing after it. nil: not printed.
	Stdout io.Writer
}

// serve listens on two loopback addresses, gives their absolute URLs (without a
// slash at the end) to build, prints the ready line, and serves until ctx ends,
// SIGINT or SIGTERM arrives, or a piped standard input ends; those are no errors.
// With a piped standard input, SIGHUP is ignored: whoever tells a host to reload
// may send it to all that the host has started. Addresses that are not loopback
// are refused: a sandbox gives its secrets away.
func serve(ctx context.Context, build func(api, manage string) (*service, error), options *serveOptions) error {
	if options == nil {
		options = &serveOptions{}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if heldBy(options.Stdin) {
		hangups := make(chan os.Signal, 1) // which nobody reads
		signal.Notify(hangups, syscall.SIGHUP)
		defer signal.Stop(hangups)
	}
	api, err := listen(ctx, options.Listen)
	if err != nil {
		return fmt.Errorf("listen for the API: %w", err)
	}
	defer func() { _ = api.Close() }()
	manage, err := listen(ctx, options.Manage)
	if err != nil {
		return fmt.Errorf("listen for gwctl/1: %w", err)
	}
	defer func() { _ = manage.Close() }()

	service, err := build("http://"+api.Addr().String(), "http://"+manage.Addr().String())
	if err != nil {
		return err
	}
	if service.Close != nil {
		defer service.Close()
	}
	if err := printReady(options.Stdout, service.Ready); err != nil {
		return err
	}
	return serveBoth(untilEnd(ctx, options.Stdin), service, api, manage)
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address; use 127.0.0.1 or [::1]", address)
	}
	return (&net.ListenConfig{}).Listen(ctx, "tcp", resolved.String())
}

func printReady(stdout io.Writer, ready any) error {
	if stdout == nil {
		return nil
	}
	line, err := json.Marshal(ready)
	if err != nil {
		return fmt.Errorf("write the ready line as JSON: %w", err)
	}
	if _, err := stdout.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("print the ready line: %w", err)
	}
	return nil
}

// heldBy reports whether stdin is somebody's hold on us. Some languages give a
// child a socket where others give a pipe.
func heldBy(stdin *os.File) bool {
	if stdin == nil {
		return false
	}
	info, err := stdin.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}

// untilEnd ends the context with stdin, when stdin is somebody's hold on us.
func untilEnd(ctx context.Context, stdin *os.File) context.Context {
	if !heldBy(stdin) {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, stdin) // an unreadable stdin has ended too
	}()
	return ctx
}

func serveBoth(ctx context.Context, service *service, api, manage net.Listener) error {
	servers := []*http.Server{newServer(service.API), newServer(service.Manage)}
	ended := make(chan error, len(servers))
	for i, listener := range []net.Listener{api, manage} {
		go func() { ended <- servers[i].Serve(listener) }()
	}
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-ended:
	}
	// Less than the time that StartSandbox gives before it sends a signal.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close() // what is still in flight is cut off
		}
	}
	if errors.Is(failure, http.ErrServerClosed) {
		return nil
	}
	return failure
}

func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}
