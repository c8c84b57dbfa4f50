package wire

import (
	"maps"
	"net/textproto"
	"slices"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func encodeWebhookRequest(q *contract.WebhookRequest) *v1.ParseWebhookRequest {
	return &v1.ParseWebhookRequest{
		Method:     q.Method,
		Path:       q.Path,
		Query:      q.Query,
		Headers:    encodeHeaders(q.Headers),
		Body:       q.Body,
		ReceivedAt: encodeTime(q.ReceivedAt),
	}
}

func decodeWebhookRequest(r *reader, m *v1.ParseWebhookRequest) *contract.WebhookRequest {
	return &contract.WebhookRequest{
		Method:     m.GetMethod(),
		Path:       m.GetPath(),
		Query:      m.GetQuery(),
		Headers:    decodeHeaders(m.GetHeaders()),
		Body:       m.GetBody(),
		ReceivedAt: decodeTime(r, "received_at", m.GetReceivedAt()),
	}
}

// encodeHeaders sorts by name, so that equal headers are encoded as equal bytes.
func encodeHeaders(headers map[string][]string) []*v1.Header {
	var lines []*v1.Header
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			lines = append(lines, &v1.Header{Name: name, Value: []byte(value)})
		}
	}
	return lines
}

// decodeHeaders returns the headers with canonical names, as WebhookRequest.Headers
// guarantees.
func decodeHeaders(lines []*v1.Header) map[string][]string {
	if len(lines) == 0 {
		return nil
	}
	headers := make(map[string][]string, len(lines))
	for _, line := range lines {
		name := textproto.CanonicalMIMEHeaderKey(line.GetName())
		headers[name] = append(headers[name], string(line.GetValue()))
	}
	return headers
}

func encodeWebhookResult(w *contract.WebhookResult) *v1.ParseWebhookResponse {
	return &v1.ParseWebhookResponse{
		Disposition:  encodeEnum[v1.Disposition](w.Disposition),
		Kind:         w.Kind,
		Verification: encodeEnum[v1.Verification](w.Verification),
		DedupeKey:    w.DedupeKey,
		Events:       encodeAll(w.Events, encodeEvent),
		Ack: &v1.Ack{
			Status:  int32(w.Ack.Status), //nolint:gosec // What does not fit is not 200 to 299, and the client refuses it.
			Headers: encodeHeaders(w.Ack.Headers),
			Body:    w.Ack.Body,
		},
	}
}

func decodeWebhookResult(r *reader, m *v1.ParseWebhookResponse) *contract.WebhookResult {
	return &contract.WebhookResult{
		Disposition:  decodeEnum[contract.Disposition](r, "disposition", m.GetDisposition()),
		Kind:         m.GetKind(),
		Verification: decodeEnum[contract.Verification](r, "verification", m.GetVerification()),
		DedupeKey:    m.GetDedupeKey(),
		Events:       decodeAll(r, "events", m.GetEvents(), decodeEvent),
		Ack: contract.Ack{
			Status:  int(m.GetAck().GetStatus()),
			Headers: decodeHeaders(m.GetAck().GetHeaders()),
			Body:    m.GetAck().GetBody(),
		},
	}
}

func encodeEvent(e *contract.Event) *v1.Event {
	m := &v1.Event{Kind: e.Kind, OccurredAt: encodeTime(e.OccurredAt), Authoritative: e.Authoritative}
	switch {
	case e.Payment != nil:
		m.Subject = &v1.Event_Payment{Payment: encodePayment(e.Payment)}
	case e.Refund != nil:
		m.Subject = &v1.Event_Refund{Refund: encodeRefund(e.Refund)}
	}
	return m
}

func decodeEvent(r *reader, field string, m *v1.Event) *contract.Event {
	return &contract.Event{
		Kind:          m.GetKind(),
		OccurredAt:    decodeTime(r, field+".occurred_at", m.GetOccurredAt()),
		Payment:       decodePayment(r, field+".payment", m.GetPayment()),
		Refund:        decodeRefund(r, field+".refund", m.GetRefund()),
		Authoritative: m.GetAuthoritative(),
	}
}
