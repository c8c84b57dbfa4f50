package checks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// invalidRequest is a request that breaks the .proto in one field.
type invalidRequest struct {
	operation contract.Operation
	method    string // of the service
	what      string
	message   proto.Message
	fields    string          // of which the error must name one
	reason    contract.Reason // empty: INVALID_REQUEST
}

// namesWhatIsInvalid sends requests as no client of the contract in Go would.
func namesWhatIsInvalid(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	requests := invalidCreates(e)
	requests = append(requests, invalidReads(e)...)
	requests = append(requests, invalidRefunds(e)...)
	requests = append(requests, invalidOthers()...)
	for _, r := range requests {
		if !e.Descriptor.Has(r.operation) {
			continue
		}
		before := s.Requests()
		err := s.Conn.Invoke(t.Context(), "/"+v1.PaymentProvider_ServiceDesc.ServiceName+"/"+r.method, r.message, &emptypb.Empty{})
		what := r.method + " with " + r.what
		harness.Equal(t, what+": requests to the gateway", before, s.Requests())
		if !harness.True(t, err != nil, "%s was answered", what) {
			continue
		}
		reason := r.reason
		if reason == "" {
			reason = contract.InvalidRequest
		}
		harness.Equal(t, what+": the reason", string(reason), rawReason(err))
		named := violatedFields(err)
		harness.True(t, slices.ContainsFunc(strings.Fields(r.fields), func(field string) bool { return slices.Contains(named, field) }),
			"%s: the error names the fields %q, and must name %s", what, named, r.fields)
	}
}

// violatedFields returns the fields that an error names on the wire.
func violatedFields(err error) []string {
	var fields []string
	for _, detail := range status.Convert(err).Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			for _, violation := range bad.GetFieldViolations() {
				fields = append(fields, violation.GetField())
			}
		}
	}
	return fields
}

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

func invalidCreates(e *harness.Env) []invalidRequest {
	var rows []invalidRequest
	add := func(what, fields string, reason contract.Reason, change func(*v1.CreatePaymentRequest)) {
		message := createMessage(e).(*v1.CreatePaymentRequest)
		change(message)
		rows = append(rows, invalidRequest{contract.OperationCreatePayment, "CreatePayment", what, message, fields, reason})
	}
	for what, change := range inOrder(map[string]func(*v1.CreatePaymentRequest){
		"a key of 65 characters": func(m *v1.CreatePaymentRequest) { m.Attempt.Key = strings.Repeat("k", 65) },
		"a key with a blank":     func(m *v1.CreatePaymentRequest) { m.Attempt.Key = "a b" },
		"a key and a line":       func(m *v1.CreatePaymentRequest) { m.Attempt.Key += "\n" },
		"a key in other letters": func(m *v1.CreatePaymentRequest) { m.Attempt.Key = "clé" },
		"no key":                 func(m *v1.CreatePaymentRequest) { m.Attempt.Key = "" },
		"no attempt":             func(m *v1.CreatePaymentRequest) { m.Attempt = nil },
	}) {
		add(what, "attempt.key", "", change)
	}
	add("last_unknown_at and no first_at", "attempt.first_at", "", func(m *v1.CreatePaymentRequest) { m.Attempt.LastUnknownAt = timestamppb.Now() })
	add("last_unknown_at before first_at", "attempt.last_unknown_at", "", func(m *v1.CreatePaymentRequest) {
		m.Attempt.FirstAt, m.Attempt.LastUnknownAt = timestamppb.Now(), timestamppb.New(time.Now().Add(-time.Minute))
	})
	add("no amount", "amount amount.currency", "", func(m *v1.CreatePaymentRequest) { m.Amount = nil })
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
	for what, value := range inOrder(map[string]string{
		"no return URL": "", "a return URL with a blank": "https://shop.example/a b", "a return URL with a user": "https://me@shop.example/",
		"a return URL without a host": "https:///back", "a relative return URL": "/back",
		"a return URL of 2049 bytes": "https://shop.example/" + strings.Repeat("a", 2028),
	}) {
		add(what, "return_url", "", func(m *v1.CreatePaymentRequest) { m.ReturnUrl = value })
	}
	return append(rows, invalidExtras(e)...)
}

