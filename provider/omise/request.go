package omise

import (
	"context"
	"errors"
	"net/url"
)

// request is what a method of Client asks for, before it is an HTTP request.
type request struct {
	operation string
	method    string
	path      string
	// values are the query of a GET and the form of a POST.
	values url.Values
	// expects is what the answer is compared with, and into is what it is decoded into.
	expects expectation
	into    identified
	// public marks what may be sent with the public key.
	public bool
	// commits marks what must not be executed twice.
	commits bool
	// attempt counts from 1.
	attempt int
}

// expectation is what an answer must repeat to be accepted; blank and nil accept anything. It is zero for an object in an
// event.
type expectation struct {
	// id is the id of the object, and charge the id of the charge that it must belong to.
	id, charge string
	amount     *int64
	currency   string
	// live is the mode of the keys.
	live *bool
	// response is that of the answer. It is not compared, but becomes part of the object.
	response Response
}

// fetch sends a request and reads the object in the answer.
func fetch[T any](ctx context.Context, c *Client, r request, into object[T]) (*T, error) {
	r.into = into
	got, failure := c.send(ctx, r)
	if failure != nil {
		return nil, failure
	}
	err := got.mistyped
	if err == nil {
		r.expects.response, r.expects.live = got.response, &c.live
		var value T
		value, err = into.read(r.expects)
		if list, ok := into.(salvager); ok && errors.Is(err, errUnreadable) && list.salvage(got.body) {
			value, err = into.read(r.expects)
		}
		if err == nil {
			return &value, nil
		}
	}
	return nil, got.malformed(r.operation, err)
}

// key returns the key that the request is sent with.
func (c *Client) key(r request) Secret {
	if r.public && !c.credentials.PublicKey.isBlank() {
		return c.credentials.PublicKey
	}
	return c.credentials.SecretKey
}
