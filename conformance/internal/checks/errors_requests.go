package checks

import (
	"slices"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// invalidRequest is a request that breaks the .proto in one field.
type invalidRequest struct {
	operation contract.Operation
	what      string
	message   proto.Message
	fields    string          // of which the error must name one
	reason    contract.Reason // empty: INVALID_REQUEST
}

// method returns the name of the request's method in the service.
func (r *invalidRequest) method() string {
	return strings.TrimSuffix(string(r.message.ProtoReflect().Descriptor().Name()), "Request")
}

// invalidRequests returns requests that are wrong in one field, for every field of
// every request that can be wrong. configured is a valid request of Configure.
func invalidRequests(e *harness.Env, configured *v1.ConfigureRequest) []invalidRequest {
	return slices.Concat(invalidCreates(e), invalidReads(e), invalidRefunds(e), invalidLists(), invalidWebhooks(), invalidConfigurations(e, configured))
}

// namesWhatIsInvalid sends requests as no client of the contract in Go would.
func namesWhatIsInvalid(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	for _, r := range invalidRequests(e, configureMessage(s)) {
		if !e.Descriptor.Has(r.operation) {
			continue
		}
		before := s.Requests()
		err := s.Conn.Invoke(t.Context(), "/"+v1.PaymentProvider_ServiceDesc.ServiceName+"/"+r.method(), r.message, &emptypb.Empty{})
		what := r.method() + " with " + r.what
		harness.Equal(t, what+": requests to the gateway", before, s.Requests())
		if !harness.True(t, err != nil, "%s was answered", what) {
			continue
		}
		reason := r.reason
		if reason == "" {
			reason = contract.InvalidRequest
		}
		harness.Equal(t, what+": the reason", string(reason), rawReason(err))
		named := violatedFields(err)
		harness.True(t, slices.ContainsFunc(strings.Fields(r.fields), func(field string) bool { return slices.Contains(named, field) }),
			"%s: the error names the fields %q, and must name %s", what, named, r.fields)
	}
}

// violatedFields returns the fields that an error names on the wire.
func violatedFields(err error) []string {
	var fields []string
	for _, detail := range status.Convert(err).Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			for _, violation := range bad.GetFieldViolations() {
				fields = append(fields, violation.GetField())
			}
		}
	}
	return fields
}
