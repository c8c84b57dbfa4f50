package checks

import (
	"errors"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"

	"github.com/paysocket/paysocket/contract"
)

// rawReason returns the reason that an error carries on the wire; empty if none.
func rawReason(err error) string {
	if info := errorInfo(status.Convert(err)); info != nil {
		return info.GetReason()
	}
	return ""
}

func errorInfo(s *status.Status) *errdetails.ErrorInfo {
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			return info
		}
	}
	return nil
}

func operationOutcome(s *status.Status) *v1.OperationOutcome {
	for _, detail := range s.Details() {
		if outcome, ok := detail.(*v1.OperationOutcome); ok {
			return outcome
		}
	}
	return nil
}

// metadata returns the details of an error; nil if it has none.
func metadata(err error) map[string]string {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e.Metadata
	}
	return nil
}

// asError returns the contract's error in err; nil if there is none.
func asError(err error) *contract.Error {
	e, _ := errors.AsType[*contract.Error](err)
	return e
}
