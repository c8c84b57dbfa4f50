package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// maxPage bounds how much of a response is read.
const maxPage = 1 << 20

// browser plays everyone who reaches the shop over HTTP: the buyer, and somebody who
// forges webhooks. It only connects to this machine, and follows no redirect.
type browser struct{ client *http.Client }

func newBrowser() *browser {
	return &browser{client: &http.Client{
		Timeout:       10 * time.Second,
		Transport:     &http.Transport{Proxy: nil, ResponseHeaderTimeout: 10 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// page is a response.
type page struct {
	status   int
	location string
	body     string
}

func (b *browser) get(ctx context.Context, address string) (*page, error) {
	return b.send(ctx, http.MethodGet, address, http.Header{}, nil)
}

func (b *browser) submit(ctx context.Context, address string, form url.Values) (*page, error) {
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	return b.send(ctx, http.MethodPost, address, header, []byte(form.Encode()))
}

func (b *browser) send(ctx context.Context, method, address string, header http.Header, body []byte) (*page, error) {
	target, err := url.Parse(address)
	if err != nil || !contract.IsLoopback(target) {
		return nil, errors.New("the demo connects to this machine only, and the address is not a loopback address")
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	answer, err := b.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // It was only read.
	content, err := io.ReadAll(io.LimitReader(answer.Body, maxPage))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, address, err)
	}
	return &page{status: answer.StatusCode, location: answer.Header.Get("Location"), body: string(content)}, nil
}

// expect returns an error if the response has another status.
func (p *page) expect(status int, who string) error {
	if p.status == status {
		return nil
	}
	return fmt.Errorf("%s answered %d %s instead of %d", who, p.status, http.StatusText(p.status), status)
}

// shownStatus returns the sale's status from the shop's return page.
func (p *page) shownStatus() string {
	_, after, _ := strings.Cut(p.body, `data-status="`)
	status, _, _ := strings.Cut(after, `"`)
	return status
}
