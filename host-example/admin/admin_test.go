package admin_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/admin"
	"github.com/paysocket/paysocket/host-example/shop"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// provider sells as a test tells it to.
type provider struct {
	contract.UnimplementedPaymentProvider

	called, proceed chan struct{} // nil: CreatePayment does not wait
	err             error
	payment         contract.Payment
}

func (p *provider) Descriptor() *contract.Descriptor {
	return &contract.Descriptor{PaymentMethods: methods()}
}

func (p *provider) Account() *contract.Account {
	return &contract.Account{PaymentMethods: methods()}
}

func methods() []contract.PaymentMethod {
	return []contract.PaymentMethod{{
		Code: "wallet", Flow: contract.FlowRedirect, Currencies: []contract.CurrencyLimits{{Currency: "THB"}},
	}}
}

func (p *provider) CreatePayment(_ context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	if p.called != nil {
		p.called <- struct{}{}
		<-p.proceed
	}
	if p.err != nil {
		return nil, p.err
	}
	p.payment = contract.Payment{
		PaymentID: "payment_1", IdempotencyKey: r.Attempt.Key, Amount: r.Amount, Status: contract.PaymentPending,
		AmountRefunded: contract.Money{Currency: "THB"},
		NextAction:     &contract.NextAction{Redirect: &contract.Redirect{URL: "https://gateway.example/pay"}},
	}
	made := p.payment
	return &made, nil
}

// GetStatus returns the payment as SUCCEEDED.
func (p *provider) GetStatus(context.Context, *contract.GetStatusRequest) (*contract.Payment, error) {
	paid := p.payment
	paid.Status, paid.NextAction = contract.PaymentSucceeded, nil
	return &paid, nil
}

// newAdmin returns the admin API of a shop that sells through one provider.
func newAdmin(t *testing.T, p *provider) *admin.Admin {
	t.Helper()
	s, err := shop.New("https://shop.example", false, nil)
	require.NoError(t, err)
	require.NoError(t, s.Add("wallet", p))
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	return admin.New(providers, s, nil)
}

const validOrder = `{"reference": "order-1", "description": "Two tickets", "amount": {"currency": "THB", "minor_units": 100000}, "provider": "wallet"}`

func request(t *testing.T, method, path, body string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8081"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

type response struct {
	ID        string
	State     string
	PayURL    string `json:"pay_url"`
	PaymentID string `json:"payment_id"`
	Error     *struct{ Reason, Outcome, Message string }
}

func send(t *testing.T, a *admin.Admin, r *http.Request) (int, *response) {
	t.Helper()
	recorder := httptest.NewRecorder()
	a.Handler().ServeHTTP(recorder, r)
	var got response
	if assert.Equal(t, "application/json", recorder.Header().Get("Content-Type")) {
		assert.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), recorder.Body)
	}
	return recorder.Code, &got
}

func TestSales_AnswerWithTheURLToPayAt(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, &provider{})
	status, sold := send(t, a, request(t, http.MethodPost, "/sales", validOrder))
	require.Equal(t, http.StatusCreated, status)
	require.Nil(t, sold.Error)
	assert.Equal(t, "PENDING", sold.State)
	assert.Equal(t, "payment_1", sold.PaymentID)
	assert.Equal(t, "https://shop.example/pay/"+sold.ID, sold.PayURL)

	for query, wanted := range map[string]bool{"": true, "?open=1": true} {
		recorder := httptest.NewRecorder()
		a.Handler().ServeHTTP(recorder, request(t, http.MethodGet, "/sales"+query, ""))
		assert.Equal(t, wanted, strings.Contains(recorder.Body.String(), sold.ID), query)
	}
	status, again := send(t, a, request(t, http.MethodGet, "/sales/"+sold.ID, ""))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, sold, again)
	status, again = send(t, a, request(t, http.MethodPost, "/sales/"+sold.ID+"/resume", ""))
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "payment_1", again.PaymentID, "a payment whose id is known is not created again")
	assert.Equal(t, "SUCCEEDED", again.State, "it is looked up: no webhook has come")
	recorder := httptest.NewRecorder()
	a.Handler().ServeHTTP(recorder, request(t, http.MethodGet, "/sales?open=1", ""))
	assert.NotContains(t, recorder.Body.String(), sold.ID, "a sale that is paid is not open")
	status, none := send(t, a, request(t, http.MethodGet, "/sales/nothing", ""))
	assert.Equal(t, http.StatusNotFound, status)
	assert.Empty(t, none.Error.Outcome, "a look-up moves no money")
	status, none = send(t, a, request(t, http.MethodPost, "/sales/nothing/resume", ""))
	assert.Equal(t, http.StatusNotFound, status)
	assert.Equal(t, "NOT_ATTEMPTED", none.Error.Outcome)
}

