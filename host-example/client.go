package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// saleAnswer is what the host's admin API says about a sale.
type saleAnswer struct {
	ID       string          `json:"id"`
	Status   string          `json:"status"`
	PayURL   string          `json:"pay_url"`
	Order    orderAnswer     `json:"order"`
	Payments []attemptAnswer `json:"payments"`
	Refunds  []attemptAnswer `json:"refunds"`
	Error    *errorAnswer    `json:"error"`
}

type orderAnswer struct {
	Status string `json:"status"`
}

type attemptAnswer struct {
	ID        string       `json:"id"`
	Key       string       `json:"idempotency_key"`
	Provider  string       `json:"provider"`
	GatewayID string       `json:"gateway_id"`
	Status    string       `json:"status"`
	Refunded  amountAnswer `json:"refunded"`
	Attention string       `json:"attention"`
	Error     *errorAnswer `json:"error"`
}

type amountAnswer struct {
	Currency   string `json:"currency"`
	MinorUnits int64  `json:"minor_units"`
}

type errorAnswer struct {
	Reason  string `json:"reason"`
	Outcome string `json:"outcome"`
	Message string `json:"message"`
}

// latest returns the payment that was begun last.
func (s *saleAnswer) latest() *attemptAnswer { return &s.Payments[len(s.Payments)-1] }

// attention returns why a person should look at the sale; empty if nobody has to.
func (s *saleAnswer) attention() string {
	var all []string
	for i := range s.Payments {
		if why := s.Payments[i].Attention; why != "" {
			all = append(all, why)
		}
	}
	return strings.Join(all, "; ")
}

// adminClient asks the host's admin API.
type adminClient struct {
	browser *browser
	url     string
}

// socketPrefix is what the address of the admin API begins with.
const socketPrefix = "unix:"

// newAdminClient returns a client of the admin API at a socket.
func newAdminClient(address string) *adminClient {
	b := newBrowser()
	b.client.Transport = socketTransport(address)
	return &adminClient{browser: b, url: "http://localhost"}
}

// socketTransport connects to a socket, whatever the URL of a request is.
func socketTransport(address string) *http.Transport {
	path := strings.TrimPrefix(address, socketPrefix)
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}
}

// call sends a request, and decodes the answer. An error of the API is in the answer.
func (c *adminClient) call(ctx context.Context, method, path string, body, into any) (status int, err error) {
	content := []byte(nil)
	if body != nil {
		if content, err = json.Marshal(body); err != nil {
			return 0, err
		}
	}
	answer, err := c.browser.send(ctx, method, c.url+path, http.Header{"Content-Type": {"application/json"}}, content)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal([]byte(answer.body), into); err != nil {
		return answer.status, fmt.Errorf("%s %s answered %d with something else than JSON: %w", method, path, answer.status, err)
	}
	return answer.status, nil
}

// sale is call for what is answered with a sale. An error of the API is an error.
func (c *adminClient) sale(ctx context.Context, method, path string, body any) (*saleAnswer, error) {
	var sale saleAnswer
	status, err := c.call(ctx, method, path, body, &sale)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s %s answered %d: %+v", method, path, status, sale.Error)
	}
	return &sale, err
}

// accountAnswer is what can be sold through a provider.
type accountAnswer struct {
	Name        string         `json:"name"`
	AccountID   string         `json:"account_id"`
	AccountName string         `json:"account_name"`
	Live        bool           `json:"live"`
	Methods     []methodAnswer `json:"methods"`
}

type methodAnswer struct {
	Method     string                      `json:"method"`
	Flow       contract.Flow               `json:"flow"`
	NeedsPhone bool                        `json:"needs_phone"`
	Currencies []struct{ Currency string } `json:"currencies"`
}

// account returns what can be sold through a provider.
func (c *adminClient) account(ctx context.Context, provider string) (*accountAnswer, error) {
	var all struct {
		Providers []accountAnswer `json:"providers"`
	}
	if _, err := c.call(ctx, http.MethodGet, "/providers", nil, &all); err != nil {
		return nil, err
	}
	for i := range all.Providers {
		if all.Providers[i].Name == provider {
			return &all.Providers[i], nil
		}
	}
	return nil, fmt.Errorf("the host has no provider %s", provider)
}

// preferredCurrency is what is sold in if the account takes it.
const preferredCurrency = "THB"

// choose returns a method that redirects the buyer to a page, and a currency.
func (a *accountAnswer) choose() (method, currency string, err error) {
	for _, m := range a.Methods {
		if m.Flow != contract.FlowRedirect || m.NeedsPhone {
			continue
		}
		for _, c := range m.Currencies {
			if method == "" || c.Currency == preferredCurrency && currency != preferredCurrency {
				method, currency = m.Method, c.Currency
			}
		}
	}
	if method == "" {
		return "", "", fmt.Errorf("no payment method of provider %s redirects the buyer to a page", a.Name)
	}
	return method, currency, nil
}

// waitTimeout bounds the wait for what comes by itself, and pollPause is the time
// between two looks.
const (
	waitTimeout = 90 * time.Second
	pollPause   = 100 * time.Millisecond
)

// await looks at a sale until it is as wanted.
func (c *adminClient) await(ctx context.Context, id, what string, within time.Duration, wanted func(*saleAnswer) bool) (*saleAnswer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, within, fmt.Errorf("no %s within %s", what, within))
	defer cancel()
	ticker := time.NewTicker(pollPause)
	defer ticker.Stop()
	for {
		sale, err := c.sale(ctx, http.MethodGet, "/sales/"+id, nil)
		if err == nil && wanted(sale) {
			return sale, nil
		}
		if err == nil && sale.attention() != "" {
			return sale, fmt.Errorf("waiting for %s of sale %s, a person is needed: %s", what, id, sale.attention())
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return sale, fmt.Errorf("waiting for %s of sale %s: %w (it is %s)", what, id, context.Cause(ctx), sale.Status)
		}
	}
}
