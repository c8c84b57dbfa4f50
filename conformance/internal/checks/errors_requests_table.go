package checks

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// noIDs are values that no gateway has as an id.
func noIDs() map[string]string {
	return map[string]string{
		"":                                 "no id",
		"a b":                              "an id with a blank",
		" a":                               "an id that begins with a blank",
		"a\n":                              "an id that ends with a line",
		"a\u00a0b":                         "an id with a blank that does not break",
		"a\u0085b":                         "an id with a control character",
		strings.Repeat("a", 256):           "an id of 256 bytes",
		strings.Repeat("\u0e0a", 85) + "a": "an id of 86 letters and 256 bytes",
	}
}

// noTime is a timestamp that is none.
func noTime() *timestamppb.Timestamp { return &timestamppb.Timestamp{Seconds: 1 << 60} }

// badAttempt is an attempt that is wrong in one field.
type badAttempt struct {
	attempt *v1.Attempt
	field   string
}

func badAttempts(lookup bool) map[string]badAttempt {
	now := timestamppb.Now()
	earlier := timestamppb.New(now.AsTime().Add(-time.Minute))
	bad := map[string]badAttempt{
		"no attempt":                        {nil, "attempt.key"},
		"last_unknown_at and no first_at":   {&v1.Attempt{Key: "k", LastUnknownAt: now}, "attempt.first_at"},
		"last_unknown_at before first_at":   {&v1.Attempt{Key: "k", FirstAt: now, LastUnknownAt: earlier}, "attempt.last_unknown_at"},
		"a first_at that is no time":        {&v1.Attempt{Key: "k", FirstAt: noTime()}, "attempt.first_at"},
		"a last_unknown_at that is no time": {&v1.Attempt{Key: "k", FirstAt: now, LastUnknownAt: noTime()}, "attempt.last_unknown_at"},
	}
	for what, key := range map[string]string{
		"no key": "", "a key of 65 characters": strings.Repeat("k", 65), "a key with a blank": "a b", "a key and a line": "k\n", "a key in other letters": "cl\u00e9",
	} {
		bad[what] = badAttempt{&v1.Attempt{Key: key, FirstAt: now}, "attempt.key"}
	}
	if lookup {
		delete(bad, "no attempt") // it is no look-up by key then
		bad["no first_at"] = badAttempt{&v1.Attempt{Key: "k"}, "attempt.first_at"}
	}
	return bad
}

// badAmount is an amount that is wrong in one field.
type badAmount struct {
	money  *v1.Money
	field  string
	reason contract.Reason
}

func badAmounts(usual contract.Money) map[string]badAmount {
	bad := map[string]badAmount{
		"no amount": {nil, "amount amount.currency", contract.InvalidRequest},
	}
	for what, currency := range map[string]string{
		"no currency": "", "a currency in lower case": strings.ToLower(usual.Currency), "a currency with a blank": usual.Currency + " ",
		"a currency that nobody has": "ZZZ", "a currency without a smallest unit": "XAU",
	} {
		bad[what] = badAmount{&v1.Money{Currency: currency, MinorUnits: usual.MinorUnits}, "amount.currency", contract.CurrencyUnsupported}
	}
	for what, minorUnits := range map[string]int64{"an amount of 0": 0, "an amount of less than 0": -usual.MinorUnits, "the least amount of 64 bits": -1 << 63} {
		bad[what] = badAmount{&v1.Money{Currency: usual.Currency, MinorUnits: minorUnits}, "amount.minor_units", contract.AmountOutOfRange}
	}
	digits, _ := contract.Exponent(usual.Currency)
	for what, exponent := range map[string]int32{"a digit too many": int32(digits) + 1, "less than no digits": -1} { //nolint:gosec // at most 4
		bad[what] = badAmount{
			&v1.Money{Currency: usual.Currency, MinorUnits: usual.MinorUnits, Exponent: &exponent}, "amount.exponent", contract.CurrencyExponentMismatch,
		}
	}
	return bad
}

