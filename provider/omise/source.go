package omise

import (
	"context"
	"net/http"
	"time"
)

// A Source is a way to pay, chosen for one amount. Within a charge some fields are blank.
type Source struct {
	// Response belongs to the answer this source came in; zero for a source within a charge.
	Response Response
	// ID is src_….
	ID string
	// Live is nil where the answer does not tell, as in 2017.
	Live *bool
	// Type is alipay, alipay_cn, …
	Type string
	// Flow is redirect, app_redirect or offline.
	Flow string
	// Amount is in the smallest unit of Currency; nil where a charge names its source by id only.
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

// CreateSource makes a source, with the public key if there is one. No money moves, so it is sent again like a read.
func (c *Client) CreateSource(ctx context.Context, source NewSource) (*Source, error) {
	r := request{operation: "create_source", method: http.MethodPost, path: "/sources", public: true}
	r.values = amountForm(source.Amount, source.Currency)
	r.values.Set("type", source.Type)
	setIfGiven(r.values, "platform_type", source.PlatformType)
	return fetch(ctx, c, r, readSource)
}

func readSource(f *fields) Source {
	f.is("source")
	return Source{
		Response:  f.response,
		ID:        f.id(SourcePrefix),
		Live:      f.flag("livemode"),
		Type:      f.required("type", f.text("type")),
		Flow:      f.text("flow"),
		Amount:    f.number("amount"),
		Currency:  f.currency("currency"),
		CreatedAt: f.time("created_at", "created"),
	}
}

// sourceWithin reads the source of a charge: an object, an id, or nothing.
func sourceWithin(f *fields) *Source {
	raw := f.find("source")
	if raw == nil {
		return nil
	}
	if raw[0] == '"' {
		return &Source{ID: f.text("source")}
	}
	inner := within(raw)
	source := readSource(inner)
	if inner.err != nil {
		f.fail("source: " + inner.err.Error())
	}
	return &source
}
