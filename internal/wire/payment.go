package wire

import (
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func encodePayment(p *contract.Payment) *v1.Payment {
	if p == nil {
		return nil
	}
	return &v1.Payment{
		PaymentId:      p.PaymentID,
		IdempotencyKey: p.IdempotencyKey,
		Reference:      p.Reference,
		Method:         p.Method,
		Status:         encodeEnum[v1.PaymentStatus](p.Status),
		ProviderStatus: p.ProviderStatus,
		Amount:         encodeMoney(p.Amount),
		AmountRefunded: encodeMoney(p.AmountRefunded),
		NextAction:     encodeNextAction(p.NextAction),
		Failure:        encodeFailure(p.Failure),
		Settlement:     encodeSettlement(p.Settlement),
		CreatedAt:      encodeTime(p.CreatedAt),
		UpdatedAt:      encodeTime(p.UpdatedAt),
		ExpiresAt:      encodeTime(p.ExpiresAt),
		Live:           p.Live,
		Replayed:       p.Replayed,
	}
}

func decodePayment(r *reader, field string, m *v1.Payment) *contract.Payment {
	if m == nil {
		return nil
	}
	return &contract.Payment{
		PaymentID:      m.GetPaymentId(),
		IdempotencyKey: m.GetIdempotencyKey(),
		Reference:      m.GetReference(),
		Method:         m.GetMethod(),
		Status:         decodeEnum[contract.PaymentStatus](r, field+".status", m.GetStatus()),
		ProviderStatus: m.GetProviderStatus(),
		Amount:         decodeMoney(r, field+".amount", m.GetAmount()),
		AmountRefunded: decodeMoney(r, field+".amount_refunded", m.GetAmountRefunded()),
		NextAction:     decodeNextAction(r, field+".next_action", m.GetNextAction()),
		Failure:        decodeFailure(r, field+".failure", m.GetFailure()),
		Settlement:     decodeSettlement(r, field+".settlement", m.GetSettlement()),
		CreatedAt:      decodeTime(r, field+".created_at", m.GetCreatedAt()),
		UpdatedAt:      decodeTime(r, field+".updated_at", m.GetUpdatedAt()),
		ExpiresAt:      decodeTime(r, field+".expires_at", m.GetExpiresAt()),
		Live:           m.GetLive(),
		Replayed:       m.GetReplayed(),
	}
}

// encodeNextAction encodes the first action that is set. Validate makes sure that
// exactly one is.
func encodeNextAction(a *contract.NextAction) *v1.NextAction {
	if a == nil {
		return nil
	}
	m := &v1.NextAction{ExpiresAt: encodeTime(a.ExpiresAt)}
	switch {
	case a.Redirect != nil:
		m.Action = &v1.NextAction_Redirect{Redirect: &v1.Redirect{Url: a.Redirect.URL, Insecure: a.Redirect.Insecure}}
	case a.DisplayQR != nil:
		m.Action = &v1.NextAction_DisplayQr{DisplayQr: encodeDisplayQR(a.DisplayQR)}
	case a.OpenApp != nil:
		m.Action = &v1.NextAction_OpenApp{OpenApp: &v1.OpenApp{Url: a.OpenApp.URL}}
	}
	return m
}

func decodeNextAction(r *reader, field string, m *v1.NextAction) *contract.NextAction {
	if m == nil {
		return nil
	}
	a := &contract.NextAction{ExpiresAt: decodeTime(r, field+".expires_at", m.GetExpiresAt())}
	switch action := m.GetAction().(type) {
	case *v1.NextAction_Redirect:
		a.Redirect = &contract.Redirect{URL: action.Redirect.GetUrl(), Insecure: action.Redirect.GetInsecure()}
	case *v1.NextAction_DisplayQr:
		a.DisplayQR = decodeDisplayQR(action.DisplayQr)
	case *v1.NextAction_OpenApp:
		a.OpenApp = &contract.OpenApp{URL: action.OpenApp.GetUrl()}
	}
	return a
}

func encodeDisplayQR(q *contract.DisplayQR) *v1.DisplayQR {
	m := &v1.DisplayQR{Payload: q.Payload}
	if i := q.Image; i != nil {
		m.Image = &v1.QRImage{Url: i.URL, Data: i.Data, MediaType: i.MediaType}
	}
	return m
}

func decodeDisplayQR(m *v1.DisplayQR) *contract.DisplayQR {
	q := &contract.DisplayQR{Payload: m.GetPayload()}
	if i := m.GetImage(); i != nil {
		q.Image = &contract.QRImage{URL: i.GetUrl(), Data: i.GetData(), MediaType: i.GetMediaType()}
	}
	return q
}

func encodeFailure(f *contract.Failure) *v1.Failure {
	if f == nil {
		return nil
	}
	return &v1.Failure{Code: encodeEnum[v1.FailureCode](f.Code), ProviderCode: f.ProviderCode, Message: f.Message}
}

func decodeFailure(r *reader, field string, m *v1.Failure) *contract.Failure {
	if m == nil {
		return nil
	}
	return &contract.Failure{
		Code:         decodeEnum[contract.FailureCode](r, field+".code", m.GetCode()),
		ProviderCode: m.GetProviderCode(),
		Message:      m.GetMessage(),
	}
}

func encodeSettlement(s *contract.Settlement) *v1.Settlement {
	if s == nil {
		return nil
	}
	return &v1.Settlement{Currency: s.Currency, Net: encodeMoney(s.Net), Fee: encodeMoney(s.Fee)}
}

func decodeSettlement(r *reader, field string, m *v1.Settlement) *contract.Settlement {
	if m == nil {
		return nil
	}
	return &contract.Settlement{
		Currency: m.GetCurrency(),
		Net:      decodeMoney(r, field+".net", m.GetNet()),
		Fee:      decodeMoney(r, field+".fee", m.GetFee()),
	}
}

func encodePage(p *contract.PaymentPage) *v1.ListPaymentsResponse {
	return &v1.ListPaymentsResponse{
		Payments:      encodeAll(p.Payments, encodePayment),
		NextPageToken: p.NextPageToken,
	}
}

func decodePage(r *reader, m *v1.ListPaymentsResponse) *contract.PaymentPage {
	return &contract.PaymentPage{
		Payments:      decodeAll(r, "payments", m.GetPayments(), decodePayment),
		NextPageToken: m.GetNextPageToken(),
	}
}
