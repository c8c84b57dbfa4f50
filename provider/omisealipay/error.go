package omisealipay

import (
	"errors"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// conflictWait is how long to wait after a conflict for which Omise names no time:
// about as long as a slow request takes.
const conflictWait = 5 * time.Second

// A failureRule is one row of the table of failures: what a kind of them means.
type failureRule struct {
	reason  contract.Reason
	outcome contract.Outcome
	advice  string
}

// failureRules is the table from the client's kinds of error to the contract's
// reasons. errorOfFailure has the kinds that need a closer look: a refusal is
// judged by its code and message, what was not found by what was asked for.
func failureRules() map[omise.Kind]failureRule {
	return map[omise.Kind]failureRule{
		omise.KindUnreachable: {
			contract.ProviderUnreachable, contract.NotAttempted,
			"Omise could not be reached, and nothing was sent; check api_base and the network, and repeat the call",
		},
		omise.KindProxy: {
			contract.ProviderUnreachable, contract.NotAttempted,
			"nothing was sent to Omise because of the proxy; check proxy and proxy_credentials",
		},
		omise.KindHeldBack: {
			contract.ProviderUnreachable, contract.NotAttempted,
			"too many requests are under way, or Omise failed too often, so nothing was sent; repeat the call later",
		},
		omise.KindExpired: {
			contract.DeadlineTooShort, contract.NotAttempted,
			"the time was up before the request was sent to Omise; repeat the call with more time",
		},
		omise.KindRateLimited: {
			contract.ProviderRateLimited, contract.NotAttempted,
			"Omise takes no more requests at the moment, and did not execute this one; repeat the call later",
		},
		omise.KindUnauthorized: {
			contract.ProviderAuthFailed, contract.Rejected,
			"Omise refused the key; check that secret_key is the account's and was not replaced",
		},
		omise.KindConflict: {
			contract.AttemptUnsettled, contract.Indeterminate,
			"Omise says that another request for the same object is under way; repeat the call with the same key",
		},
		omise.KindTimeout: {
			contract.ProviderTimeout, contract.Indeterminate,
			"Omise did not answer in time; repeat the call with the same key",
		},
		omise.KindLost: {
			contract.ConnectionLost, contract.Indeterminate,
			"the connection broke before Omise's answer arrived; repeat the call with the same key",
		},
		omise.KindFault: {
			contract.ProviderFault, contract.Indeterminate,
			"Omise failed; repeat the call with the same key",
		},
		omise.KindMalformed: {
			contract.MalformedResponse, contract.Indeterminate,
			"Omise's answer cannot be used; repeat the call with the same key",
		},
	}
}

// errorOf returns the contract's error of an error of the client, which says what
// request it is of.
func errorOf(err error) *contract.Error {
	failure, ok := errors.AsType[*omise.Error](err)
	if !ok {
		return contract.Errorf(contract.ProviderBug, "the client for Omise returned an error of an unknown type: %w", err)
	}
	e := errorOfFailure(failure).WithCause(err).
		With(contract.MetaProviderCode, failure.Code).
		With(contract.MetaRequestID, failure.RequestID)
	if failure.HTTPStatus != 0 {
		e = e.With(contract.MetaHTTPStatus, strconv.Itoa(failure.HTTPStatus))
	}
	// The object exists, although the answer cannot be used, and somebody has to
	// look at it.
	switch left := failure.Remnant; {
	case left == nil:
	case omise.ValidID(left.ID, omise.ChargePrefix):
		e = e.With(contract.MetaPaymentID, left.ID)
	case omise.ValidID(left.ID, omise.RefundPrefix):
		e = e.With(contract.MetaRefundID, left.ID)
	}
	return e
}

func errorOfFailure(failure *omise.Error) *contract.Error {
	switch failure.Kind {
	case omise.KindInvalid:
		return notSendable(failure)
	case omise.KindNotFound:
		return notFound(failure)
	case omise.KindRefused:
		return refused(failure)
	case omise.KindUnreachable, omise.KindProxy, omise.KindHeldBack, omise.KindExpired, omise.KindRateLimited, omise.KindUnauthorized,
		omise.KindConflict, omise.KindTimeout, omise.KindLost, omise.KindFault, omise.KindMalformed:
	}
	row, known := failureRules()[failure.Kind]
	if !known {
		row = failureRule{contract.ProviderBug, contract.Indeterminate, "the client for Omise returned an unknown kind of error"}
	}
	wait := failure.RetryAfter
	if row.reason == contract.AttemptUnsettled && wait == 0 {
		wait = conflictWait
	}
	return contract.NewError(row.reason, withMessage(row.advice, failure)).WithOutcome(row.outcome).WithRetryAfter(wait)
}

// withMessage appends what Omise, or the client, said.
func withMessage(advice string, failure *omise.Error) string {
	if failure.Message == "" {
		return advice
	}
	return advice + " (" + failure.Message + ")"
}

// notFoundReason returns the reason of an id that was not found, by the request
// that it was in. A source that was not found is no payment: the charge is
// refused.
func notFoundReason(operation string) contract.Reason {
	switch operation {
	case "retrieve_charge", "expire_charge", "create_refund", "list_refunds":
		return contract.PaymentNotFound
	case "retrieve_refund":
		return contract.RefundNotFound
	default:
		return contract.ProviderRejected
	}
}

func notFound(failure *omise.Error) *contract.Error {
	reason := notFoundReason(failure.Operation)
	advice := "Omise does not have what the request names"
	if readsAccount(failure) {
		advice = notOmise
	}
	if reason == contract.PaymentNotFound {
		advice = "Omise has no such payment; check the id, and that it is of this account and mode"
	}
	if reason == contract.RefundNotFound {
		advice = "the payment has no such refund at Omise"
	}
	return contract.NewError(reason, withMessage(advice, failure)).WithOutcome(contract.Rejected)
}

// readsAccount reports whether a failure is of a probe's requests, which name
// nothing that could be missing.
func readsAccount(failure *omise.Error) bool {
	return failure.Operation == "retrieve_account" || failure.Operation == "retrieve_capability"
}

const notOmise = "there is no account of Omise's API at this address; check api_base and api_version"

// notSendable returns the error of a request that the client refused to send: an
// id of another form cannot be one of Omise's.
func notSendable(failure *omise.Error) *contract.Error {
	reason := notFoundReason(failure.Operation)
	if reason == contract.ProviderRejected {
		return contract.NewError(contract.InvalidRequest, withMessage("the request cannot be written for Omise; nothing was sent", failure))
	}
	return contract.NewError(reason, withMessage("the id is not one of Omise's", failure))
}
