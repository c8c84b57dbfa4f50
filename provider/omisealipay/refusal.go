package omisealipay

import (
	"errors"
	"strconv"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// conflictWait is how long to wait after a conflict for which Omise names no
// time: as long as a slow request takes.
const conflictWait = 5 * time.Second

// An explanation is one row of the table: what a kind of failure means.
type explanation struct {
	reason  contract.Reason
	outcome contract.Outcome
	advice  string
}

// explanations is the table from the client's kinds of error to the
// contract's. Kinds that need a closer look are in refusalOf: a refusal by its
// code and words, what was not found by what was asked for.
func explanations() map[omise.Kind]explanation {
	return map[omise.Kind]explanation{
		omise.KindUnreachable: {
			contract.ProviderUnreachable, contract.NotAttempted,
			"no connection to Omise; nothing was sent: repeat it later",
		},
		omise.KindHeldBack: {
			contract.ProviderUnreachable, contract.NotAttempted,
			"too much is under way, or Omise failed too often just now; nothing was sent: repeat it later",
		},
		omise.KindExpired: {
			contract.DeadlineTooShort, contract.NotAttempted,
			"the time was up before the request was sent to Omise: repeat it with more time",
		},
		omise.KindRateLimited: {
			contract.ProviderRateLimited, contract.NotAttempted,
			"Omise takes no more requests at the moment and turned this one away: repeat it later",
		},
		omise.KindUnauthorized: {
			contract.ProviderAuthFailed, contract.Rejected,
			"Omise refused the key; check that it is the account's secret key and has not been replaced",
		},
		omise.KindConflict: {
			contract.AttemptUnsettled, contract.Indeterminate,
			"Omise says that another request for the same thing is under way: repeat it with the same key",
		},
		omise.KindTimeout: {
			contract.ProviderTimeout, contract.Indeterminate,
			"Omise did not answer in time: ask again with the same key",
		},
		omise.KindLost: {
			contract.ConnectionLost, contract.Indeterminate,
			"the connection to Omise broke before its answer had come: ask again with the same key",
		},
		omise.KindFault: {
			contract.ProviderFault, contract.Indeterminate,
			"Omise failed: ask again with the same key",
		},
		omise.KindMalformed: {
			contract.MalformedResponse, contract.Indeterminate,
			"Omise's answer cannot be believed: ask again with the same key",
		},
	}
}

// refusal turns an error of the client into the contract's. It is called for
// every request to Omise, and knows from the error which one it was.
func refusal(err error) *contract.Error {
	failure, ok := errors.AsType[*omise.Error](err)
	if !ok {
		return contract.Errorf(contract.ProviderBug, "the client for Omise gave an error of another type: %w", err)
	}
	e := refusalOf(failure).WithCause(err).
		With(contract.MetaProviderCode, failure.Code).
		With(contract.MetaRequestID, failure.RequestID)
	if failure.HTTPStatus != 0 {
		e = e.With(contract.MetaHTTPStatus, strconv.Itoa(failure.HTTPStatus))
	}
	// What cannot be believed was made all the same, and somebody has to look
	// at it.
	switch {
	case omise.ValidID(failure.ObjectID, omise.ChargePrefix):
		e = e.With(contract.MetaPaymentID, failure.ObjectID)
	case omise.ValidID(failure.ObjectID, omise.RefundPrefix):
		e = e.With(contract.MetaRefundID, failure.ObjectID)
	}
	return e
}

func refusalOf(failure *omise.Error) *contract.Error {
	switch failure.Kind {
	case omise.KindInvalid:
		return unsendable(failure)
	case omise.KindNotFound:
		return notFound(failure)
	case omise.KindRefused:
		return refused(failure)
	case omise.KindUnreachable, omise.KindHeldBack, omise.KindExpired, omise.KindRateLimited, omise.KindUnauthorized,
		omise.KindConflict, omise.KindTimeout, omise.KindLost, omise.KindFault, omise.KindMalformed:
	}
	row, known := explanations()[failure.Kind]
	if !known {
		row = explanation{contract.ProviderBug, contract.Indeterminate, "the client for Omise gave an unknown kind of error"}
	}
	wait := failure.RetryAfter
	if row.reason == contract.AttemptUnsettled && wait == 0 {
		wait = conflictWait
	}
	return contract.NewError(row.reason, withWords(row.advice, failure)).WithOutcome(row.outcome).WithRetryAfter(wait)
}

// withWords appends what the gateway (or the client) said.
func withWords(advice string, failure *omise.Error) string {
	if failure.Message == "" {
		return advice
	}
	return advice + " (" + failure.Message + ")"
}

// missing tells what an id names that was not found, by the request that it
// was in. A source that is not found is no payment: the charge is refused.
func missing(operation string) contract.Reason {
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
	reason := missing(failure.Operation)
	advice := "Omise does not know what the request names"
	if reason == contract.PaymentNotFound {
		advice = "Omise knows no such payment; check the id, and that it belongs to this account and mode"
	}
	if reason == contract.RefundNotFound {
		advice = "the payment has no such refund at Omise"
	}
	return contract.NewError(reason, withWords(advice, failure)).WithOutcome(contract.Rejected)
}

// unsendable is for what the client itself refuses: an id of another form can
// be no payment of Omise's.
func unsendable(failure *omise.Error) *contract.Error {
	reason := missing(failure.Operation)
	if reason == contract.ProviderRejected {
		return contract.NewError(contract.InvalidRequest, withWords("the request cannot be put into Omise's form", failure))
	}
	return contract.NewError(reason, withWords("no payment or refund of Omise's has such an id", failure))
}
