package memory

import (
	"context"
	"errors"
	"regexp"
	"strconv"

	"github.com/paysocket/paysocket/contract"
)

// A refusal is a code of the gateway's error object and the HTTP status that it
// comes with.
type refusal struct {
	status int
	code   string
}

// refusals says what each means. Statuses that are not here with their code
// are judged by reasonOf.
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

// reasonOf judges an answer that is no success. A status that leaves open
// whether the request was executed must not become a refusal.
func reasonOf(status int, code string) contract.Reason {
	if reason, known := refusals[refusal{status, code}]; known {
		return reason
	}
	switch {
	case status == 401, status == 403:
		return contract.ProviderAuthFailed
	case status == 408:
		return contract.ProviderTimeout
	case status == 409, status == 425: // the key may be at work at this moment
		return contract.AttemptUnsettled
	case status == 429:
		return contract.ProviderRateLimited
	case status >= 400 && status <= 499:
		return contract.ProviderRejected
	case status >= 500 && status <= 599:
		return contract.ProviderFault
	default: // redirects, and successes that the gateway does not have
		return contract.MalformedResponse
	}
}

// advice says what to do about a reason, in our words: the gateway's message
// may quote what it was sent.
var advice = map[contract.Reason]string{
	contract.ProviderAuthFailed:   "the gateway refused the secret key; check secret_key in the configuration",
	contract.ProviderTimeout:      "the gateway gave up waiting for the request",
	contract.AttemptUnsettled:     "the gateway is at work on this already; repeat the call later, with the same key",
	contract.ProviderRateLimited:  "the gateway takes no more requests at the moment; repeat the call later",
	contract.ProviderFault:        "the gateway failed",
	contract.MalformedResponse:    "the gateway's answer has an HTTP status that it does not document",
	contract.IdempotencyKeyReused: "the idempotency key belongs to another request",
}

// fields translates the names of the gateway's fields into those of a request.
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

// refused makes the error of an answer that is no success.
func refused(got received) *contract.Error {
	var object struct {
		Error struct {
			Code      string `json:"code"`
			Field     string `json:"field"`
			PaymentID string `json:"payment_id"`
			RefundID  string `json:"refund_id"`
		} `json:"error"`
	}
	_ = decode(got.body, &object) // a proxy's page has no code, and the status remains
	said := object.Error
	if !codeForm.MatchString(said.Code) {
		said.Code = ""
	}
	reason := reasonOf(got.status, said.Code)
	message := advice[reason]
	if message == "" {
		message = "the gateway refused the request"
	}
	e := contract.NewError(reason, message).WithRetryAfter(got.retryAfter).
		With(contract.MetaHTTPStatus, strconv.Itoa(got.status)).
		With(contract.MetaProviderCode, said.Code)
	if reason.Allows(contract.Rejected) {
		e = e.WithOutcome(contract.Rejected) // NewError spoke of the time before sending
	}
	if idForm.MatchString(said.PaymentID) {
		e = e.With(contract.MetaPaymentID, said.PaymentID)
	}
	if idForm.MatchString(said.RefundID) {
		e = e.With(contract.MetaRefundID, said.RefundID)
	}
	if field, known := fields[said.Field]; known {
		e.Violations = []contract.Violation{{Field: field, Description: "was refused by the gateway"}}
	}
	return e
}

// unsent is the error of a request of which no byte can have left.
func unsent(ctx context.Context, cause error) *contract.Error {
	if e := contract.FromContext(ctx); e != nil {
		return asError(e)
	}
	return contract.NewError(contract.ProviderUnreachable,
		"the gateway could not be reached, and nothing was sent; check api_base and the network").WithCause(cause)
}

// lost is the error of a request that may have been executed.
func lost(ctx context.Context, cause error) *contract.Error {
	switch ended := ctx.Err(); {
	case errors.Is(ended, context.DeadlineExceeded):
		return contract.NewError(contract.ProviderTimeout, "the gateway did not answer in time").WithCause(cause)
	case ended != nil:
		return contract.NewError(contract.ConnectionLost, "the call was canceled while the gateway was at work").WithCause(cause)
	default:
		return contract.NewError(contract.ConnectionLost, "the connection broke before the gateway's answer had come").WithCause(cause)
	}
}

// malformed is the error of an answer that cannot be used. What the checks of
// package contract found is kept: they hold the provider to the contract, but
// here they were asked about the gateway.
func malformed(cause error) *contract.Error {
	e := contract.Errorf(contract.MalformedResponse, "the gateway's answer cannot be used: %w", cause)
	if found, ok := errors.AsType[*contract.Error](cause); ok {
		e.Message = "the gateway's answer cannot be used, or is about something else than was asked for"
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
