package omise

import (
	"context"
	"errors"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
)

// An Account is the merchant's account that the keys belong to, in the keys' mode.
type Account struct {
	// Response is that of the answer.
	Response Response
	// ID is account_… or account_test_…; acct_… in versions before 2019-05-29, where it is the same in both modes.
	ID string
	// Live is nil if the answer does not have it. It is not compared with the keys.
	Live *bool
	// Country is where the merchant is registered, an ISO 3166 code; blank if the answer does not have it.
	Country string
	// Currency is what the account is kept in, an ISO 4217 code in upper case; blank if the answer does not have it.
	Currency string
	// WebhookURI is where the account's events go, as the dashboard has it; blank if the answer does not have it.
	WebhookURI string
}

// RetrieveAccount reads the account.
func (c *Client) RetrieveAccount(ctx context.Context) (*Account, error) {
	r := request{operation: "retrieve_account", method: http.MethodGet, path: "/account"}
	return fetch(ctx, c, r, &accountJSON{})
}

type accountJSON struct {
	Object   text     `json:"object"`
	ID       text     `json:"id"`
	Live     flagText `json:"livemode"`
	Country  text     `json:"country"`
	Currency text     `json:"currency"`
	Webhook  text     `json:"webhook_uri"`
}

func (w accountJSON) identify() identity {
	return identity{Object: w.Object, ID: w.ID, Live: w.Live.value}
}

func (w accountJSON) read(want expectation) (Account, error) {
	account := Account{
		Response: want.response, ID: string(w.ID), Live: w.Live.value, Country: string(w.Country), Currency: w.Currency.upper(),
		WebhookURI: string(w.Webhook),
	}
	want.live = nil // the caller has to compare it: it is what an account is read for
	if err := w.identify().is("account", "", want); err != nil {
		return account, err
	}
	if !hasIDForm(account.ID) {
		return account, errors.New("its id does not have the form account_…")
	}
	return account, nil
}

// flagText is a flag that was seen as a text, too; nil if the value is neither.
type flagText struct{ value *bool }

// UnmarshalJSONFrom reads true, false, "true" and "false", and skips anything else.
func (f *flagText) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	f.value = nil
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch string(raw) {
	case `true`, `"true"`:
		f.value = new(true)
	case `false`, `"false"`:
		f.value = new(false)
	}
	return nil
}
