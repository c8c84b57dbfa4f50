package wire

import (
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func encodeAttempt(a *contract.Attempt) *v1.Attempt {
	if a == nil {
		return nil
	}
	return &v1.Attempt{Key: a.Key, FirstAt: encodeTime(a.FirstAt), LastUnknownAt: encodeTime(a.LastUnknownAt)}
}

func decodeAttempt(r *reader, m *v1.Attempt) *contract.Attempt {
	if m == nil {
		return nil
	}
	return &contract.Attempt{
		Key:           m.GetKey(),
		FirstAt:       decodeTime(r, "attempt.first_at", m.GetFirstAt()),
		LastUnknownAt: decodeTime(r, "attempt.last_unknown_at", m.GetLastUnknownAt()),
	}
}

func attemptValue(a *contract.Attempt) contract.Attempt {
	if a == nil {
		return contract.Attempt{}
	}
	return *a
}

func encodeCreatePaymentRequest(q *contract.CreatePaymentRequest) *v1.CreatePaymentRequest {
	return &v1.CreatePaymentRequest{
		Attempt:     encodeAttempt(&q.Attempt),
		Reference:   q.Reference,
		Amount:      encodeMoney(q.Amount),
		Method:      q.Method,
		ReturnUrl:   q.ReturnURL,
		Description: q.Description,
		Metadata:    q.Metadata,
		Payer:       encodePayer(q.Payer),
		WebhookUrl:  q.WebhookURL,
	}
}

func decodeCreatePaymentRequest(r *reader, m *v1.CreatePaymentRequest) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt:     attemptValue(decodeAttempt(r, m.GetAttempt())),
		Reference:   m.GetReference(),
		Amount:      decodeMoney(r, "amount", m.GetAmount()),
		Method:      m.GetMethod(),
		ReturnURL:   m.GetReturnUrl(),
		Description: m.GetDescription(),
		Metadata:    nonEmpty(m.GetMetadata()),
		Payer:       decodePayer(r, m.GetPayer()),
		WebhookURL:  m.GetWebhookUrl(),
	}
}

func encodePayer(p *contract.Payer) *v1.Payer {
	if p == nil {
		return nil
	}
	return &v1.Payer{Ip: p.IP, Locale: p.Locale, Platform: encodeEnum[v1.Platform](p.Platform), Phone: p.Phone.Reveal()}
}

func decodePayer(r *reader, m *v1.Payer) *contract.Payer {
	if m == nil {
		return nil
	}
	p := &contract.Payer{
		IP:       m.GetIp(),
		Locale:   m.GetLocale(),
		Platform: decodeEnum[contract.Platform](r, "payer.platform", m.GetPlatform()),
	}
	if phone := m.GetPhone(); phone != "" {
		p.Phone = contract.NewSecret(phone)
	}
	return p
}

func encodeGetStatusRequest(q *contract.GetStatusRequest) *v1.GetStatusRequest {
	if q.Attempt != nil {
		return &v1.GetStatusRequest{By: &v1.GetStatusRequest_Attempt{Attempt: encodeAttempt(q.Attempt)}}
	}
	return &v1.GetStatusRequest{By: &v1.GetStatusRequest_PaymentId{PaymentId: q.PaymentID}}
}

func decodeGetStatusRequest(r *reader, m *v1.GetStatusRequest) *contract.GetStatusRequest {
	return &contract.GetStatusRequest{PaymentID: m.GetPaymentId(), Attempt: decodeAttempt(r, m.GetAttempt())}
}

func encodeCancelPaymentRequest(q *contract.CancelPaymentRequest) *v1.CancelPaymentRequest {
	return &v1.CancelPaymentRequest{PaymentId: q.PaymentID}
}

func decodeCancelPaymentRequest(_ *reader, m *v1.CancelPaymentRequest) *contract.CancelPaymentRequest {
	return &contract.CancelPaymentRequest{PaymentID: m.GetPaymentId()}
}

func encodeListPaymentsRequest(q *contract.ListPaymentsRequest) *v1.ListPaymentsRequest {
	return &v1.ListPaymentsRequest{
		CreatedFrom:  encodeTime(q.CreatedFrom),
		CreatedUntil: encodeTime(q.CreatedUntil),
		PageSize:     int32(q.PageSize), //nolint:gosec // The client has validated it: 0 to 100.
		PageToken:    q.PageToken,
	}
}

func decodeListPaymentsRequest(r *reader, m *v1.ListPaymentsRequest) *contract.ListPaymentsRequest {
	return &contract.ListPaymentsRequest{
		CreatedFrom:  decodeTime(r, "created_from", m.GetCreatedFrom()),
		CreatedUntil: decodeTime(r, "created_until", m.GetCreatedUntil()),
		PageSize:     int(m.GetPageSize()),
		PageToken:    m.GetPageToken(),
	}
}

func encodeConfiguration(c *contract.Configuration) *v1.ConfigureRequest {
	m := &v1.ConfigureRequest{Mode: encodeEnum[v1.Mode](c.Mode), Settings: c.Settings, Probe: c.Probe}
	if len(c.Secrets) > 0 {
		m.Secrets = make(map[string]string, len(c.Secrets))
	}
	for name, secret := range c.Secrets {
		m.Secrets[name] = secret.Reveal()
	}
	return m
}

func decodeConfiguration(r *reader, m *v1.ConfigureRequest) *contract.Configuration {
	c := &contract.Configuration{
		Mode:     decodeEnum[contract.Mode](r, "mode", m.GetMode()),
		Settings: nonEmpty(m.GetSettings()),
		Probe:    m.GetProbe(),
	}
	if len(r.violations) > 0 {
		r.reason = contract.InvalidConfig // for which Configure has a reason of its own
	}
	if len(m.GetSecrets()) > 0 {
		c.Secrets = make(map[string]contract.Secret, len(m.GetSecrets()))
	}
	for name, secret := range m.GetSecrets() {
		c.Secrets[name] = contract.NewSecret(secret)
	}
	return c
}
