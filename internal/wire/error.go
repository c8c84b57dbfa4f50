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

// Domain is that of google.rpc.ErrorInfo in the contract's errors.
const Domain = "paymentprovider.v1"

// What an error may hold at most. A status travels in trailers, and one of
// some megabytes ends the connection with all calls on it.
const (
	maxViolations  = 64
	maxDetailPairs = 32
	maxDetail      = 1 << 10
	maxRetryAfter  = 24 * time.Hour
)

// reasonCodes gives the gRPC code of each reason.
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

// normalizeOutcome gives an error the outcome that the contract allows it: none on reads,
// and on operations that move money the one that it carries, unless that
// contradicts the reason or is missing, in which case nothing is certain.
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

// bounded cuts what an error says to what the wire carries, and to UTF-8,
// without which it carries nothing.
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

// encodeError gives the status that carries an error of the operation.
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

// decodeError gives the error of the operation that a call ended with.
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

// transportReasons says what a status means that a provider did not make.
var transportReasons = map[codes.Code]contract.Reason{
	codes.DeadlineExceeded: contract.ProviderTimeout,
	codes.Canceled:         contract.ConnectionLost,
	codes.Unavailable:      contract.ConnectionLost,
	codes.Unimplemented:    contract.CapabilityUnsupported,
}

// transportError is the error of a call that ended without one of the
// contract's. gRPC's codes do not tell whether the provider saw the call, so on
// operations that move money nothing is certain.
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
