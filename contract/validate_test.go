package contract

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func validCreate() *CreatePaymentRequest {
	return &CreatePaymentRequest{
		Attempt:   Attempt{Key: "k1"},
		Reference: "order 3947 — 订单",
		Amount:    Money{"THB", 100000},
		Method:    "alipay",
		ReturnURL: "https://shop.example/orders/3947?x=1",
	}
}

// violated returns the reason of an error and the fields that it names.
func violated(t *testing.T, err error) (Reason, string) {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	require.True(t, ok, "%v", err)
	fields := make([]string, len(e.Violations))
	for i, v := range e.Violations {
		fields[i] = v.Field
		assert.NotEmpty(t, v.Description)
	}
	return e.Reason, strings.Join(fields, " ")
}

func TestCreatePaymentRequest_ValidateNamesTheInvalidField(t *testing.T) {
	t.Parallel()
	require.NoError(t, validCreate().Validate())
	now := time.Now()
	for name, c := range map[string]struct {
		change func(*CreatePaymentRequest)
		reason Reason
		fields string
	}{
		"no key":              {func(r *CreatePaymentRequest) { r.Attempt.Key = "" }, InvalidRequest, "attempt.key"},
		"key too long":        {func(r *CreatePaymentRequest) { r.Attempt.Key = strings.Repeat("k", 65) }, InvalidRequest, "attempt.key"},
		"key with a blank":    {func(r *CreatePaymentRequest) { r.Attempt.Key = "a b" }, InvalidRequest, "attempt.key"},
		"unknown but first":   {func(r *CreatePaymentRequest) { r.Attempt.LastUnknownAt = now }, InvalidRequest, "attempt.first_at"},
		"unknown before":      {func(r *CreatePaymentRequest) { r.Attempt.FirstAt = now; r.Attempt.LastUnknownAt = now.Add(-1) }, InvalidRequest, "attempt.last_unknown_at"},
		"no reference":        {func(r *CreatePaymentRequest) { r.Reference = "" }, InvalidRequest, "reference"},
		"long reference":      {func(r *CreatePaymentRequest) { r.Reference = strings.Repeat("é", 128) }, InvalidRequest, "reference"},
		"reference not UTF-8": {func(r *CreatePaymentRequest) { r.Reference = "\xff" }, InvalidRequest, "reference"},
		"reference with NUL":  {func(r *CreatePaymentRequest) { r.Reference = "a\x00b" }, InvalidRequest, "reference"},
		"amount of nothing":   {func(r *CreatePaymentRequest) { r.Amount.MinorUnits = 0 }, AmountOutOfRange, "amount.minor_units"},
		"negative amount":     {func(r *CreatePaymentRequest) { r.Amount.MinorUnits = -1 }, AmountOutOfRange, "amount.minor_units"},
		"unknown currency":    {func(r *CreatePaymentRequest) { r.Amount.Currency = "THX" }, CurrencyUnsupported, "amount.currency"},
		"lower-case currency": {func(r *CreatePaymentRequest) { r.Amount.Currency = "thb" }, CurrencyUnsupported, "amount.currency"},
		"no amount":           {func(r *CreatePaymentRequest) { r.Amount = Money{} }, InvalidRequest, "amount.currency amount.minor_units"},
		"no method":           {func(r *CreatePaymentRequest) { r.Method = "" }, InvalidRequest, "method"},
		"webhook of a host":   {func(r *CreatePaymentRequest) { r.WebhookURL = "https://商店.example/" }, InvalidRequest, "webhook_url"},
		"retired currency":    {func(r *CreatePaymentRequest) { r.Amount.Currency = "HRK" }, CurrencyUnsupported, "amount.currency"},
		"long description":    {func(r *CreatePaymentRequest) { r.Description = strings.Repeat("a", 256) }, InvalidRequest, "description"},
		"our metadata key":    {func(r *CreatePaymentRequest) { r.Metadata = map[string]string{MetadataKey: "x"} }, InvalidRequest, "metadata[paysocket_key]"},
		"long metadata value": {func(r *CreatePaymentRequest) { r.Metadata = map[string]string{"a": strings.Repeat("x", 256)} }, InvalidRequest, "metadata[a]"},
		"empty metadata key":  {func(r *CreatePaymentRequest) { r.Metadata = map[string]string{"": "x"} }, InvalidRequest, "metadata[]"},
		"IP that is none":     {func(r *CreatePaymentRequest) { r.Payer = &Payer{IP: "1.2.3"} }, InvalidRequest, "payer.ip"},
		"platform that is no": {func(r *CreatePaymentRequest) { r.Payer = &Payer{Platform: "TV"} }, InvalidRequest, "payer.platform"},
		"phone without +":     {func(r *CreatePaymentRequest) { r.Payer = &Payer{Phone: NewSecret("66812345678")} }, InvalidRequest, "payer.phone"},
		"phone with blanks":   {func(r *CreatePaymentRequest) { r.Payer = &Payer{Phone: NewSecret("+66 81 234 5678")} }, InvalidRequest, "payer.phone"},
		"phone from 0":        {func(r *CreatePaymentRequest) { r.Payer = &Payer{Phone: NewSecret("+0812345678")} }, InvalidRequest, "payer.phone"},
		"phone too short":     {func(r *CreatePaymentRequest) { r.Payer = &Payer{Phone: NewSecret("+123456")} }, InvalidRequest, "payer.phone"},
		"phone too long":      {func(r *CreatePaymentRequest) { r.Payer = &Payer{Phone: NewSecret("+1234567890123456")} }, InvalidRequest, "payer.phone"},
		"http webhook":        {func(r *CreatePaymentRequest) { r.WebhookURL = "http://shop.example/w" }, InvalidRequest, "webhook_url"},
		"two things":          {func(r *CreatePaymentRequest) { r.Reference = ""; r.Amount.MinorUnits = 0 }, InvalidRequest, "reference amount.minor_units"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := validCreate()
			c.change(r)
			reason, fields := violated(t, r.Validate())
			assert.Equal(t, c.reason, reason)
			assert.Equal(t, c.fields, fields)
		})
	}
}