// badMetadata returns pairs that are not kept, by the fields of which an error must
// name one.
func badMetadata() map[string]map[string]string {
	many := map[string]string{}
	for i := range contract.MaxMetadataPairs + 1 {
		many[fmt.Sprintf("k%d", i)] = "v"
	}
	long := strings.Repeat("k", contract.MaxMetadataKeyLength+1)
	return map[string]map[string]string{
		"metadata":                                              many,
		"metadata metadata[]":                                   {"": "v"},
		"metadata metadata[" + long + "]":                       {long: "v"},
		"metadata metadata[a\x1bb]":                             {"a\x1bb": "v"},
		"metadata metadata[a]":                                  {"a": strings.Repeat("v", contract.MaxMetadataValueLength+1)},
		"metadata metadata[b]":                                  {"b": "a\x1bb"},
		"metadata metadata[" + contract.MetadataKey + "]":       {contract.MetadataKey: "v"},
		"metadata metadata[" + contract.MetadataReference + "]": {contract.MetadataReference: "v"},
	}
}

// badURLs are values that are no URL to send to a gateway.
func badURLs() map[string]string {
	return map[string]string{
		"with a blank": "https://shop.example/a b", "with a line": "https://shop.example/a\nb", "with a user": "https://me@shop.example/",
		"without a host": "https:///back", "of a port alone": "https://:443/back", "that is relative": "/back", "that is a script": "javascript:alert(1)",
		"of 2049 bytes":     "https://shop.example/" + strings.Repeat("a", 2028),
		"of a host in Thai": "https://\u0e23\u0e49\u0e32\u0e19.example/", "of a page in Chinese": "https://shop.example/\u8ba2\u5355",
		"with a backslash": `https://shop.example/a\b`, "with half an escape": "https://shop.example/a%2", "with a bare percent sign": "https://shop.example/?off=10%", "of a port that is none": "https://shop.example:65536/",
	}
}

func invalidCreates(e *harness.Env) []invalidRequest {
	var rows []invalidRequest
	add := func(what, fields string, reason contract.Reason, change func(*v1.CreatePaymentRequest)) {
		message := createMessage(e)
		change(message)
		rows = append(rows, invalidRequest{contract.OperationCreatePayment, what, message, fields, reason})
	}
	for what, bad := range inOrder(badAttempts(false)) {
		add(what, bad.field, "", func(m *v1.CreatePaymentRequest) { m.Attempt = bad.attempt })
	}
	for what, bad := range inOrder(badAmounts(e.CreateRequest().Amount)) {
		add(what, bad.field, bad.reason, func(m *v1.CreatePaymentRequest) { m.Amount = bad.money })
	}
	add("a currency that is gone", "amount.currency", contract.CurrencyUnsupported, func(m *v1.CreatePaymentRequest) { m.Amount.Currency = "HRK" })
	add("a currency that nobody has and no reference", "reference", "", func(m *v1.CreatePaymentRequest) { m.Amount.Currency, m.Reference = "ZZZ", "" })
	texts := func(field string, set func(*v1.CreatePaymentRequest, string)) {
		add("a "+field+" of 256 bytes", field, "", func(m *v1.CreatePaymentRequest) { set(m, strings.Repeat("a", 256)) })
		add("a "+field+" with a control character", field, "", func(m *v1.CreatePaymentRequest) { set(m, "a\x1bb") })
	}
	texts("reference", func(m *v1.CreatePaymentRequest, value string) { m.Reference = value })
	texts("description", func(m *v1.CreatePaymentRequest, value string) { m.Description = value })
	texts("method", func(m *v1.CreatePaymentRequest, value string) { m.Method = value })
	add("no reference", "reference", "", func(m *v1.CreatePaymentRequest) { m.Reference = "" })
	add("no method", "method", "", func(m *v1.CreatePaymentRequest) { m.Method = "" })
	add("a method that nobody has", "method", contract.MethodUnsupported, func(m *v1.CreatePaymentRequest) { m.Method = "no_such_method" })
	add("a method of blanks", "method", contract.MethodUnsupported, func(m *v1.CreatePaymentRequest) { m.Method = "  " })
	add("no return URL", "return_url", "", func(m *v1.CreatePaymentRequest) { m.ReturnUrl = "" })
	for what, value := range inOrder(badURLs()) {
		add("a return URL "+what, "return_url", "", func(m *v1.CreatePaymentRequest) { m.ReturnUrl = value })
		add("a webhook URL "+what, "webhook_url", "", func(m *v1.CreatePaymentRequest) { m.WebhookUrl = value })
	}
	hook := "http://shop.example/hook" // which others can read
	if e.Descriptor.Webhooks == nil || !e.Descriptor.Webhooks.PerPaymentURL {
		hook = "https://shop.example/hook"
	}
	add("a webhook URL that is not for it", "webhook_url", "", func(m *v1.CreatePaymentRequest) { m.WebhookUrl = hook })
	for fields, pairs := range inOrder(badMetadata()) {
		add("metadata that must name "+fields, fields, "", func(m *v1.CreatePaymentRequest) { m.Metadata = pairs })
	}
	for what, bad := range inOrder(badPayers()) {
		add(what, bad.field, "", func(m *v1.CreatePaymentRequest) { m.Payer = bad.payer })
	}
	return rows
}

