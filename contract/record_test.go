package contract

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPaymentRecord_DiffersFromAnyOtherPayment(t *testing.T) {
	t.Parallel()
	record := PaymentRecord{PaymentID: "p", Key: "k", Method: "wallet", Amount: Money{Currency: "THB", MinorUnits: 100}, Mode: ModeTest, Account: "a"}
	own := Payment{PaymentID: "p", IdempotencyKey: "k", Method: "wallet", Amount: record.Amount}
	assert.Empty(t, record.Differences(&own, "a"))
	cases := map[string]func(*Payment, *string){
		"payment.payment_id":      func(p *Payment, _ *string) { p.PaymentID = "q" },
		"payment.idempotency_key": func(p *Payment, _ *string) { p.IdempotencyKey = "" },
		"payment.method":          func(p *Payment, _ *string) { p.Method = "" },
		"payment.amount":          func(p *Payment, _ *string) { p.Amount.Currency = "CNY" },
		"payment.live":            func(p *Payment, _ *string) { p.Live = true },
		"account":                 func(_ *Payment, account *string) { *account = "" },
	}
	for field, change := range cases {
		other, account := own, "a"
		change(&other, &account)
		differences := record.Differences(&other, account)
		assert.Len(t, differences, 1, field)
		assert.Equal(t, field, differences[0].Field)
		assert.Empty(t, (&PaymentRecord{}).Differences(&other, account), "what is not known differs from nothing")
	}
	assert.Len(t, cases, reflect.TypeFor[PaymentRecord]().NumField(), "every field is compared")
}

func TestRefundRecord_DiffersFromAnyOtherRefund(t *testing.T) {
	t.Parallel()
	record := RefundRecord{RefundID: "r", Key: "k", PaymentID: "p", Amount: Money{Currency: "THB", MinorUnits: 100}, Mode: ModeLive, Account: "a"}
	own := Refund{RefundID: "r", IdempotencyKey: "k", PaymentID: "p", Amount: record.Amount, Live: true}
	assert.Empty(t, record.Differences(&own, "a"))
	cases := map[string]func(*Refund, *string){
		"refund.refund_id":       func(r *Refund, _ *string) { r.RefundID = "s" },
		"refund.idempotency_key": func(r *Refund, _ *string) { r.IdempotencyKey = "other" },
		"refund.payment_id":      func(r *Refund, _ *string) { r.PaymentID = "q" },
		"refund.amount":          func(r *Refund, _ *string) { r.Amount.MinorUnits = 1 },
		"refund.live":            func(r *Refund, _ *string) { r.Live = false },
		"account":                func(_ *Refund, account *string) { *account = "b" },
	}
	for field, change := range cases {
		other, account := own, "a"
		change(&other, &account)
		differences := record.Differences(&other, account)
		assert.Len(t, differences, 1, field)
		assert.Equal(t, field, differences[0].Field)
	}
	assert.Len(t, cases, reflect.TypeFor[RefundRecord]().NumField(), "every field is compared")
}