func TestCreatePaymentRequest_ValidateLimitsTheMetadata(t *testing.T) {
	t.Parallel()
	r := validCreate()
	r.Metadata = map[string]string{}
	for i := range 20 {
		r.Metadata[strconv.Itoa(i)] = strings.Repeat("x", 255)
	}
	require.NoError(t, r.Validate())
	r.Metadata["one too many"] = ""
	require.ErrorContains(t, r.Validate(), "at most 20")
}

func TestCreatePaymentRequest_WebhookURLMayBeHTTPOnLoopback(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://127.0.0.1:8080/w", "http://localhost/w", "http://[::1]/w", "https://shop.example/w"} {
		r := validCreate()
		r.WebhookURL = url
		require.NoError(t, r.Validate(), url)
	}
}

func TestCreatePaymentRequest_RefusesURLsThatSomeGatewayRefuses(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"relative return URL": "/orders/1",
		"script return URL":   "javascript:alert(1)",
		"URL without host":    "https:///x",
		"URL of a port alone": "https://:443/",
		"URL with a user":     "https://a:b@shop.example/",
		"URL not UTF-8":       "https://shop.example/\xff",
		"URL with a newline":  "https://shop.example/\n",
		"URL with a space":    "https://shop.example/a b",
		"URL of a Thai host":  "https://ร้าน.example/",
		"URL of a Thai page":  "https://shop.example/ร้าน",
		"URL of a Thai query": "https://shop.example/?q=ร้าน",
		"URL of a Thai part":  "https://shop.example/#ร้าน",
		"URL with backslash":  `https://shop.example/a\b`,
		"URL of half escape":  "https://shop.example/?off=10%",
		"URL of no hex digit": "https://shop.example/?a=%2g#x",
		"URL of a high port":  "https://shop.example:65536/",
		"endless URL":         "https://shop.example/" + strings.Repeat("a", 2048),
	} {
		r := validCreate()
		r.ReturnURL = url
		reason, fields := violated(t, r.Validate())
		assert.Equal(t, InvalidRequest, reason, name)
		assert.Equal(t, "return_url", fields, name)
	}
}

func TestCreatePaymentRequest_TakesURLsThatGatewaysTake(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://shop.example", "https://shop.example:65535/?", "HTTP://Shop.example:/a;v=1//../b", "https://xn--12c1b5d.example/%E0%b8%8a%fF",
		"https://shop.example/?y=%2B&order[id]=a%26b&x=1+2&x&z=#done%20", "http://[::1]:80/#", "https://shop.example/{CHECKOUT_SESSION_ID}|'",
	} {
		r := validCreate()
		r.ReturnURL = url
		require.NoError(t, r.Validate(), url)
	}
}