func TestSales_FailureSaysWhatIsCertain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err                    error
		state, reason, outcome string
	}{
		{contract.NewError(contract.ProviderAuthFailed, "no"), "ABANDONED", "PROVIDER_AUTH_FAILED", "REJECTED"},
		{contract.NewError(contract.ProviderBug, "no").WithOutcome(contract.Indeterminate), "UNKNOWN", "PROVIDER_BUG", "INDETERMINATE"},
	} {
		status, sold := send(t, newAdmin(t, &provider{err: c.err}), request(t, http.MethodPost, "/sales", validOrder))
		assert.Equal(t, http.StatusCreated, status, "the sale was stored")
		assert.NotEmpty(t, sold.ID)
		assert.Equal(t, c.state, sold.State)
		if assert.NotNil(t, sold.Error) {
			assert.Equal(t, c.reason, sold.Error.Reason)
			assert.Equal(t, c.outcome, sold.Error.Outcome)
		}
	}
}

func TestSales_RefusedOrderWasNotAttempted(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, &provider{called: make(chan struct{})}) // a call would never end
	form := request(t, http.MethodPost, "/sales", validOrder)
	form.Header.Set("Content-Type", "text/plain")
	for name, c := range map[string]struct {
		request *http.Request
		status  int
		reason  string
	}{
		"no JSON":          {request(t, http.MethodPost, "/sales", "order"), http.StatusBadRequest, "INVALID_REQUEST"},
		"a form":           {form, http.StatusBadRequest, "INVALID_REQUEST"},
		"a name twice":     {request(t, http.MethodPost, "/sales", `{"provider": "wallet", "provider": "other"}`), http.StatusBadRequest, "INVALID_REQUEST"},
		"twice inside":     {request(t, http.MethodPost, "/sales", `{"amount": {"minor_units": 1, "minor_units": 100000}}`), http.StatusBadRequest, "INVALID_REQUEST"},
		"twice, escaped":   {request(t, http.MethodPost, "/sales", `{"provider": "wallet", "\u0070rovider": "other"}`), http.StatusBadRequest, "INVALID_REQUEST"},
		"another case":     {request(t, http.MethodPost, "/sales", strings.Replace(validOrder, "provider", "Provider", 1)), http.StatusBadRequest, "INVALID_REQUEST"},
		"a case inside":    {request(t, http.MethodPost, "/sales", strings.Replace(validOrder, "minor_units", "Minor_Units", 1)), http.StatusBadRequest, "INVALID_REQUEST"},
		"unknown inside":   {request(t, http.MethodPost, "/sales", strings.Replace(validOrder, "minor_units", "minor", 1)), http.StatusBadRequest, "INVALID_REQUEST"},
		"no UTF-8":         {request(t, http.MethodPost, "/sales", strings.Replace(validOrder, "order-1", "order-\xff", 1)), http.StatusBadRequest, "INVALID_REQUEST"},
		"unknown field":    {request(t, http.MethodPost, "/sales", `{"amout": {}}`), http.StatusBadRequest, "INVALID_REQUEST"},
		"two":              {request(t, http.MethodPost, "/sales", validOrder+validOrder), http.StatusBadRequest, "INVALID_REQUEST"},
		"a fraction":       {request(t, http.MethodPost, "/sales", strings.ReplaceAll(validOrder, "100000", "1.5")), http.StatusBadRequest, "INVALID_REQUEST"},
		"huge":             {request(t, http.MethodPost, "/sales", validOrder+strings.Repeat(" ", 1<<20)), http.StatusBadRequest, "INVALID_REQUEST"},
		"negative":         {request(t, http.MethodPost, "/sales", strings.ReplaceAll(validOrder, "100000", "-1")), http.StatusUnprocessableEntity, "AMOUNT_OUT_OF_RANGE"},
		"no such currency": {request(t, http.MethodPost, "/sales", strings.ReplaceAll(validOrder, "THB", "EUR")), http.StatusUnprocessableEntity, "METHOD_UNSUPPORTED"},
		"no such provider": {request(t, http.MethodPost, "/sales", strings.ReplaceAll(validOrder, "wallet", "cards")), http.StatusUnprocessableEntity, "NOT_FOUND"},
	} {
		status, refused := send(t, a, c.request)
		assert.Equal(t, c.status, status, name)
		if assert.NotNil(t, refused.Error, name) {
			assert.Equal(t, c.reason, refused.Error.Reason, name)
			assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome, name)
		}
	}
}

