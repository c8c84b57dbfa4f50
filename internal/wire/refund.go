package wire

import (
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func encodeRefund(f *contract.Refund) *v1.Refund {
	if f == nil {
		return nil
	}
	return &v1.Refund{
		RefundId:       f.RefundID,
		IdempotencyKey: f.IdempotencyKey,
		PaymentId:      f.PaymentID,
		Status:         encodeEnum[v1.RefundStatus](f.Status),
		ProviderStatus: f.ProviderStatus,
		Amount:         encodeMoney(f.Amount),
		TotalRefunded:  encodeMoney(f.TotalRefunded),
		Voided:         f.Voided,
		CreatedAt:      encodeTime(f.CreatedAt),
		Live:           f.Live,
		Replayed:       f.Replayed,
	}
}

func decodeRefund(r *reader, field string, m *v1.Refund) *contract.Refund {
	if m == nil {
		return nil
	}
	return &contract.Refund{
		RefundID:       m.GetRefundId(),
		IdempotencyKey: m.GetIdempotencyKey(),
		PaymentID:      m.GetPaymentId(),
		Status:         decodeEnum[contract.RefundStatus](r, field+".status", m.GetStatus()),
		ProviderStatus: m.GetProviderStatus(),
		Amount:         decodeMoney(r, field+".amount", m.GetAmount()),
		TotalRefunded:  decodeMoney(r, field+".total_refunded", m.GetTotalRefunded()),
		Voided:         m.GetVoided(),
		CreatedAt:      decodeTime(r, field+".created_at", m.GetCreatedAt()),
		Live:           m.GetLive(),
		Replayed:       m.GetReplayed(),
	}
}

func encodeRefundRequest(q *contract.RefundRequest) *v1.RefundRequest {
	return &v1.RefundRequest{
		Attempt:   encodeAttempt(&q.Attempt),
		PaymentId: q.PaymentID,
		Amount:    encodeMoney(q.Amount),
		Reason:    q.Reason,
		Metadata:  q.Metadata,
	}
}

func decodeRefundRequest(r *reader, m *v1.RefundRequest) *contract.RefundRequest {
	return &contract.RefundRequest{
		Attempt:   attemptValue(decodeAttempt(r, m.GetAttempt())),
		PaymentID: m.GetPaymentId(),
		Amount:    decodeMoney(r, "amount", m.GetAmount()),
		Reason:    m.GetReason(),
		Metadata:  nonEmpty(m.GetMetadata()),
	}
}

func encodeGetRefundRequest(q *contract.GetRefundRequest) *v1.GetRefundRequest {
	m := &v1.GetRefundRequest{PaymentId: q.PaymentID}
	if q.Attempt != nil {
		m.By = &v1.GetRefundRequest_Attempt{Attempt: encodeAttempt(q.Attempt)}
	} else {
		m.By = &v1.GetRefundRequest_RefundId{RefundId: q.RefundID}
	}
	return m
}

func decodeGetRefundRequest(r *reader, m *v1.GetRefundRequest) *contract.GetRefundRequest {
	return &contract.GetRefundRequest{
		PaymentID: m.GetPaymentId(),
		RefundID:  m.GetRefundId(),
		Attempt:   decodeAttempt(r, m.GetAttempt()),
	}
}
