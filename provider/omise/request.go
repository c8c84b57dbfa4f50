package omise

import (
	"context"
	"net/url"
)

// A request is what one method of Client asks for, before it is an HTTP request.
type request struct {
	operation string
	method    string
	path      string
	// values are the query of a GET and the form of a POST.
	values url.Values
	// asks is what the answer is compared with, and into where it is decoded.
	asks question
	into identified
	// public allows the public key.
	public bool
	// commits marks what must not be executed twice.
	commits bool
	// attempt counts from 1.
	attempt int
}

// A question is what an answer must say again to be believed: blank or nil where it may say anything. It is zero for
// what comes in an event.
type question struct {
	// id is the object's, and charge the id of the charge that it must belong to.
	id, charge string
	amount     *int64
	currency   string
	// live is the mode of the keys.
	live *bool
	// response belongs to the answer.
	response Response
}

// fetch sends a request and reads the object in the answer.
func fetch[T any](ctx context.Context, c *Client, r request, into object[T]) (*T, error) {
	r.into = into
	got, failure := c.send(ctx, r)
	if failure != nil {
		return nil, failure
	}
	id, err := got.id, got.mistyped
	if err == nil {
		r.asks.response, r.asks.live = got.response, &c.live
		var value T
		if value, err = into.read(r.asks); err == nil {
			return &value, nil
		}
		id = into.identify().ID
	}
	failure = got.failure(r.operation, KindMalformed, err.Error())
	if hasIDForm(string(id)) {
		failure.ObjectID = string(id)
	}
	return nil, failure
}

// key gives the key that the request is sent with.
func (c *Client) key(r request) Secret {
	if r.public && !c.credentials.PublicKey.isBlank() {
		return c.credentials.PublicKey
	}
	return c.credentials.SecretKey
}