func TestDrain_WaitsForSalesAndRefusesNewOnes(t *testing.T) {
	t.Parallel()
	p := &provider{called: make(chan struct{}), proceed: make(chan struct{})}
	a := newAdmin(t, p)
	sold := make(chan *response, 1)
	go func() {
		_, made := send(t, a, request(t, http.MethodPost, "/sales", validOrder))
		sold <- made
	}()
	<-p.called
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, a.Drain(ended), context.Canceled, "it waits no longer than its context")

	status, refused := send(t, a, request(t, http.MethodPost, "/sales", validOrder))
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.Equal(t, "NOT_ATTEMPTED", refused.Error.Outcome)
	status, _ = send(t, a, request(t, http.MethodGet, "/healthz", ""))
	assert.Equal(t, http.StatusServiceUnavailable, status, "a load balancer must notice")

	close(p.proceed)
	require.NoError(t, a.Drain(t.Context()))
	made := <-sold
	assert.Equal(t, "PENDING", made.State, "the call was not aborted")
}

func TestHandler_RefusesRequestsOfOtherSites(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, &provider{})
	elsewhere := request(t, http.MethodPost, "/sales", validOrder)
	elsewhere.Header.Set("Origin", "https://evil.example")
	fetched := request(t, http.MethodPost, "/providers/wallet/restart", "")
	fetched.Header.Set("Sec-Fetch-Site", "cross-site")
	rebound := request(t, http.MethodGet, "/healthz", "")
	rebound.Host = "evil.example:8081"
	for name, r := range map[string]*http.Request{"another origin": elsewhere, "cross site": fetched, "another name": rebound} {
		status, refused := send(t, a, r)
		assert.Equal(t, http.StatusForbidden, status, name)
		assert.Equal(t, "FORBIDDEN", refused.Error.Reason, name)
	}
	own := request(t, http.MethodPost, "/sales", validOrder)
	own.Header.Set("Origin", "http://127.0.0.1:8081")
	own.Header.Set("Sec-Fetch-Site", "same-origin")
	status, _ := send(t, a, own)
	assert.Equal(t, http.StatusCreated, status, "the page's own button")
}

func TestPage_EscapesWhatAProviderSays(t *testing.T) {
	t.Parallel()
	providers := supervisor.New(nil)
	t.Cleanup(func() { assert.NoError(t, providers.Close()) })
	require.Error(t, providers.Apply(t.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{{
		Name: "wallet", Path: "/nowhere/<script>alert(1)</script>", Mode: contract.ModeTest,
	}}}))
	s, err := shop.New("https://shop.example", false, nil)
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	admin.New(providers, s, nil).Handler().ServeHTTP(recorder, request(t, http.MethodGet, "/", ""))
	require.Equal(t, http.StatusOK, recorder.Code)
	page := recorder.Body.String()
	assert.Contains(t, page, "0 of 1 providers take calls")
	assert.Contains(t, page, "BACKOFF")
	assert.Contains(t, page, "&lt;script&gt;")
	assert.NotContains(t, page, "<script")
	assert.Contains(t, recorder.Header().Get("Content-Security-Policy"), "default-src 'none'")
}