// badPayer is a payer that is wrong in one field.
type badPayer struct {
	payer *v1.Payer
	field string
}

func badPayers() map[string]badPayer {
	return map[string]badPayer{
		"an address that is none":             {&v1.Payer{Ip: "1.2.3", Phone: harness.Phone}, "payer.ip"},
		"an address with a port":              {&v1.Payer{Ip: "1.2.3.4:80", Phone: harness.Phone}, "payer.ip"},
		"a language of 36 bytes":              {&v1.Payer{Locale: strings.Repeat("a", 36), Phone: harness.Phone}, "payer.locale"},
		"a language with a control character": {&v1.Payer{Locale: "t\x1bh", Phone: harness.Phone}, "payer.locale"},
		"a platform of later":                 {&v1.Payer{Platform: 99, Phone: harness.Phone}, "payer.platform"},
		"a phone without the country":         {&v1.Payer{Phone: "0812345678"}, "payer.phone"},
		"a phone of 16 digits":                {&v1.Payer{Phone: "+6681234567890123"}, "payer.phone"},
		"a phone with an extension":           {&v1.Payer{Phone: "+66812345678;ext=1"}, "payer.phone"},
	}
}

func invalidReads(e *harness.Env) []invalidRequest {
	rows := []invalidRequest{
		{contract.OperationGetStatus, "neither an id nor a key", &v1.GetStatusRequest{}, "by payment_id", ""},
		{contract.OperationGetRefund, "neither an id nor a key", &v1.GetRefundRequest{PaymentId: "any-1"}, "by refund_id", ""},
	}
	for what, bad := range inOrder(badAttempts(true)) {
		if e.Descriptor.CreateIdempotency.LookupByKey {
			rows = append(rows, invalidRequest{
				contract.OperationGetStatus, what,
				&v1.GetStatusRequest{By: &v1.GetStatusRequest_Attempt{Attempt: bad.attempt}}, bad.field, "",
			})
		}
		if e.Descriptor.RefundIdempotency != nil && e.Descriptor.RefundIdempotency.LookupByKey {
			rows = append(rows, invalidRequest{
				contract.OperationGetRefund, what,
				&v1.GetRefundRequest{PaymentId: "any-1", By: &v1.GetRefundRequest_Attempt{Attempt: bad.attempt}}, bad.field, "",
			})
		}
	}
	for id, what := range inOrder(noIDs()) {
		rows = append(rows,
			invalidRequest{contract.OperationGetStatus, what, &v1.GetStatusRequest{By: &v1.GetStatusRequest_PaymentId{PaymentId: id}}, "payment_id by", ""},
			invalidRequest{contract.OperationCancelPayment, what, &v1.CancelPaymentRequest{PaymentId: id}, "payment_id", ""},
			invalidRequest{
				contract.OperationGetRefund, what + " of a payment",
				&v1.GetRefundRequest{PaymentId: id, By: &v1.GetRefundRequest_RefundId{RefundId: "any-1"}}, "payment_id", "",
			},
			invalidRequest{
				contract.OperationGetRefund, what,
				&v1.GetRefundRequest{PaymentId: "any-1", By: &v1.GetRefundRequest_RefundId{RefundId: id}}, "refund_id by", "",
			})
	}
	return rows
}

