package omise

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// A request is what one method of Client asks for, before it is an HTTP request.
type request struct {
	operation string
	method    string
	path      string
	// values are the query of a GET and the form of a POST.
	values url.Values
	// id is the id that the answer must bear; blank if it is not known before.
	id string
	// public allows the public key.
	public bool
	// commits marks what must not be executed twice.
	commits bool
	// attempt counts from 1.
	attempt int
}

// fetch sends a request and reads the object in the answer. It believes only an object of the keys' mode and of the id
// and amount that were asked for.
func fetch[T any](ctx context.Context, c *Client, r request, read func(*fields) T) (*T, error) {
	answer, failure := c.send(ctx, r)
	if failure != nil {
		return nil, failure
	}
	f := &fields{members: answer.members, response: answer.response}
	value := read(f)
	if f.err == nil {
		c.compare(f, r)
	}
	if f.err != nil {
		failure := answer.failure(r.operation, KindMalformed, f.err.Error())
		if id := f.text("id"); idForm.MatchString(id) {
			failure.ObjectID = id
		}
		return nil, failure
	}
	return &value, nil
}

// compare checks that the answer speaks of what the request asked for.
func (c *Client) compare(f *fields, r request) {
	if live := f.flag("livemode"); live != nil && *live != c.live {
		f.fail("it is an object of the other mode (test or live) than the key")
	}
	if r.id != "" && !f.holds("id", r.id) {
		f.fail("it has another id than was asked for")
	}
	if r.method != http.MethodPost {
		return
	}
	if amount := r.values.Get("amount"); amount != "" && string(f.find("amount")) != amount {
		f.fail("it has another amount than was asked for")
	}
	if currency := r.values.Get("currency"); currency != "" && !strings.EqualFold(f.text("currency"), currency) {
		f.fail("it has another currency than was asked for")
	}
}

// key gives the key that the request is sent with.
func (c *Client) key(r request) Secret {
	if r.public && !c.credentials.PublicKey.IsBlank() {
		return c.credentials.PublicKey
	}
	return c.credentials.SecretKey
}