func TestReadRequests_NameExactlyOnePaymentOrRefund(t *testing.T) {
	t.Parallel()
	looked := &Attempt{Key: "k", FirstAt: time.Now()}
	require.NoError(t, (&GetStatusRequest{PaymentID: "p"}).Validate())
	require.NoError(t, (&GetStatusRequest{Attempt: looked}).Validate())
	require.Error(t, (&GetStatusRequest{}).Validate())
	require.Error(t, (&GetStatusRequest{PaymentID: "p", Attempt: looked}).Validate())
	require.ErrorContains(t, (&GetStatusRequest{Attempt: &Attempt{Key: "k"}}).Validate(), "first_at")
	require.NoError(t, (&GetRefundRequest{PaymentID: "p", RefundID: "r"}).Validate())
	require.Error(t, (&GetRefundRequest{RefundID: "r"}).Validate())
	require.Error(t, (&GetRefundRequest{PaymentID: "p"}).Validate())
	require.Error(t, (&CancelPaymentRequest{PaymentID: "p 1"}).Validate())
}

func validPayment() *Payment {
	return &Payment{
		PaymentID: "chrg_1", IdempotencyKey: "k1", Status: PaymentPending, Method: "alipay",
		Amount: Money{"THB", 100000}, AmountRefunded: Money{"THB", 0}, CreatedAt: time.Now(),
	}
}

func TestPayment_InvalidIsAProviderBug(t *testing.T) {
	t.Parallel()
	require.NoError(t, validPayment().Validate())
	for field, change := range map[string]func(*Payment){
		"payment.payment_id":               func(p *Payment) { p.PaymentID = "" },
		"payment.status":                   func(p *Payment) { p.Status = "PAID" },
		"payment.amount.currency":          func(p *Payment) { p.Amount.Currency = "thb"; p.AmountRefunded.Currency = "thb" },
		"payment.amount_refunded.currency": func(p *Payment) { p.AmountRefunded = Money{} },
		"payment.created_at":               func(p *Payment) { p.CreatedAt = time.Time{} },
		"payment.failure":                  func(p *Payment) { p.Failure = &Failure{Code: FailureOther} },
		"payment.failure.code":             func(p *Payment) { p.Status, p.Failure = PaymentFailed, &Failure{} },
		"payment.next_action":              func(p *Payment) { p.NextAction = &NextAction{} },
		"payment.next_action.redirect.url": func(p *Payment) { p.NextAction = &NextAction{Redirect: &Redirect{URL: "javascript:alert(1)"}} },
		"payment.next_action.redirect.insecure": func(p *Payment) {
			p.NextAction = &NextAction{Redirect: &Redirect{URL: "http://pay.example/"}}
		},
		"payment.next_action.open_app.url": func(p *Payment) {
			p.NextAction = &NextAction{OpenApp: &OpenApp{URL: "data:text/html,x"}}
		},
		"payment.settlement": func(p *Payment) {
			p.Settlement = &Settlement{Currency: "THB", Net: Money{"USD", 1}, Fee: Money{"THB", 1}}
		},
	} {
		p := validPayment()
		change(p)
		reason, fields := violated(t, p.Validate())
		assert.Equal(t, ProviderBug, reason)
		assert.Contains(t, fields, field)
	}
}

func TestCheckAnswer_RefusesAPaymentOfAnotherRequest(t *testing.T) {
	t.Parallel()
	require.NoError(t, validCreate().CheckAnswer(validPayment()))
	for field, change := range map[string]func(*Payment){
		"payment.idempotency_key": func(p *Payment) { p.IdempotencyKey = "k2" },
		"payment.amount":          func(p *Payment) { p.Amount.MinorUnits = 1000 },
		"payment.method":          func(p *Payment) { p.Method = "other" },
	} {
		p := validPayment()
		change(p)
		err := validCreate().CheckAnswer(p)
		_, fields := violated(t, err)
		assert.Equal(t, field, fields)
		assert.Equal(t, Indeterminate, OutcomeOf(err))
		e, _ := errors.AsType[*Error](err)
		assert.Equal(t, "chrg_1", e.Metadata[MetaPaymentID], "the payment exists all the same, and must be named")
	}
}

