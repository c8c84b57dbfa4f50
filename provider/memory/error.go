package memory

import (
	"regexp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// refusal is the code of an error object, with the HTTP status of its answer.
type refusal struct {
	status int
	code   string
}

// refusals has the reason of each refusal that the gateway documents. Others are
// judged by their HTTP status alone.
var refusals = map[refusal]contract.Reason{
	{400, "invalid_request"}:        contract.InvalidRequest,
	{400, "amount_out_of_range"}:    contract.AmountOutOfRange,
	{400, "currency_unsupported"}:   contract.CurrencyUnsupported,
	{400, "method_unsupported"}:     contract.MethodUnsupported,
	{404, "payment_not_found"}:      contract.PaymentNotFound,
	{404, "refund_not_found"}:       contract.RefundNotFound,
	{409, "key_reused"}:             contract.IdempotencyKeyReused,
	{409, "payment_not_cancelable"}: contract.PaymentNotCancelable,
	{409, "payment_not_refundable"}: contract.PaymentNotRefundable,
	{409, "refund_exceeds_payment"}: contract.RefundExceedsPayment,
	{409, "refund_window_expired"}:  contract.RefundWindowExpired,
	{409, "too_many_refunds"}:       contract.PaymentNotRefundable,
	{409, "account_full"}:           contract.ProviderRejected,
}

// reasonOf returns the reason of an answer that is not a success.
func reasonOf(status int, code string) contract.Reason {
	if reason, known := refusals[refusal{status, code}]; known {
		return reason
	}
	return kit.ReasonOfStatus(status)
}

// fields maps the gateway's names of fields to the contract's.
var fields = map[string]string{
	"amount": "amount.minor_units", "currency": "amount.currency", "method": "method", "return_url": "return_url",
	"reference": "reference", "description": "description", "metadata": "metadata", "reason": "reason",
	"Idempotency-Key": "attempt.key", "created_from": "created_from", "created_until": "created_until",
	"page_size": "page_size", "page_token": "page_token",
}

var (
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
)

// refused returns the error of an answer that is not a success.
func refused(x *roundtrip.Exchange) *contract.Error {
	var object struct {
		Error struct {
			Code      text `json:"code"`
			Field     text `json:"field"`
			PaymentID text `json:"payment_id"`
			RefundID  text `json:"refund_id"`
		} `json:"error"`
	}
	// The body may also be a proxy's page. Then there is no code, and the status decides.
	_ = strictjson.Decode(strictjson.ToUTF8(x.Body), roundtrip.DefaultMaxBody, &object)
	code := codeForm.FindString(object.Error.Code.Value)
	e := kit.Refusal(x, reasonOf(x.Status, code), code, "").
		With(contract.MetaPaymentID, idForm.FindString(object.Error.PaymentID.Value)).
		With(contract.MetaRefundID, idForm.FindString(object.Error.RefundID.Value))
	if field, known := fields[object.Error.Field.Value]; known {
		e = e.WithViolation(field, "was refused by the gateway")
	}
	return e
}
