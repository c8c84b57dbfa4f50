package omise

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Source is a way to pay one amount. Within a charge some fields are blank.
type Source struct {
	// Response is that of the answer; zero for a source within a charge.
	Response Response
	// ID is src_….
	ID string
	// Live is nil if the answer does not have it, as in 2017.
	Live *bool
	// Type is alipay, alipay_cn, …
	Type string
	// Flow is redirect, app_redirect or offline.
	Flow string
	// Amount is in the smallest unit of Currency; nil if a charge has only the id of its source.
	Amount *int64
	// Currency is an ISO 4217 code in upper case.
	Currency string
	// CreatedAt is in UTC.
	CreatedAt time.Time
}

// NewSource is what CreateSource asks for.
type NewSource struct {
	// Type is alipay, alipay_cn, …
	Type string
	// Amount is in the smallest unit of Currency, an ISO 4217 code in any case.
	Amount   int64
	Currency string
	// PlatformType is WEB, IOS or ANDROID; sources with the flow app_redirect need it.
	PlatformType string
}

// CreateSource makes a source, with the public key if there is one. It moves no money, so it is sent again like a read.
func (c *Client) CreateSource(ctx context.Context, source NewSource) (*Source, error) {
	r := request{operation: "create_source", method: http.MethodPost, path: "/sources", public: true, expects: expectation{amount: &source.Amount, currency: source.Currency}}
	r.values = amountForm(source.Amount, source.Currency)
	r.values.Set("type", source.Type)
	setIfGiven(r.values, "platform_type", source.PlatformType)
	return fetch(ctx, c, r, &sourceJSON{})
}

type sourceJSON struct {
	identity
	money
	Type      text      `json:"type"`
	Flow      text      `json:"flow"`
	CreatedAt timestamp `json:"created_at"`
	Created   timestamp `json:"created"`
}

func (w sourceJSON) read(want expectation) (Source, error) {
	source := Source{
		Response:  want.response,
		ID:        string(w.ID),
		Live:      w.Live,
		Type:      string(w.Type),
		Flow:      string(w.Flow),
		Amount:    w.Amount,
		Currency:  w.currencyCode(),
		CreatedAt: cmp.Or(w.CreatedAt, w.Created).Time,
	}
	if err := w.is("source", sourcePrefix, want); err != nil {
		return source, err
	}
	if source.Type == "" {
		return source, errors.New("type is missing")
	}
	return source, w.matches(want)
}

// sourceOrID is the source of a charge: an object, an id, or nothing.
type sourceOrID struct {
	id     text
	object *chargeSourceJSON
}

// chargeSourceJSON is sourceJSON in a charge, where it only informs.
type chargeSourceJSON struct {
	Object    text         `json:"object"`
	ID        text         `json:"id"`
	Live      optionalBool `json:"livemode"`
	Amount    optionalInt  `json:"amount"`
	Currency  text         `json:"currency"`
	Type      text         `json:"type"`
	Flow      text         `json:"flow"`
	CreatedAt timestamp    `json:"created_at"`
	Created   timestamp    `json:"created"`
}

// UnmarshalJSONFrom reads a string or an object, and skips anything else: whose charge it is, and what was paid, is said
// elsewhere.
func (s *sourceOrID) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*s = sourceOrID{}
	kind := d.PeekKind()
	if kind == '"' {
		return s.id.UnmarshalJSONFrom(d)
	}
	if kind != '{' {
		return d.SkipValue()
	}
	s.object = &chargeSourceJSON{}
	return json.UnmarshalDecode(d, s.object)
}

// read returns what can be read of it; nil if there is none.
func (s sourceOrID) read() *Source {
	switch {
	case s.object != nil:
		source, _ := sourceJSON{
			identity: identity{Object: s.object.Object, ID: s.object.ID, Live: s.object.Live.value},
			money:    money{Amount: s.object.Amount.number, Currency: s.object.Currency},
			Type:     s.object.Type, Flow: s.object.Flow, CreatedAt: s.object.CreatedAt, Created: s.object.Created,
		}.read(expectation{})
		return &source
	case s.id != "":
		return &Source{ID: string(s.id)}
	}
	return nil
}
