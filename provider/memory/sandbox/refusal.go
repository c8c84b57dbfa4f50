package sandbox

import (
	"fmt"
	"net/http"
)

// The codes of error objects, as documented in doc.go.
const (
	codeInvalidRequest         = "invalid_request"
	codeAmountOutOfRange       = "amount_out_of_range"
	codeCurrencyUnsupported    = "currency_unsupported"
	codeMethodUnsupported      = "method_unsupported"
	codeUnauthorized           = "unauthorized"
	codeNotFound               = "not_found"
	codePaymentNotFound        = "payment_not_found"
	codeRefundNotFound         = "refund_not_found"
	codeKeyReused              = "key_reused"
	codePaymentNotCancelable   = "payment_not_cancelable"
	codePaymentNotRefundable   = "payment_not_refundable"
	codeRefundExceedsPayment   = "refund_exceeds_payment"
	codeRefundWindowExpired    = "refund_window_expired"
	codeTooManyRefunds         = "too_many_refunds"
	codeAccountFull            = "account_full"
	codeBodyTooLarge           = "body_too_large"
	codeContentTypeUnsupported = "content_type_unsupported"
)

// refusal is an answer with an error object.
type refusal struct {
	status int

	Code      string `json:"code"`
	Message   string `json:"message"`
	Field     string `json:"field,omitempty"`
	PaymentID string `json:"payment_id,omitempty"`
	RefundID  string `json:"refund_id,omitempty"`
}

func (r *refusal) Error() string { return r.Code + ": " + r.Message }

func refuse(status int, code, format string, arguments ...any) *refusal {
	return &refusal{status: status, Code: code, Message: fmt.Sprintf(format, arguments...)}
}

func badRequest(code, field, format string, arguments ...any) *refusal {
	r := refuse(http.StatusBadRequest, code, format, arguments...)
	r.Field = field
	return r
}

func invalid(field, format string, arguments ...any) *refusal {
	return badRequest(codeInvalidRequest, field, format, arguments...)
}

func conflict(code, format string, arguments ...any) *refusal {
	return refuse(http.StatusConflict, code, format, arguments...)
}
