package omisealipay

import (
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// failureCodes translates Omise's failure codes. The set is open, and which of
// them Alipay gives is not documented: what is missing here is OTHER, with the
// gateway's word kept.
func failureCodes() map[string]contract.FailureCode {
	return map[string]contract.FailureCode{
		"timeout":                      contract.FailurePayerTimeout,
		"payment_cancelled":            contract.FailurePayerCanceled,
		"payment_rejected":             contract.FailureDeclined,
		"insufficient_fund":            contract.FailureInsufficientFunds,
		"insufficient_balance":         contract.FailureInsufficientFunds,
		"failed_fraud_check":           contract.FailureFraudSuspected,
		"failed_processing":            contract.FailureProcessingError,
		"internal_error":               contract.FailureProcessingError,
		"confirmed_amount_mismatch":    contract.FailureProcessingError,
		"amount_mismatch":              contract.FailureProcessingError,
		"duplicate_reference_number":   contract.FailureProcessingError,
		"invalid_reference":            contract.FailureProcessingError,
		"invalid_parameters":           contract.FailureProcessingError,
		"cannot_connect_to_ibanking":   contract.FailureMethodUnavailable,
		"service_code_not_activated":   contract.FailureMethodUnavailable,
		"service_code_not_certified":   contract.FailureMethodUnavailable,
		"invalid_account":              contract.FailureAccountRestricted,
		"invalid_account_number":       contract.FailureAccountRestricted,
		"account_does_not_exist":       contract.FailureAccountRestricted,
		"stolen_or_lost_card":          contract.FailureFraudSuspected,
		"invalid_security_code":        contract.FailureDeclined,
		"transaction_limit_exceeded":   contract.FailureLimitExceeded,
		"payment_amount_exceeds_limit": contract.FailureLimitExceeded,
	}
}

// failureOf says why a charge failed; the code may be absent even then.
func failureOf(charge *omise.Charge) *contract.Failure {
	code, known := failureCodes()[charge.FailureCode]
	if !known {
		code = contract.FailureOther
	}
	return &contract.Failure{
		Code:         code,
		ProviderCode: bounded(charge.FailureCode, maxWord),
		Message:      bounded(charge.FailureMessage, contract.MaxDescriptionLength),
	}
}
