package stripealipay

import (
	"errors"
	"regexp"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// expandCharge makes Stripe show the charge and what the merchant gets of it in
// the same answer.
const expandCharge = "latest_charge.balance_transaction"

var (
	errNoPayment = errors.New("it is not a PaymentIntent")
	errNoCharge  = errors.New("it does not show its charge")
	keyForm      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// paymentOf returns an answer with one PaymentIntent, and the contract's payment of
// it. The error has its id: the payment exists, even if the answer cannot be used.
func paymentOf(content []byte) (*stripe.PaymentIntent, *contract.Payment, *contract.Error) {
	intent, err := decodePayment(content)
	if err != nil {
		return nil, nil, withPaymentID(kit.Malformed(err), idOf(content))
	}
	payment, e := paymentOfChecked(intent)
	return intent, payment, e
}

// paymentOfChecked is paymentOf for a PaymentIntent that is decoded.
func paymentOfChecked(intent *stripe.PaymentIntent) (*contract.Payment, *contract.Error) {
	if intent.LatestCharge != nil && chargeOf(intent) == nil { // then refunds are not known either
		return nil, withPaymentID(kit.Malformed(errNoCharge), intent.ID)
	}
	payment, err := translatePayment(intent)
	if err != nil {
		return nil, withPaymentID(kit.Malformed(err), intent.ID)
	}
	return payment, nil
}

func withPaymentID(e *contract.Error, id string) *contract.Error {
	if !idForm.MatchString(id) {
		return e
	}
	return e.With(contract.MetaPaymentID, id)
}

// translatePayment returns the contract's payment of a PaymentIntent, or an error
// if that would not be legal.
func translatePayment(intent *stripe.PaymentIntent) (*contract.Payment, error) {
	amount, err := moneyOf(intent.Currency, intent.Amount)
	if err != nil {
		return nil, err
	}
	refunded, err := refundedOf(intent)
	if err != nil {
		return nil, err
	}
	payment := &contract.Payment{
		PaymentID:      intent.ID,
		Status:         statusOf(intent),
		ProviderStatus: kit.Clip(string(intent.Status), 64),
		Amount:         amount,
		AmountRefunded: refunded,
		CreatedAt:      time.Unix(intent.Created, 0).UTC(),
		Live:           intent.Livemode,
	}
	if isAlipay(intent) {
		payment.Method = methodAlipay
	}
	if payment.IdempotencyKey = keyOf(intent.Metadata); payment.IdempotencyKey != "" { // otherwise the host did not make it
		payment.Reference = kit.Whole(intent.Metadata[contract.MetadataReference], contract.MaxReferenceLength)
	}
	switch payment.Status {
	case contract.PaymentFailed:
		payment.Failure = failureOf(intent.LastPaymentError)
	case contract.PaymentPending:
		if payment.NextAction, err = nextAction(intent); err != nil {
			return nil, err
		}
	case contract.PaymentSucceeded:
		payment.Settlement = settlementOf(chargeOf(intent))
	case contract.PaymentExpired, contract.PaymentCanceled, contract.PaymentUnknown:
	}
	return payment, payment.Validate()
}

// isAlipay reports whether the payment is by Alipay. A PaymentIntent that was
// made elsewhere may have allowed several methods, and then its charge says
// which it was.
func isAlipay(intent *stripe.PaymentIntent) bool {
	if charge := chargeOf(intent); charge != nil && charge.PaymentMethodDetails != nil {
		return charge.PaymentMethodDetails.Type == methodAlipay
	}
	return len(intent.PaymentMethodTypes) == 1 && intent.PaymentMethodTypes[0] == methodAlipay
}

// refundedOf returns the sum of all refunds, which Stripe keeps with the charge.
// What it calls a refund of a charge that was never captured moved no money.
func refundedOf(intent *stripe.PaymentIntent) (contract.Money, error) {
	if charge := chargeOf(intent); charge != nil && charge.Captured {
		return moneyOf(charge.Currency, charge.AmountRefunded)
	}
	return moneyOf(intent.Currency, 0)
}

// nextAction returns the link for the payer, for which Stripe has two forms, or nil
// if there is none.
func nextAction(intent *stripe.PaymentIntent) (*contract.NextAction, error) {
	action := intent.NextAction
	switch {
	case action == nil:
		return nil, nil
	case action.AlipayHandleRedirect != nil:
		return contract.RedirectTo(action.AlipayHandleRedirect.URL)
	case action.RedirectToURL != nil:
		return contract.RedirectTo(action.RedirectToURL.URL)
	default: // a payment with another method, which the host did not make
		return nil, nil
	}
}

// settlementOf returns what the merchant will receive; nil if Stripe does not
// say, or if it is something that the contract cannot express.
func settlementOf(charge *stripe.Charge) *contract.Settlement {
	if charge == nil || charge.BalanceTransaction == nil || charge.BalanceTransaction.Object != "balance_transaction" {
		return nil
	}
	entry := charge.BalanceTransaction
	net, netErr := moneyOf(entry.Currency, entry.Net)
	fee, feeErr := moneyOf(entry.Currency, entry.Fee)
	if _, known := contract.Exponent(net.Currency); netErr != nil || feeErr != nil || !known || net.MinorUnits < 0 || fee.MinorUnits < 0 {
		return nil
	}
	return &contract.Settlement{Currency: net.Currency, Net: net, Fee: fee}
}