// invalidExtras are requests that are invalid in a field that may be empty.
func invalidExtras(e *harness.Env) []invalidRequest {
	var rows []invalidRequest
	add := func(what, fields string, change func(*v1.CreatePaymentRequest)) {
		message := createMessage(e).(*v1.CreatePaymentRequest)
		change(message)
		rows = append(rows, invalidRequest{operation: contract.OperationCreatePayment, method: "CreatePayment", what: what, message: message, fields: fields})
	}
	many := map[string]string{}
	for i := range contract.MaxMetadataPairs + 1 {
		many[fmt.Sprintf("k%d", i)] = "v"
	}
	long := strings.Repeat("k", contract.MaxMetadataKeyLength+1)
	for fields, pairs := range inOrder(map[string]map[string]string{
		"metadata":                         many,
		"metadata metadata[]":              {"": "v"},
		"metadata metadata[" + long + "]":  {long: "v"},
		"metadata metadata[a]":             {"a": strings.Repeat("v", contract.MaxMetadataValueLength+1)},
		"metadata metadata[paysocket_key]": {contract.MetadataKey: "v"},
	}) {
		add("metadata that must name "+fields, fields, func(m *v1.CreatePaymentRequest) { m.Metadata = pairs })
	}
	add("an address that is none", "payer.ip", func(m *v1.CreatePaymentRequest) { m.Payer = &v1.Payer{Ip: "1.2.3"} })
	add("a language of 36 bytes", "payer.locale", func(m *v1.CreatePaymentRequest) { m.Payer = &v1.Payer{Locale: strings.Repeat("a", 36)} })
	add("a platform of later", "payer.platform", func(m *v1.CreatePaymentRequest) { m.Payer = &v1.Payer{Platform: 99} })
	return rows
}

func invalidReads(e *harness.Env) []invalidRequest {
	attempt := &v1.Attempt{Key: e.Key()} // without first_at
	rows := []invalidRequest{
		{contract.OperationGetStatus, "GetStatus", "neither an id nor a key", &v1.GetStatusRequest{}, "by payment_id", ""},
		{contract.OperationGetRefund, "GetRefund", "neither an id nor a key", &v1.GetRefundRequest{PaymentId: "any-1"}, "by refund_id", ""},
	}
	if e.Descriptor.CreateIdempotency.LookupByKey {
		rows = append(rows, invalidRequest{contract.OperationGetStatus, "GetStatus", "an attempt without first_at",
			&v1.GetStatusRequest{By: &v1.GetStatusRequest_Attempt{Attempt: attempt}}, "attempt.first_at", ""})
	}
	if e.Descriptor.RefundIdempotency != nil && e.Descriptor.RefundIdempotency.LookupByKey {
		rows = append(rows, invalidRequest{contract.OperationGetRefund, "GetRefund", "an attempt without first_at",
			&v1.GetRefundRequest{PaymentId: "any-1", By: &v1.GetRefundRequest_Attempt{Attempt: attempt}}, "attempt.first_at", ""})
	}
	for id, what := range inOrder(noIDs()) {
		rows = append(rows,
			invalidRequest{contract.OperationGetStatus, "GetStatus", what,
				&v1.GetStatusRequest{By: &v1.GetStatusRequest_PaymentId{PaymentId: id}}, "payment_id by", ""},
			invalidRequest{contract.OperationCancelPayment, "CancelPayment", what, &v1.CancelPaymentRequest{PaymentId: id}, "payment_id", ""},
			invalidRequest{contract.OperationGetRefund, "GetRefund", what + " of a payment",
				&v1.GetRefundRequest{PaymentId: id, By: &v1.GetRefundRequest_RefundId{RefundId: "any-1"}}, "payment_id", ""},
			invalidRequest{contract.OperationGetRefund, "GetRefund", what,
				&v1.GetRefundRequest{PaymentId: "any-1", By: &v1.GetRefundRequest_RefundId{RefundId: id}}, "refund_id by", ""})
	}
	return rows
}