func invalidRefunds(e *harness.Env) []invalidRequest {
	var rows []invalidRequest
	usual := e.CreateRequest().Amount
	add := func(what, fields string, reason contract.Reason, change func(*v1.RefundRequest)) {
		message := &v1.RefundRequest{
			Attempt: &v1.Attempt{Key: e.Key()}, PaymentId: "any-1", Amount: &v1.Money{Currency: usual.Currency, MinorUnits: usual.MinorUnits},
		}
		change(message)
		rows = append(rows, invalidRequest{contract.OperationRefund, what, message, fields, reason})
	}
	for id, what := range inOrder(noIDs()) {
		add(what, "payment_id", "", func(m *v1.RefundRequest) { m.PaymentId = id })
	}
	for what, bad := range inOrder(badAttempts(false)) {
		add(what, bad.field, "", func(m *v1.RefundRequest) { m.Attempt = bad.attempt })
	}
	for what, bad := range inOrder(badAmounts(usual)) {
		add(what, bad.field, bad.reason, func(m *v1.RefundRequest) { m.Amount = bad.money })
	}
	add("a reason of 256 bytes", "reason", "", func(m *v1.RefundRequest) { m.Reason = strings.Repeat("a", 256) })
	add("a reason with a control character", "reason", "", func(m *v1.RefundRequest) { m.Reason = "a\x1bb" })
	for fields, pairs := range inOrder(badMetadata()) {
		add("metadata that must name "+fields, fields, "", func(m *v1.RefundRequest) { m.Metadata = pairs })
	}
	return rows
}

func invalidLists() []invalidRequest {
	var rows []invalidRequest
	now := time.Now()
	add := func(what, field string, change func(*v1.ListPaymentsRequest)) {
		message := &v1.ListPaymentsRequest{CreatedFrom: timestamppb.New(now.Add(-time.Hour)), CreatedUntil: timestamppb.New(now)}
		change(message)
		rows = append(rows, invalidRequest{contract.OperationListPayments, what, message, field, ""})
	}
	add("no begin", "created_from", func(m *v1.ListPaymentsRequest) { m.CreatedFrom = nil })
	add("a begin that is no time", "created_from", func(m *v1.ListPaymentsRequest) { m.CreatedFrom = noTime() })
	add("no end", "created_until", func(m *v1.ListPaymentsRequest) { m.CreatedUntil = nil })
	add("an end that is no time", "created_until", func(m *v1.ListPaymentsRequest) { m.CreatedUntil = noTime() })
	add("an end at the begin", "created_until", func(m *v1.ListPaymentsRequest) { m.CreatedUntil = m.GetCreatedFrom() })
	add("an end before the begin", "created_until", func(m *v1.ListPaymentsRequest) {
		m.CreatedUntil = timestamppb.New(m.GetCreatedFrom().AsTime().Add(-time.Nanosecond))
	})
	for _, size := range []int32{-1 << 31, -1, contract.MaxPageSize + 1, 1<<31 - 1} {
		add(fmt.Sprintf("pages of %d", size), "page_size", func(m *v1.ListPaymentsRequest) { m.PageSize = size })
	}
	add("a token of 2049 bytes", "page_token", func(m *v1.ListPaymentsRequest) { m.PageToken = strings.Repeat("a", 2049) })
	add("a token with a control character", "page_token", func(m *v1.ListPaymentsRequest) { m.PageToken = "a\x1bb" })
	return rows
}