func TestPayment_ShowsACodeAsPayloadOrImage(t *testing.T) {
	t.Parallel()
	png := []byte("\x89PNG\r\n\x1a\n...")
	for what, c := range map[string]struct {
		code   DisplayQR
		fields string
	}{
		"a payload":                      {DisplayQR{Payload: "00020101"}, ""},
		"an image's URL":                 {DisplayQR{Image: &QRImage{URL: "https://qr.example/1.svg"}}, ""},
		"a PNG":                          {DisplayQR{Image: &QRImage{Data: png, MediaType: "image/png"}}, ""},
		"a JPEG":                         {DisplayQR{Image: &QRImage{Data: []byte("\xff\xd8\xff\xe0"), MediaType: "image/jpeg"}}, ""},
		"a payload and an image":         {DisplayQR{Payload: "x", Image: &QRImage{URL: "http://127.0.0.1:1/1.png"}}, ""},
		"the largest payload":            {DisplayQR{Payload: strings.Repeat("1", MaxQRPayload)}, ""},
		"the largest image":              {DisplayQR{Image: &QRImage{Data: append(png, make([]byte, MaxQRImage-len(png))...), MediaType: "image/png"}}, ""},
		"nothing":                        {DisplayQR{}, "display_qr"},
		"an image of nothing":            {DisplayQR{Payload: "x", Image: &QRImage{}}, "display_qr.image"},
		"URL and data":                   {DisplayQR{Image: &QRImage{URL: "https://qr.example/1", Data: png, MediaType: "image/png"}}, "display_qr.image"},
		"an image's URL by http":         {DisplayQR{Image: &QRImage{URL: "http://qr.example/1.png"}}, "display_qr.image.url"},
		"a data URL":                     {DisplayQR{Image: &QRImage{URL: "data:image/png;base64,AAAA"}}, "display_qr.image.url"},
		"a type with a URL":              {DisplayQR{Image: &QRImage{URL: "https://qr.example/1", MediaType: "image/png"}}, "display_qr.image.media_type"},
		"no type":                        {DisplayQR{Image: &QRImage{Data: png}}, "display_qr.image.media_type"},
		"an SVG":                         {DisplayQR{Image: &QRImage{Data: []byte("<svg/>"), MediaType: "image/svg+xml"}}, "display_qr.image.media_type"},
		"an SVG that calls itself a PNG": {DisplayQR{Image: &QRImage{Data: []byte("<svg/>"), MediaType: "image/png"}}, "display_qr.image.data"},
		"an image too large":             {DisplayQR{Image: &QRImage{Data: append(png, make([]byte, MaxQRImage)...), MediaType: "image/png"}}, "display_qr.image.data"},
		"a payload too long":             {DisplayQR{Payload: strings.Repeat("1", MaxQRPayload+1)}, "display_qr.payload"},
	} {
		p := validPayment()
		p.NextAction = &NextAction{DisplayQR: &c.code}
		err := p.Validate()
		if c.fields == "" {
			require.NoError(t, err, what)
			continue
		}
		_, fields := violated(t, err)
		assert.Equal(t, "payment.next_action."+c.fields, fields, what)
	}
}

func TestWebhookRequest_ValidateNamesTheInvalidField(t *testing.T) {
	t.Parallel()
	valid := func() *WebhookRequest {
		return &WebhookRequest{
			Method: "POST", Path: "/webhooks/a%FF", Query: "a=b", ReceivedAt: time.Now(),
			Headers: map[string][]string{"X-Signature": {"\xff is allowed in HTTP"}}, Body: make([]byte, MaxWebhookBody),
		}
	}
	require.NoError(t, valid().Validate())
	for field, change := range map[string]func(*WebhookRequest){
		"method":      func(r *WebhookRequest) { r.Method = "" },
		"path":        func(r *WebhookRequest) { r.Query = "a=\xff" },
		"headers":     func(r *WebhookRequest) { r.Headers["a b"] = nil },
		"body":        func(r *WebhookRequest) { r.Body = append(r.Body, 0) },
		"received_at": func(r *WebhookRequest) { r.ReceivedAt = time.Time{} },
	} {
		r := valid()
		change(r)
		_, fields := violated(t, r.Validate())
		assert.Equal(t, field, fields)
	}
}

func TestValidate_RefusesNil(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value  interface{ Validate() error }
		reason Reason
	}{
		{(*CreatePaymentRequest)(nil), InvalidRequest},
		{(*GetStatusRequest)(nil), InvalidRequest},
		{(*CancelPaymentRequest)(nil), InvalidRequest},
		{(*RefundRequest)(nil), InvalidRequest},
		{(*GetRefundRequest)(nil), InvalidRequest},
		{(*ListPaymentsRequest)(nil), InvalidRequest},
		{(*WebhookRequest)(nil), InvalidRequest},
		{(*Configuration)(nil), InvalidConfig},
		{(*Payment)(nil), ProviderBug},
		{(*Refund)(nil), ProviderBug},
		{(*PaymentPage)(nil), ProviderBug},
		{(*WebhookResult)(nil), ProviderBug},
		{(*Account)(nil), ProviderBug},
		{(*Descriptor)(nil), ProviderBug},
	} {
		assert.ErrorIs(t, test.value.Validate(), test.reason, "%T", test.value)
	}
}
