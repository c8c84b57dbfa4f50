package plugin

import (
	"context"

	"github.com/paysocket/paysocket/contract"
)

// doorkeeper lets calls through to a provider while refuse gives nil. Both ends
// have one: the host's for a process that is gone, the plugin's for the time
// after it was told to end. What it refuses was certainly not attempted, and
// without it a call would end as a broken connection, of which nothing is
// certain.
type doorkeeper struct {
	contract.UnimplementedPaymentProvider

	provider contract.PaymentProvider
	refuse   func() *contract.Error
}

// admit runs a call that moves no money, or refuses it.
func admit[Req, Ans any](ctx context.Context, d *doorkeeper, request Req, call func(context.Context, Req) (*Ans, error)) (*Ans, error) {
	if e := d.refuse(); e != nil {
		return nil, e.WithOutcome("")
	}
	return call(ctx, request)
}

// admitMoney is admit for a call that moves money.
func admitMoney[Req, Ans any](
	ctx context.Context, d *doorkeeper, request Req, attempt *contract.Attempt, call func(context.Context, Req) (*Ans, error),
) (*Ans, error) {
	if e := d.refuse(); e != nil {
		return nil, e.ForAttempt(attempt)
	}
	return call(ctx, request)
}

// Describe implements [contract.PaymentProvider].
func (d *doorkeeper) Describe(ctx context.Context) (*contract.Descriptor, error) {
	return admit(ctx, d, struct{}{}, func(ctx context.Context, _ struct{}) (*contract.Descriptor, error) {
		return d.provider.Describe(ctx)
	})
}

// Configure implements [contract.PaymentProvider].
func (d *doorkeeper) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	return admit(ctx, d, configuration, d.provider.Configure)
}

// CreatePayment implements [contract.PaymentProvider].
func (d *doorkeeper) CreatePayment(ctx context.Context, request *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return admitMoney(ctx, d, request, &request.Attempt, d.provider.CreatePayment)
}

// GetStatus implements [contract.PaymentProvider].
func (d *doorkeeper) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	return admit(ctx, d, request, d.provider.GetStatus)
}

// CancelPayment implements [contract.PaymentProvider].
func (d *doorkeeper) CancelPayment(ctx context.Context, request *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return admitMoney(ctx, d, request, &contract.Attempt{}, d.provider.CancelPayment)
}

// Refund implements [contract.PaymentProvider].
func (d *doorkeeper) Refund(ctx context.Context, request *contract.RefundRequest) (*contract.Refund, error) {
	return admitMoney(ctx, d, request, &request.Attempt, d.provider.Refund)
}

// GetRefund implements [contract.PaymentProvider].
func (d *doorkeeper) GetRefund(ctx context.Context, request *contract.GetRefundRequest) (*contract.Refund, error) {
	return admit(ctx, d, request, d.provider.GetRefund)
}

// ListPayments implements [contract.PaymentProvider].
func (d *doorkeeper) ListPayments(ctx context.Context, request *contract.ListPaymentsRequest) (*contract.PaymentPage, error) {
	return admit(ctx, d, request, d.provider.ListPayments)
}

// ParseWebhook implements [contract.PaymentProvider].
func (d *doorkeeper) ParseWebhook(ctx context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return admit(ctx, d, request, d.provider.ParseWebhook)
}