func invalidWebhooks() []invalidRequest {
	var rows []invalidRequest
	add := func(what, field string, change func(*v1.ParseWebhookRequest)) {
		message := &v1.ParseWebhookRequest{Method: "POST", Path: "/", Body: []byte("{}"), ReceivedAt: timestamppb.Now()}
		change(message)
		rows = append(rows, invalidRequest{contract.OperationParseWebhook, what, message, field, ""})
	}
	add("no method", "method", func(m *v1.ParseWebhookRequest) { m.Method = "" })
	add("no time", "received_at", func(m *v1.ParseWebhookRequest) { m.ReceivedAt = nil })
	add("a time that is none", "received_at", func(m *v1.ParseWebhookRequest) { m.ReceivedAt = noTime() })
	for what, name := range inOrder(map[string]string{"no name": "", "a name with a blank": "a b", "a name with a colon": "a:", "a name in other letters": "cl\u00e9"}) {
		add("a header of "+what, "headers", func(m *v1.ParseWebhookRequest) { m.Headers = []*v1.Header{{Name: "ok"}, {Name: name}} })
	}
	add("a body of 256 KiB and a byte", "body", func(m *v1.ParseWebhookRequest) { m.Body = make([]byte, contract.MaxWebhookBody+1) })
	return rows
}

// configureMessage returns the scenario's configuration as a wire message.
func configureMessage(s *harness.Scenario) *v1.ConfigureRequest {
	message := &v1.ConfigureRequest{
		Mode: v1.Mode(v1.Mode_value["MODE_"+string(s.Configuration.Mode)]), Settings: s.Configuration.Settings, Secrets: map[string]string{},
	}
	for name, secret := range s.Configuration.Secrets {
		message.Secrets[name] = secret.Reveal()
	}
	return message
}

func invalidConfigurations(e *harness.Env, configured *v1.ConfigureRequest) []invalidRequest {
	var rows []invalidRequest
	add := func(what, fields string, change func(*v1.ConfigureRequest)) {
		message := &v1.ConfigureRequest{Mode: configured.GetMode(), Settings: map[string]string{}, Secrets: map[string]string{}}
		maps.Copy(message.Settings, configured.GetSettings())
		maps.Copy(message.Secrets, configured.GetSecrets())
		change(message)
		rows = append(rows, invalidRequest{contract.OperationConfigure, what, message, fields, contract.InvalidConfig})
	}
	add("no mode", "mode", func(m *v1.ConfigureRequest) { m.Mode = v1.Mode_MODE_UNSPECIFIED })
	add("a mode of later", "mode", func(m *v1.ConfigureRequest) { m.Mode = 99 })
	add("a setting that nobody has", "settings[no_such_key]", func(m *v1.ConfigureRequest) { m.Settings["no_such_key"] = "x" })
	add("a secret that nobody has", "secrets[no_such_key]", func(m *v1.ConfigureRequest) { m.Secrets["no_such_key"] = "x" })
	for _, field := range e.Descriptor.ConfigFields {
		at, other := "settings["+field.Name+"]", "secrets["+field.Name+"]"
		if field.Secret {
			at, other = other, at
		}
		in := func(m *v1.ConfigureRequest, there bool) map[string]string {
			if field.Secret == there {
				return m.GetSecrets()
			}
			return m.GetSettings()
		}
		if field.Required {
			add("no "+field.Name, at, func(m *v1.ConfigureRequest) { delete(in(m, true), field.Name) })
		}
		add(field.Name+" in the other map", other, func(m *v1.ConfigureRequest) {
			delete(in(m, true), field.Name)
			in(m, false)[field.Name] = "1s"
		})
		for _, value := range append(malformed(&field, ""), "a\x1bb", " a") {
			add(fmt.Sprintf("%s as %q", field.Name, value), at, func(m *v1.ConfigureRequest) { in(m, true)[field.Name] = value })
		}
	}
	return rows
}
