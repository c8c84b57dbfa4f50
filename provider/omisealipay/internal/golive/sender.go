package golive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// The errors of an address that nothing is sent to.
var (
	errPrivate     = errors.New("from here its name leads to a private address")
	errNotLoopback = errors.New("its name does not lead to this machine")
)

type senderOptions struct {
	// loopback permits this machine; only is the same and permits nothing else.
	loopback, only bool
}

// A sender posts webhooks as the gateway does: without following redirects, and by no
// proxy.
type sender struct{ client *http.Client }

// sendTimeout is how long the gateway is taken to wait for an answer.
const sendTimeout = 10 * time.Second

func newSender(o *senderOptions) *sender {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return o.permits(address)
	}}
	return &sender{&http.Client{
		Timeout:       sendTimeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// permits looks at the address that is about to be dialled, whatever name led to it.
func (o *senderOptions) permits(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("the address %q: %w", address, err)
	}
	ip := at.Addr().Unmap()
	switch {
	case ip.IsLoopback() && (o.loopback || o.only):
		return nil
	case o.only:
		return errNotLoopback
	case ip.IsLoopback(), ip.IsPrivate(), ip.IsLinkLocalUnicast(), ip.IsUnspecified(), ip.IsMulticast():
		return errPrivate
	}
	return nil
}

// post returns the status of the answer. Its error does not repeat the address.
func (s *sender) post(ctx context.Context, to *url.URL, body []byte, signature http.Header) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return 0, errors.New("the address is not valid")
	}
	request.Header = signature.Clone()
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Paysocket")
	answer, err := s.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10)
	return answer.StatusCode, nil
}

func (s *sender) close() { s.client.CloseIdleConnections() }
