package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"
)

// front is a server between a provider and its gateway, on which the demo has accidents.
type front struct {
	url    string
	server *http.Server
	served chan error

	mu   sync.Mutex
	next *accident // of the next request that makes something; nil if there is none
}

// accident keeps an answer of the gateway from the provider. The gateway has done what
// was asked of it.
type accident struct {
	happened chan struct{} // is closed when the gateway has answered
	over     chan struct{} // until then the provider waits
}

// openFront returns a server in front of a gateway's API.
func openFront(ctx context.Context, apiBase string) (*front, error) {
	target, err := url.Parse(apiBase)
	if err != nil {
		return nil, fmt.Errorf("the address of the gateway: %w", err)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the front of the gateway cannot listen: %w", err)
	}
	f := &front{url: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: f.answered,
		FlushInterval:  -1, // at once
		ErrorLog:       slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug),
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }, // the provider sees no answer
		Transport:      &http.Transport{Proxy: nil, ResponseHeaderTimeout: time.Minute},
	}
	f.server = &http.Server{Handler: proxy, ReadHeaderTimeout: time.Minute}
	go func() { f.served <- f.server.Serve(listener) }()
	return f, nil
}

// loseNext makes the next thing happen at the gateway without an answer to the provider.
func (f *front) loseNext() *accident {
	a := &accident{happened: make(chan struct{}), over: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next = a
	return a
}

var errLost = errors.New("the answer is lost")

// answered has the accident that is due.
func (f *front) answered(response *http.Response) error {
	f.mu.Lock()
	a := f.next
	if response.Request.Method == http.MethodGet {
		a = nil
	}
	if a != nil {
		f.next = nil
	}
	f.mu.Unlock()
	if a == nil {
		return nil
	}
	close(a.happened)
	<-a.over
	// The provider sees that an answer begins, or its HTTP client would repeat the request.
	_ = response.Body.Close()
	response.Body = io.NopCloser(io.MultiReader(strings.NewReader(" "), lost{}))
	return nil
}

// lost is the rest of an answer whose connection breaks.
type lost struct{}

// Read implements io.Reader.
func (lost) Read([]byte) (int, error) { return 0, errLost }

// close ends the server: from then on nobody can connect to the gateway.
func (f *front) close() error {
	err := f.server.Close()
	if ended := <-f.served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	f.served <- http.ErrServerClosed // for another close
	return err
}
