package stripealipay

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

var (
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_]{3,255}$`)
)

// refusal is what is used of Stripe's error object.
type refusal struct {
	kind, code, param string
	paymentID         string // of the PaymentIntent that the error is about
	damaged           bool   // there was an object, and nobody can know which
}

// readRefusal returns the error object of an answer. The page of a proxy has none,
// and then the HTTP status alone decides.
func readRefusal(x *roundtrip.Exchange) refusal {
	body := strictjson.ToUTF8(x.Body)
	answer, err := strictjson.Members(body, maxBody)
	if err != nil {
		return refusal{damaged: bytes.HasPrefix(bytes.TrimSpace(body), []byte("{"))}
	}
	said, err := strictjson.Members(answer["error"], maxBody)
	if errors.Is(err, strictjson.ErrDuplicateName) {
		return refusal{damaged: true}
	}
	r := refusal{
		kind: strictjson.Read[string](said["type"]), code: strictjson.Read[string](said["code"]),
		param: strictjson.Read[string](said["param"]), paymentID: string(strictjson.Read[reference](said["payment_intent"])),
	}
	if !codeForm.MatchString(r.kind) {
		r.kind = ""
	}
	if !codeForm.MatchString(r.code) {
		r.code = ""
	}
	if !idForm.MatchString(r.paymentID) {
		r.paymentID = ""
	}
	return r
}

// codes are the reasons of those of Stripe's codes that mean the same in every
// answer.
var codes = map[string]contract.Reason{
	"amount_too_small":                           contract.AmountOutOfRange,
	"amount_too_large":                           contract.AmountOutOfRange,
	"payment_method_currency_mismatch":           contract.CurrencyUnsupported,
	"payment_method_unactivated":                 contract.MethodNotEnabled,
	"payment_method_not_available":               contract.MethodNotEnabled,
	"payment_method_unsupported_type":            contract.MethodUnsupported,
	"payment_intent_incompatible_payment_method": contract.MethodUnsupported,
	"url_invalid":                                contract.InvalidRequest,
	"parameter_missing":                          contract.InvalidRequest,
	"parameter_unknown":                          contract.InvalidRequest,
	"parameter_invalid_empty":                    contract.InvalidRequest,
	"parameter_invalid_integer":                  contract.InvalidRequest,
	"parameter_invalid_string_blank":             contract.InvalidRequest,
	"parameter_invalid_string_empty":             contract.InvalidRequest,
	"charge_already_refunded":                    contract.RefundExceedsPayment,
	"charge_not_refundable":                      contract.PaymentNotRefundable,
	"charge_disputed":                            contract.PaymentNotRefundable,
	"refund_disputed_payment":                    contract.PaymentNotRefundable,
}

// reasonOf returns the reason of an answer that is not a success. One that leaves
// open whether the request was executed must not become a refusal.
func reasonOf(r *request, status int, said refusal) contract.Reason {
	byStatus := kit.ReasonOfStatus(status)
	if status < 400 || status > 499 {
		return byStatus
	}
	switch {
	case said.kind == "api_error": // Stripe's own failure, with any status
		return contract.ProviderFault
	case said.code == "idempotency_key_in_use", said.code == "lock_timeout": // another request is changing it now
		return contract.AttemptUnsettled
	case said.kind == "idempotency_error" && status == http.StatusBadRequest:
		return contract.IdempotencyKeyReused
	case said.damaged && byStatus == contract.ProviderRejected: // it may have been any of those
		return contract.MalformedResponse
	case byStatus != contract.ProviderRejected: // the status is not that of a refusal, whatever the code
		return byStatus
	case said.code == "resource_missing" && r.missing != "":
		return r.missing
	case said.code == "payment_intent_unexpected_state" && r.unexpected != "":
		return r.unexpected
	case said.param == "amount" && r.tooMuch != "" && said.code == "":
		return r.tooMuch
	case said.param == "currency" && said.code == "":
		return contract.CurrencyUnsupported
	}
	return cmp.Or(codes[said.code], byStatus)
}

// advice has the messages of reasons for which there is more to say than that
// Stripe refused.
var advice = map[contract.Reason]string{
	contract.ProviderAuthFailed:  "Stripe refused the secret key, or the key does not permit this; check secret_key in the configuration and the key's permissions",
	contract.MethodNotEnabled:    "Alipay is not enabled for the account; enable it at https://dashboard.stripe.com/settings/payment_methods",
	contract.CurrencyUnsupported: "the account does not accept Alipay in this currency; Stripe allows CNY and the currency of the account's country",
}

// fields maps Stripe's names of parameters to the contract's names of fields.
var fields = map[string]string{
	"amount": "amount.minor_units", "currency": "amount.currency", "return_url": "return_url", "description": "description",
	"metadata": "metadata", "payment_method_types": "method", "payment_method_data": "method", "payment_intent": "payment_id",
}

// retryUnsettled is how long to wait if Stripe does not say.
const retryUnsettled = 2 * time.Second

// refused returns the error of an answer that is not a success.
func refused(r *request, x *roundtrip.Exchange) *contract.Error {
	said := readRefusal(x)
	reason := reasonOf(r, x.Status, said)
	message := advice[reason]
	if said.damaged && reason == contract.MalformedResponse {
		message = "Stripe's error object cannot be read; look at the request in Stripe's dashboard"
	}
	e := kit.Refusal(x, reason, cmp.Or(said.code, said.kind), message).
		With(contract.MetaRequestID, requestID(x)).
		With(contract.MetaPaymentID, said.paymentID)
	if reason == contract.AttemptUnsettled && e.RetryAfter == 0 {
		e = e.WithRetryAfter(retryUnsettled)
	}
	name, _, _ := strings.Cut(said.param, "[")
	if field, known := fields[name]; known {
		e = e.WithViolation(field, "was refused by Stripe")
	}
	return e
}

// keyReused returns the error of a key that belongs to a payment or refund of
// another amount.
func keyReused() *contract.Error {
	return contract.NewError(contract.IdempotencyKeyReused, "the idempotency key belongs to another request")
}

// requestID returns Stripe's id of a request, which its support asks for, or "" if
// the answer has none.
func requestID(x *roundtrip.Exchange) string {
	if id := x.Header.Get("Request-Id"); idForm.MatchString(id) {
		return id
	}
	return ""
}
