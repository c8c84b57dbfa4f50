package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client is a [Gateway] in another process, called over gwctl/1. It is safe for
// concurrent use.
type Client struct {
	manage    string
	http      *http.Client
	maxAnswer int64
}

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 32 << 20 // bytes: a ledger of some fifty thousand payments
)

// NewClient returns a client of the sandbox whose control protocol is served at
// manageURL, an absolute http or https URL. It sends nothing yet. Each call times
// out after ten seconds. The client ignores HTTP_PROXY and the like, and follows no
// redirects. Call Close when it is no longer needed.
func NewClient(manageURL string) (*Client, error) {
	if err := checkAddress(manageURL); err != nil {
		return nil, fmt.Errorf("manage URL: %w", err)
	}
	return &Client{
		manage:    strings.TrimRight(manageURL, "/"),
		maxAnswer: maxAnswer,
		http: &http.Client{
			Timeout:       callTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{
				DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				MaxIdleConnsPerHost: 16,
				IdleConnTimeout:     time.Minute,
			},
		},
	}, nil
}

// Hello implements [Gateway]. It fails if the sandbox has another protocol than
// [Protocol].
func (c *Client) Hello(ctx context.Context) (*Hello, error) {
	var hello Hello
	if err := c.call(ctx, http.MethodGet, "/v1/hello", nil, &hello); err != nil {
		return nil, err
	}
	if hello.Protocol != Protocol {
		return nil, fmt.Errorf("the sandbox has the protocol %.40q, not %s", hello.Protocol, Protocol)
	}
	return &hello, nil
}

// NewScope implements [Gateway].
func (c *Client) NewScope(ctx context.Context, spec *ScopeSpec) (Scope, error) {
	if spec == nil {
		spec = &ScopeSpec{}
	}
	var connection Connection
	if err := c.call(ctx, http.MethodPost, "/v1/scopes", spec, &connection); err != nil {
		return nil, err
	}
	return c.Attach(&connection)
}

// Attach returns a scope that is open already, such as the first account's, whose
// name a sandbox in Go prints in its ready line. It sends nothing, so it does not
// check that the scope exists.
func (c *Client) Attach(connection *Connection) (Scope, error) {
	if connection.Scope == "" {
		return nil, errors.New("the connection has no scope")
	}
	if err := checkAddress(connection.APIBase); err != nil {
		return nil, fmt.Errorf("the connection's api_base: %w", err)
	}
	return &clientScope{client: c, connection: *connection}, nil
}

// Close closes idle connections. It does not end the sandbox.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// call sends a request to the sandbox. A nil body is sent as none; with into nil
// the body of the response is ignored.
func (c *Client) call(ctx context.Context, method, path string, content, into any) error {
	var body io.Reader
	if content != nil {
		encoded, err := json.Marshal(content)
		if err != nil {
			return fmt.Errorf("encoding the request: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.manage+path, body)
	if err != nil {
		return fmt.Errorf("calling the sandbox: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("calling the sandbox: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	return c.read(response, into)
}

func (c *Client) read(response *http.Response, into any) error {
	content, err := io.ReadAll(io.LimitReader(response.Body, c.maxAnswer+1))
	if err != nil {
		return fmt.Errorf("reading the response of the sandbox: %w", err)
	}
	if int64(len(content)) > c.maxAnswer {
		return fmt.Errorf("the response of the sandbox is longer than %d bytes", c.maxAnswer)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return responseError(response.StatusCode, content)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("the response of the sandbox is not the expected JSON: %w", err)
	}
	return nil
}

// responseError returns the error of a response that is not 2xx.
func responseError(status int, content []byte) error {
	var answer errorAnswer
	_ = json.Unmarshal(content, &answer) // without a text if it is not ours, such as an HTML page
	const longest = 4 << 10
	if len(answer.Error) > longest {
		answer.Error = strings.ToValidUTF8(answer.Error[:longest], "")
	}
	return &statusError{refusal: refusalOf(status), status: status, message: answer.Error}
}

// segment escapes an id as one segment of a path. No scope has ids that a path
// cannot contain.
func segment(id string) (string, error) {
	if id == "" || id == "." || id == ".." {
		return "", fmt.Errorf("id %q: %w", id, ErrNotFound)
	}
	return url.PathEscape(id), nil
}