func invalidRefunds(e *harness.Env) []invalidRequest {
	var rows []invalidRequest
	add := func(what, fields string, change func(*v1.RefundRequest)) {
		message := &v1.RefundRequest{
			Attempt: &v1.Attempt{Key: e.Key()}, PaymentId: "any-1",
			Amount: &v1.Money{Currency: e.Manifest.Fixtures.Currency, MinorUnits: e.Manifest.Fixtures.Amounts.OK},
		}
		change(message)
		rows = append(rows, invalidRequest{operation: contract.OperationRefund, method: "Refund", what: what, message: message, fields: fields})
	}
	for id, what := range inOrder(noIDs()) {
		add(what, "payment_id", func(m *v1.RefundRequest) { m.PaymentId = id })
	}
	add("no attempt", "attempt.key", func(m *v1.RefundRequest) { m.Attempt = nil })
	add("no amount", "amount amount.currency", func(m *v1.RefundRequest) { m.Amount = nil })
	add("last_unknown_at and no first_at", "attempt.first_at", func(m *v1.RefundRequest) { m.Attempt.LastUnknownAt = timestamppb.Now() })
	add("a reason of 256 bytes", "reason", func(m *v1.RefundRequest) { m.Reason = strings.Repeat("a", 256) })
	return rows
}

func invalidOthers() []invalidRequest {
	var rows []invalidRequest
	now := time.Now()
	list := func(what, field string, change func(*v1.ListPaymentsRequest)) {
		message := &v1.ListPaymentsRequest{CreatedFrom: timestamppb.New(now.Add(-time.Hour)), CreatedUntil: timestamppb.New(now)}
		change(message)
		rows = append(rows, invalidRequest{operation: contract.OperationListPayments, method: "ListPayments", what: what, message: message, fields: field})
	}
	list("no begin", "created_from", func(m *v1.ListPaymentsRequest) { m.CreatedFrom = nil })
	list("no end", "created_until", func(m *v1.ListPaymentsRequest) { m.CreatedUntil = nil })
	list("an end at the begin", "created_until", func(m *v1.ListPaymentsRequest) { m.CreatedUntil = m.GetCreatedFrom() })
	list("pages of -1", "page_size", func(m *v1.ListPaymentsRequest) { m.PageSize = -1 })
	list("pages of 101", "page_size", func(m *v1.ListPaymentsRequest) { m.PageSize = 101 })
	list("a token of 2049 bytes", "page_token", func(m *v1.ListPaymentsRequest) { m.PageToken = strings.Repeat("a", 2049) })
	webhook := func(what, field string, change func(*v1.ParseWebhookRequest)) {
		message := &v1.ParseWebhookRequest{Method: "POST", Path: "/", Body: []byte("{}"), ReceivedAt: timestamppb.New(now)}
		change(message)
		rows = append(rows, invalidRequest{operation: contract.OperationParseWebhook, method: "ParseWebhook", what: what, message: message, fields: field})
	}
	webhook("no method", "method", func(m *v1.ParseWebhookRequest) { m.Method = "" })
	webhook("no time", "received_at", func(m *v1.ParseWebhookRequest) { m.ReceivedAt = nil })
	webhook("a header that HTTP does not allow", "headers", func(m *v1.ParseWebhookRequest) { m.Headers = []*v1.Header{{Name: "a b"}} })
	webhook("a body of 256 KiB and a byte", "body", func(m *v1.ParseWebhookRequest) { m.Body = make([]byte, contract.MaxWebhookBody+1) })
	return rows
}
