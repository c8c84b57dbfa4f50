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

// Client is a [Gateway] in another process, reached over gwctl/1. It may be
// called by many goroutines at once.
type Client struct {
	manage    string
	http      *http.Client
	maxAnswer int64
}

const (
	callTimeout = 10 * time.Second
	maxAnswer   = 32 << 20 // bytes: a ledger of some fifty thousand payments
)

// NewClient speaks to the sandbox whose control protocol answers at
// manageURL. Nothing is sent yet. A call has ten seconds. Proxies of the
// environment are not used, and redirects are not followed.
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

// Hello asks the sandbox what it is. A sandbox that speaks another protocol
// is an error.
func (c *Client) Hello(ctx context.Context) (*Hello, error) {
	var hello Hello
	if err := c.ask(ctx, http.MethodGet, "/v1/hello", nil, &hello); err != nil {
		return nil, err
	}
	if hello.Protocol != Protocol {
		return nil, fmt.Errorf("the stand-in speaks %.40q, not %s", hello.Protocol, Protocol)
	}
	return &hello, nil
}

// NewScope opens an account at the sandbox; a nil spec is the zero one.
func (c *Client) NewScope(ctx context.Context, spec *ScopeSpec) (Scope, error) {
	if spec == nil {
		spec = &ScopeSpec{}
	}
	var connection Connection
	if err := c.ask(ctx, http.MethodPost, "/v1/scopes", spec, &connection); err != nil {
		return nil, err
	}
	return c.Attach(&connection)
}

// Attach takes up a scope that is already open, such as the one that a
// [Ready] line describes. The sandbox is not asked.
func (c *Client) Attach(connection *Connection) (Scope, error) {
	if connection.Scope == "" {
		return nil, errors.New("the connection lacks scope")
	}
	if err := checkAddress(connection.APIBase); err != nil {
		return nil, fmt.Errorf("the connection's api_base: %w", err)
	}
	return &clientScope{client: c, connection: *connection}, nil
}

// Close drops idle connections. The sandbox runs on.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// ask is the only way to the sandbox. A nil question has no body; into nil
// ignores the answer's.
func (c *Client) ask(ctx context.Context, method, path string, question, into any) error {
	var body io.Reader
	if question != nil {
		content, err := json.Marshal(question)
		if err != nil {
			return fmt.Errorf("write the question as JSON: %w", err)
		}
		body = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.manage+path, body)
	if err != nil {
		return fmt.Errorf("ask the stand-in: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("ask the stand-in: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	return c.read(response, into)
}

func (c *Client) read(response *http.Response, into any) error {
	content, err := io.ReadAll(io.LimitReader(response.Body, c.maxAnswer+1))
	if err != nil {
		return fmt.Errorf("read the stand-in's answer: %w", err)
	}
	if int64(len(content)) > c.maxAnswer {
		return fmt.Errorf("the stand-in's answer is longer than %d bytes", c.maxAnswer)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answered(response.StatusCode, content)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("the stand-in's answer is not the expected JSON: %w", err)
	}
	return nil
}

// answered turns an error status into the refusal that it stands for.
func answered(status int, content []byte) error {
	var answer errorAnswer
	_ = json.Unmarshal(content, &answer) // a foreign page says nothing to us
	const longest = 4 << 10
	if len(answer.Error) > longest {
		answer.Error = strings.ToValidUTF8(answer.Error[:longest], "")
	}
	return &answeredError{refusal: refusalOf(status), status: status, message: answer.Error}
}

// segment writes an id as one part of a path. Ids that a path cannot carry
// exist in no scope.
func segment(id string) (string, error) {
	if id == "" || id == "." || id == ".." {
		return "", fmt.Errorf("id %q: %w", id, ErrNotFound)
	}
	return url.PathEscape(id), nil
}
