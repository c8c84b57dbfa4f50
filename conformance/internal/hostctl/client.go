package hostctl

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

	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// MaxBody bounds the body of a request and of an answer, in bytes.
const MaxBody = 1 << 20

// Client calls a host over hostctl/1. It is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// NewClient returns a client of the host that serves hostctl/1 at a loopback address,
// such as 127.0.0.1:8082. A call ends with its context, and after longest: a host that
// makes a payment while it answers takes as long as its calls. Call Close at the end.
func NewClient(address string, longest time.Duration) (*Client, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !net.ParseIP(host).IsLoopback() {
		return nil, fmt.Errorf("hostctl is at %.80q; it must be a loopback address with a port, such as 127.0.0.1:8082", address)
	}
	return &Client{
		base: "http://" + address,
		http: &http.Client{
			Timeout:       longest,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport: &http.Transport{ // without the proxy of the environment
				DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
				MaxIdleConnsPerHost: 64,
				IdleConnTimeout:     time.Minute,
			},
		},
	}, nil
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Hello asks what the host can do.
func (c *Client) Hello(ctx context.Context) (*Hello, error) {
	var hello Hello
	if err := c.call(ctx, get("/v1/hello"), &hello); err != nil {
		return nil, err
	}
	return &hello, nil
}

// PlaceOrder places an order. It returns the same order for an id that is known, or
// [ErrConflict]. The order may have no link yet.
func (c *Client) PlaceOrder(ctx context.Context, order *NewOrder) (*Order, error) {
	return c.order(ctx, order.ID, post("/v1/orders", order))
}

// Order reads an order. The host does nothing for it.
func (c *Client) Order(ctx context.Context, id string) (*Order, error) {
	return c.order(ctx, id, get("/v1/orders/"+url.PathEscape(id)))
}

// Again has the buyer of an order pay again.
func (c *Client) Again(ctx context.Context, id string, choice *Choice) (*Order, error) {
	return c.order(ctx, id, post("/v1/orders/"+url.PathEscape(id)+"/again", choice))
}

// Refund pays money of an order back. It returns the same refund for an id that is known,
// or [ErrConflict].
func (c *Client) Refund(ctx context.Context, id string, refund *NewRefund) (*Refund, error) {
	var answer Refund
	request := post("/v1/orders/"+url.PathEscape(id)+"/refunds", refund)
	if err := c.call(ctx, request, &answer); err != nil {
		return nil, err
	}
	if answer.ID != refund.ID {
		return nil, &AnswerError{Request: request.String(), Status: http.StatusOK, Err: fmt.Errorf("it is about the refund %.80q", answer.ID)}
	}
	return &answer, nil
}

// Cancel abandons an order.
func (c *Client) Cancel(ctx context.Context, id string) (*Order, error) {
	return c.order(ctx, id, post("/v1/orders/"+url.PathEscape(id)+"/cancel", struct{}{}))
}

// Attention returns what a person should look at, of all orders and of none.
func (c *Client) Attention(ctx context.Context) ([]Attention, error) {
	var answer attentionAnswer
	err := c.call(ctx, get("/v1/attention"), &answer)
	return answer.Attention, err
}

// Compare begins the comparison with the gateways.
func (c *Client) Compare(ctx context.Context) error {
	return c.call(ctx, post("/v1/compare", struct{}{}), nil)
}

func (c *Client) order(ctx context.Context, id string, request *request) (*Order, error) {
	var answer orderAnswer
	if err := c.call(ctx, request, &answer); err != nil {
		return nil, err
	}
	answer.Order.Effects = *answer.Effects
	if answer.ID != id {
		return nil, &AnswerError{Request: request.String(), Status: http.StatusOK, Err: fmt.Errorf("it is about the order %.80q", answer.ID)}
	}
	return &answer.Order, nil
}

// orderAnswer is an Order whose effects may be missing.
type orderAnswer struct {
	Order

	Effects *int `json:"effects"`
}

func (o *orderAnswer) check() error {
	if o.Effects == nil || *o.Effects < 0 {
		return missing("effects")
	}
	return o.Order.check()
}

type attentionAnswer struct {
	Attention []Attention `json:"attention"`
}

func (a *attentionAnswer) check() error {
	if a.Attention == nil {
		return missing("attention")
	}
	return checkAttention(a.Attention)
}

type errorAnswer struct {
	Error string `json:"error"`
}

// request is what is asked of a host.
type request struct {
	method, path string
	content      any // nil for none
}

func get(path string) *request { return &request{method: http.MethodGet, path: path} }

func post(path string, content any) *request {
	return &request{method: http.MethodPost, path: path, content: content}
}

func (r *request) String() string { return r.method + " " + r.path }

// checked is an answer that knows its own form.
type checked interface{ check() error }

// call sends a request, and reads the answer into a value; nil if it has none.
func (c *Client) call(ctx context.Context, r *request, into checked) error {
	var body io.Reader = http.NoBody
	if r.content != nil {
		encoded, err := json.Marshal(r.content)
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
		body = bytes.NewReader(encoded)
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, body)
	if err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	if r.content != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(sent)
	if err != nil {
		return &LostError{Request: r.String(), Err: err}
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(answer.Body, MaxBody+1))
	if err != nil {
		return &LostError{Request: r.String(), Err: err}
	}
	return read(r, answer, content, into)
}

// read reads an answer as strictly as the page has it.
func read(r *request, answer *http.Response, content []byte, into checked) error {
	const beginning = 200
	wrong := func(err error) error {
		begins := strings.ToValidUTF8(string(content[:min(len(content), beginning)]), "\ufffd")
		return &AnswerError{Request: r.String(), Status: answer.StatusCode, Err: err, Answer: begins}
	}
	kind, refused := kinds()[answer.StatusCode]
	accepted := answer.StatusCode == http.StatusOK || answer.StatusCode == http.StatusAccepted && r.method == http.MethodPost
	switch {
	case refused:
		var why errorAnswer
		if err := decode(content, &why); err != nil {
			return wrong(err)
		}
		if why.Error == "" {
			return wrong(missing("error"))
		}
		return &RefusedError{Request: r.String(), Status: answer.StatusCode, Why: why.Error, kind: kind}
	case !accepted:
		return wrong(errors.New("it has no such status"))
	case into == nil:
		return nil
	}
	if err := decode(content, into); err != nil {
		return wrong(err)
	}
	if err := into.check(); err != nil {
		return wrong(err)
	}
	return nil
}

// decode decodes an object without names that are unknown or there twice. What package
// json has decoded, which takes other cases for the same name, is replaced.
func decode(content []byte, into any) error {
	known := json.NewDecoder(bytes.NewReader(content))
	known.DisallowUnknownFields()
	if err := known.Decode(into); err != nil {
		return err
	}
	return strictjson.Decode(content, MaxBody, into)
}
