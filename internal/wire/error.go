package wire

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// Domain is the domain of google.rpc.ErrorInfo in the errors of the contract.
const Domain = "paymentprovider.v1"

// The most that an error can hold. A status is sent in trailers, and one of
// several megabytes ends the connection with all calls on it.
const (
	maxViolations  = 64
	maxDetailPairs = 32
	maxDetail      = 1 << 10
	maxRetryAfter  = 24 * time.Hour
)

// reasonCodes are the gRPC codes of the reasons.
var reasonCodes = map[contract.Reason]codes.Code{
	contract.InvalidRequest:           codes.InvalidArgument,
	contract.CurrencyUnsupported:      codes.InvalidArgument,
	contract.CurrencyExponentMismatch: codes.InvalidArgument,
	contract.AmountOutOfRange:         codes.InvalidArgument,
	contract.MethodUnsupported:        codes.InvalidArgument,
	contract.InvalidConfig:            codes.InvalidArgument,
	contract.WebhookMalformed:         codes.InvalidArgument,
	contract.MethodNotEnabled:         codes.FailedPrecondition,
	contract.NotConfigured:            codes.FailedPrecondition,
	contract.ModeMismatch:             codes.FailedPrecondition,
	contract.ProviderAuthFailed:       codes.FailedPrecondition,
	contract.ProviderRejected:         codes.FailedPrecondition,
	contract.PaymentNotRefundable:     codes.FailedPrecondition,
	contract.RefundExceedsPayment:     codes.FailedPrecondition,
	contract.RefundWindowExpired:      codes.FailedPrecondition,
	contract.PaymentNotCancelable:     codes.FailedPrecondition,
	contract.PaymentNotFound:          codes.NotFound,
	contract.RefundNotFound:           codes.NotFound,
	contract.IdempotencyKeyReused:     codes.AlreadyExists,
	contract.AttemptUnsettled:         codes.Aborted,
	contract.ProviderRateLimited:      codes.ResourceExhausted,
	contract.ProviderUnreachable:      codes.Unavailable,
	contract.ConnectionLost:           codes.Unavailable,
	contract.ProviderFault:            codes.Unavailable,
	contract.DeadlineTooShort:         codes.DeadlineExceeded,
	contract.ProviderTimeout:          codes.DeadlineExceeded,
	contract.MalformedResponse:        codes.Internal,
	contract.DuplicatePayments:        codes.Internal,
	contract.DuplicateRefunds:         codes.Internal,
	contract.ProviderBug:              codes.Internal,
	contract.CapabilityUnsupported:    codes.Unimplemented,
	contract.WebhookSignatureMissing:  codes.Unauthenticated,
	contract.WebhookSignatureInvalid:  codes.Unauthenticated,
	contract.WebhookSignatureStale:    codes.Unauthenticated,
}

func codeOf(e *contract.Error) codes.Code {
	if e.Reason == contract.DeadlineTooShort && errors.Is(e, context.Canceled) {
		return codes.Canceled
	}
	if code, ok := reasonCodes[e.Reason]; ok {
		return code
	}
	return codes.Unknown
}

// normalizeOutcome returns the error with the outcome that the contract allows: none
// on reads; on operations that move money its own outcome, or Indeterminate if that
// is missing or contradicts the reason.
func normalizeOutcome(operation contract.Operation, e *contract.Error) *contract.Error {
	switch {
	case !operation.MovesMoney():
		return e.WithOutcome("")
	case !e.Reason.Allows(e.Outcome):
		return e.WithOutcome(contract.Indeterminate)
	default:
		return e
	}
}

