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

// service is what serve serves.
type service struct {
	// API imitates the gateway. Required.
	API http.Handler

	// Manage serves gwctl/1, like Handler. Required.
	Manage http.Handler

	// Ready is printed as one line of JSON when both listeners are open. Its JSON
	// must have the fields of [Ready], and may have more. Required.
	Ready any

	// Close is called when both listeners are closed. nil: nothing to do.
	Close func()
}

// serveOptions configures serve. The zero value is valid.
type serveOptions struct {
	// Listen is the host:port of the gateway's API. Empty: 127.0.0.1:0, a free
	// port.
	Listen string

	// Manage is the host:port of the control protocol. Empty: 127.0.0.1:0.
	Manage string

	// Stdin is watched if it is a pipe: the sandbox ends when it is closed, and so
	// with the process that started it. /dev/null, files and terminals are not
	// watched. nil: not watched.
	Stdin *os.File

	// Stdout receives the ready line, and nothing else. nil: it is not printed.
	Stdout io.Writer
}

// serve listens on two loopback addresses, calls build with their absolute URLs
// (without a slash at the end), prints the ready line, and serves. It returns nil
// when ctx ends, SIGINT or SIGTERM arrives, or a piped standard input is closed.
// With a piped standard input it ignores SIGHUP, because an operator may send it to
// the whole process group of a host to make the host reload. It refuses addresses
// that are not loopback, because a sandbox publishes its secrets.
func serve(ctx context.Context, build func(api, manage string) (*service, error), options *serveOptions) error {
	if options == nil {
		options = &serveOptions{}
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if isPipe(options.Stdin) {
		hangups := make(chan os.Signal, 1) // is never read
		signal.Notify(hangups, syscall.SIGHUP)
		defer signal.Stop(hangups)
	}
	api, err := listen(ctx, options.Listen)
	if err != nil {
		return fmt.Errorf("listening for the API: %w", err)
	}
	defer func() { _ = api.Close() }()
	manage, err := listen(ctx, options.Manage)
	if err != nil {
		return fmt.Errorf("listening for gwctl/1: %w", err)
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
		return fmt.Errorf("encoding the ready line: %w", err)
	}
	if _, err := stdout.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("printing the ready line: %w", err)
	}
	return nil
}

// isPipe reports whether stdin is a pipe, or a socket, which some languages use
// instead of a pipe for a child's standard input.
func isPipe(stdin *os.File) bool {
	if stdin == nil {
		return false
	}
	info, err := stdin.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}

// untilEnd returns a context that ends when stdin is closed, if it is a pipe.
func untilEnd(ctx context.Context, stdin *os.File) context.Context {
	if !isPipe(stdin) {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, stdin) // an error ends it, too
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
	// Less than the time after which Close of a Sandbox sends a signal.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	for _, server := range servers {
		if err := server.Shutdown(grace); err != nil {
			_ = server.Close() // aborts the requests in flight
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
