package stripealipay

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

var (
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_]{3,255}$`)
)

// refusal is Stripe's error object, as much of it as is of use.
type refusal struct {
	kind, code, param string
	paymentID         string // of the PaymentIntent that the error is about
}

// readRefusal takes the error object out of the SDK's error. A proxy's page
// has none, and then the HTTP status remains.
func readRefusal(x *exchange, err error) refusal {
	said, ok := errors.AsType[*stripe.Error](err)
	if !ok || checkJSON(x.body) != nil {
		return refusal{}
	}
	r := refusal{kind: string(said.Type), code: string(said.Code), param: said.Param}
	if !codeForm.MatchString(r.kind) {
		r.kind = ""
	}
	if !codeForm.MatchString(r.code) {
		r.code = ""
	}
	if said.PaymentIntent != nil && idForm.MatchString(said.PaymentIntent.ID) {
		r.paymentID = said.PaymentIntent.ID
	}
	return r
}

// codes says what Stripe's codes mean, whatever was asked for.
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

// reasonOf judges an answer that is no success. What leaves open whether the
// request was executed must not become a refusal.
func reasonOf(r *request, status int, said refusal) contract.Reason {
	if status < 400 || status > 499 {
		return reasonOfStatus(status)
	}
	switch {
	case said.kind == "api_error": // Stripe's own failure, under whatever status
		return contract.ProviderFault
	case said.code == "idempotency_key_in_use", said.code == "lock_timeout": // somebody is at work on it at this moment
		return contract.AttemptUnsettled
	case said.kind == "idempotency_error" && status == http.StatusBadRequest:
		return contract.IdempotencyKeyReused
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusTooManyRequests:
		return reasonOfStatus(status)
	case said.code == "resource_missing" && r.missing != "":
		return r.missing
	case said.code == "payment_intent_unexpected_state" && r.unexpected != "":
		return r.unexpected
	case said.param == "amount" && r.tooMuch != "" && said.code == "":
		return r.tooMuch
	case said.param == "currency" && said.code == "":
		return contract.CurrencyUnsupported
	}
	if reason, known := codes[said.code]; known {
		return reason
	}
	return reasonOfStatus(status)
}

func reasonOfStatus(status int) contract.Reason {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return contract.ProviderAuthFailed
	case status == http.StatusRequestTimeout:
		return contract.ProviderTimeout
	case status == http.StatusConflict, status == http.StatusTooEarly:
		return contract.AttemptUnsettled
	case status == http.StatusFailedDependency: // somebody behind Stripe failed, and how far it got is not said
		return contract.ProviderFault
	case status == http.StatusTooManyRequests:
		return contract.ProviderRateLimited
	case status >= 400 && status <= 499:
		return contract.ProviderRejected
	case status >= 500 && status <= 599:
		return contract.ProviderFault
	default: // redirects, and successes that Stripe does not have
		return contract.MalformedResponse
	}
}

// advice says what to do about a reason, in our words: Stripe's message may
// quote what it was sent.
var advice = map[contract.Reason]string{
	contract.ProviderAuthFailed:   "Stripe refused the secret key, or it may not do this; check secret_key in the configuration and the key's permissions",
	contract.ProviderTimeout:      "Stripe gave up waiting for the request",
	contract.AttemptUnsettled:     "Stripe is at work on this already; repeat the call later, with the same key",
	contract.ProviderRateLimited:  "Stripe takes no more requests at the moment; repeat the call later",
	contract.ProviderFault:        "Stripe failed",
	contract.MalformedResponse:    "Stripe's answer has an HTTP status that it does not document",
	contract.IdempotencyKeyReused: "the idempotency key belongs to another request",
	contract.MethodNotEnabled:     "the account may not take Alipay; enable it at https://dashboard.stripe.com/settings/payment_methods",
	contract.CurrencyUnsupported:  "the account takes no Alipay in this currency; Stripe allows CNY and the currency of the account's country",
}

// fields translates the names of Stripe's parameters into those of a request.
var fields = map[string]string{
	"amount": "amount.minor_units", "currency": "amount.currency", "return_url": "return_url", "description": "description",
	"metadata": "metadata", "payment_method_types": "method", "payment_method_data": "method", "payment_intent": "payment_id",
}

// retryUnsettled is how long to wait when Stripe does not say.
const retryUnsettled = 2 * time.Second

// refused makes the error of an answer that is no success.
func refused(r *request, x *exchange, err error) *contract.Error {
	said := readRefusal(x, err)
	reason := reasonOf(r, x.status, said)
	message := advice[reason]
	if message == "" {
		message = "Stripe refused the request"
	}
	wait := retryAfter(x.header)
	if reason == contract.AttemptUnsettled && wait == 0 {
		wait = retryUnsettled
	}
	code := said.code
	if code == "" {
		code = said.kind
	}
	e := contract.NewError(reason, message).WithRetryAfter(wait).
		With(contract.MetaHTTPStatus, strconv.Itoa(x.status)).
		With(contract.MetaProviderCode, code).
		With(contract.MetaRequestID, requestID(x)).
		With(contract.MetaPaymentID, said.paymentID)
	if reason.Allows(contract.Rejected) {
		e = e.WithOutcome(contract.Rejected) // NewError spoke of the time before sending
	}
	name, _, _ := strings.Cut(said.param, "[")
	if field, known := fields[name]; known {
		e.Violations = []contract.Violation{{Field: field, Description: "was refused by Stripe"}}
	}
	return e
}

// requestID is what Stripe's support asks for.
func requestID(x *exchange) string {
	if id := x.header.Get("Request-Id"); idForm.MatchString(id) {
		return id
	}
	return ""
}

const maxRetryAfter = 5 * time.Minute

// retryAfter reads how long Stripe asks to wait, in seconds or until a date by
// its own clock. It is bounded, so that one wrong header does not put payments
// to sleep for a day; what cannot be read is 0.
func retryAfter(header http.Header) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if at, err := http.ParseTime(value); err == nil {
		now, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		return min(max(at.Sub(now), 0), maxRetryAfter)
	}
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return 0
	}
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds > int(maxRetryAfter/time.Second) { // too many digits are still a number
		return maxRetryAfter
	}
	return time.Duration(seconds) * time.Second
}

// unsent is the error of a request of which no byte can have left.
func unsent(ctx context.Context, cause error) *contract.Error {
	if e := contract.FromContext(ctx); e != nil {
		return asError(e)
	}
	return contract.NewError(contract.ProviderUnreachable,
		"Stripe could not be reached, and nothing was sent; check api_base and the network").WithCause(cause)
}

// lost is the error of a request that may have been executed.
func lost(ctx context.Context, cause error) *contract.Error {
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.DeadlineExceeded):
		return contract.NewError(contract.ProviderTimeout, "Stripe did not answer in time").WithCause(cause)
	case ended != nil:
		return contract.NewError(contract.ConnectionLost, "the call was canceled while Stripe was at work").WithCause(cause)
	default:
		return contract.NewError(contract.ConnectionLost, "the connection broke before Stripe's answer had come").WithCause(cause)
	}
}

// malformed is the error of an answer that cannot be used. What the checks of
// package contract found is kept: they hold the provider to the contract, but
// here they were asked about Stripe.
func malformed(cause error) *contract.Error {
	e := contract.Errorf(contract.MalformedResponse, "Stripe's answer cannot be used: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "Stripe's answer cannot be used, or is about something else than was asked for"
		e.Violations = found.Violations
	}
	return e
}

// asError gives the error of one of package contract's own checks.
func asError(err error) *contract.Error {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e
	}
	return contract.NewError(contract.ProviderBug, "a check failed in a way that it cannot")
}