// bounded truncates the texts of an error to what the wire can carry, and makes
// them valid UTF-8, without which the wire carries nothing.
func bounded(e *contract.Error) *contract.Error {
	c := *e
	c.Message = cut(e.Message, contract.MaxMessageLength)
	c.RetryAfter = min(max(0, e.RetryAfter), maxRetryAfter)
	c.Violations = nil
	for _, v := range e.Violations[:min(len(e.Violations), maxViolations)] {
		c.Violations = append(c.Violations, contract.Violation{
			Field: cut(v.Field, maxDetail), Description: cut(v.Description, maxDetail),
		})
	}
	c.Metadata = nil
	for key, value := range e.Metadata {
		if len(c.Metadata) == maxDetailPairs {
			break
		}
		if c.Metadata == nil {
			c.Metadata = make(map[string]string, len(e.Metadata))
		}
		c.Metadata[cut(key, contract.MaxMetadataKeyLength)] = cut(value, contract.MaxMessageLength)
	}
	return &c
}

func cut(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// encodeError returns the status that carries an error of the operation.
func encodeError(operation contract.Operation, e *contract.Error) error {
	e = bounded(normalizeOutcome(operation, e))
	details := []protoadapt.MessageV1{
		&errdetails.ErrorInfo{Reason: string(e.Reason), Domain: Domain, Metadata: e.Metadata},
	}
	if len(e.Violations) > 0 {
		bad := &errdetails.BadRequest{}
		for _, v := range e.Violations {
			bad.FieldViolations = append(bad.FieldViolations,
				&errdetails.BadRequest_FieldViolation{Field: v.Field, Description: v.Description})
		}
		details = append(details, bad)
	}
	if e.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(e.RetryAfter)})
	}
	if e.Outcome != "" {
		details = append(details, &v1.OperationOutcome{Outcome: encodeEnum[v1.Outcome](e.Outcome)})
	}
	s, err := status.New(codeOf(e), e.Message).WithDetails(details...)
	if err != nil {
		// Only a code of OK fails here, and no reason has it.
		return status.Error(codes.Internal, "the error could not be encoded")
	}
	return s.Err()
}

// decodeError returns the error with which a call of the operation ended.
func decodeError(ctx context.Context, operation contract.Operation, err error) *contract.Error {
	s := status.Convert(err)
	e := &contract.Error{Message: s.Message()}
	ours := false
	for _, detail := range s.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			ours = ours || detail.GetDomain() == Domain
			e.Reason, e.Metadata = contract.Reason(detail.GetReason()), nonEmpty(detail.GetMetadata())
		case *errdetails.BadRequest:
			for _, v := range detail.GetFieldViolations() {
				e.Violations = append(e.Violations, contract.Violation{Field: v.GetField(), Description: v.GetDescription()})
			}
		case *errdetails.RetryInfo:
			e.RetryAfter = decodeDuration(&reader{}, "", detail.GetRetryDelay())
		case *v1.OperationOutcome:
			e.Outcome = decodeEnum[contract.Outcome](&reader{}, "", detail.GetOutcome())
		}
	}
	if !ours {
		return normalizeOutcome(operation, transportError(ctx, s).WithCause(err))
	}
	if s.Code() == codes.Canceled {
		e = e.WithCause(context.Canceled)
	}
	return bounded(normalizeOutcome(operation, e))
}

// transportReasons are the reasons for statuses that no provider made.
var transportReasons = map[codes.Code]contract.Reason{
	codes.DeadlineExceeded: contract.ProviderTimeout,
	codes.Canceled:         contract.ConnectionLost,
	codes.Unavailable:      contract.ConnectionLost,
	codes.Unimplemented:    contract.CapabilityUnsupported,
}

// transportError returns the error of a call that ended without an error of the
// contract. The codes of gRPC do not say whether the provider saw the call, so the
// outcome of an operation that moves money is Indeterminate.
func transportError(ctx context.Context, s *status.Status) *contract.Error {
	reason, ok := transportReasons[s.Code()]
	if !ok {
		reason = contract.ProviderBug
	}
	message := "the call to the provider ended without an answer: " + cut(s.Message(), maxDetail)
	if ctx.Err() != nil {
		message = "the caller stopped waiting: " + ctx.Err().Error()
	}
	return contract.NewError(reason, message).WithOutcome(contract.Indeterminate)
}
