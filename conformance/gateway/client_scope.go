package gateway

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// clientScope is a Scope in another process.
type clientScope struct {
	client     *Client
	connection Connection
}

func (s *clientScope) Connection() *Connection {
	connection := s.connection
	connection.Credentials = maps.Clone(s.connection.Credentials)
	return &connection
}

func (s *clientScope) Payments(ctx context.Context, query *Query) ([]Payment, error) {
	values := url.Values{}
	if query != nil && query.Key != "" {
		values.Set("key", query.Key)
	}
	if query != nil && query.Reference != "" {
		values.Set("reference", query.Reference)
	}
	path, err := s.path("payments")
	if err != nil {
		return nil, err
	}
	if len(values) > 0 {
		path += "?" + values.Encode()
	}
	var answer paymentsAnswer
	if err := s.client.call(ctx, http.MethodGet, path, nil, &answer); err != nil {
		return nil, err
	}
	return answer.Payments, nil
}

func (s *clientScope) CreatePayment(ctx context.Context, amount Money) (*Payment, error) {
	var payment Payment
	if err := s.post(ctx, amount, &payment, "payments"); err != nil {
		return nil, err
	}
	return &payment, nil
}

func (s *clientScope) CreateRefund(ctx context.Context, paymentID string, amount Money) (*Refund, error) {
	var refund Refund
	if err := s.post(ctx, amount, &refund, "payments", paymentID, "refunds"); err != nil {
		return nil, err
	}
	return &refund, nil
}

func (s *clientScope) Transition(ctx context.Context, paymentID string, transition *Transition) error {
	return s.post(ctx, transition, nil, "payments", paymentID, "transition")
}

func (s *clientScope) TransitionRefund(ctx context.Context, refundID string, transition *Transition) error {
	return s.post(ctx, transition, nil, "refunds", refundID, "transition")
}

func (s *clientScope) BuildWebhook(ctx context.Context, spec *WebhookSpec) (*Webhook, error) {
	var webhook Webhook
	if err := s.post(ctx, newWebhookRequest(spec), &webhook, "webhooks"); err != nil {
		return nil, err
	}
	return &webhook, nil
}

func (s *clientScope) Advance(ctx context.Context, by time.Duration) error {
	return s.post(ctx, clockRequest{Advance: by.String()}, nil, "clock")
}

func (s *clientScope) Close(ctx context.Context) error {
	path, err := s.path()
	if err != nil {
		return err
	}
	return s.client.call(ctx, http.MethodDelete, path, nil, nil)
}

func (s *clientScope) post(ctx context.Context, content, into any, parts ...string) error {
	path, err := s.path(parts...)
	if err != nil {
		return err
	}
	return s.client.call(ctx, http.MethodPost, path, content, into)
}

// path returns the path of the scope with parts below it.
func (s *clientScope) path(parts ...string) (string, error) {
	segments := []string{"/v1/scopes"}
	for _, part := range append([]string{s.connection.Scope}, parts...) {
		escaped, err := segment(part)
		if err != nil {
			return "", err
		}
		segments = append(segments, escaped)
	}
	return strings.Join(segments, "/"), nil
}
