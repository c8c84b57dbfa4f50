package main

import (
	"context"
	"os"
	"strings"
	"syscall"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

	"github.com/paysocket/paysocket/conformance/internal/scripted/link"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// maxRequest is the contract's bound for messages. An answer of the suite may be larger,
// to see what a host does with it.
const (
	maxRequest   = 4 << 20
	maxForwarded = 64 << 20
)

// confinement is what this process reports of itself; see docs/other-languages.md.
const confinement = `{"level":"none","why":"this provider does not confine itself"}`

// forwarder passes the calls of the contract on to the suite, byte for byte.
type forwarder struct {
	conn     *grpc.ClientConn
	calls    *calls
	metadata metadata.MD
}

// server returns the server that go-plugin serves, with go-plugin's options.
func (f *forwarder) server(tls []grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(tls,
		grpc.MaxRecvMsgSize(maxRequest), grpc.MaxSendMsgSize(maxForwarded),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.ForceServerCodecV2(link.Codec()),
		grpc.UnaryInterceptor(f.health),
		grpc.UnknownServiceHandler(f.forward),
	)...)
}

// health says that the process takes no calls once its end has begun.
func (f *forwarder) health(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod == grpc_health_v1.Health_Check_FullMethodName && f.calls.isEnding() {
		return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}, nil
	}
	return handler(ctx, request)
}

// forward is a grpc.StreamHandler for all methods of the contract.
func (f *forwarder) forward(_ any, stream grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(stream)
	if !strings.HasPrefix(method, "/"+v1.PaymentProvider_ServiceDesc.ServiceName+"/") {
		return status.Error(codes.Unimplemented, "there is no such service")
	}
	var request, answer link.Frame
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	if !f.calls.enter() {
		return refusal(method, request)
	}
	defer f.calls.leave()
	var trailer metadata.MD
	ctx := metadata.NewOutgoingContext(stream.Context(), f.metadata)
	err := f.conn.Invoke(ctx, method, &request, &answer, grpc.Trailer(&trailer))
	if method == v1.PaymentProvider_Describe_FullMethodName || method == v1.PaymentProvider_Configure_FullMethodName {
		_ = stream.SetHeader(metadata.Pairs("paysocket-hardening", confinement)) // a host that is gone needs none
	}
	if err != nil {
		return err
	}
	err = stream.SendMsg(&answer)
	if err == nil && len(trailer.Get(link.Twice)) > 0 {
		err = stream.SendMsg(&answer)
	}
	if len(trailer.Get(link.Die)) > 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	return err
}

// refusal is the error of a call that came when the end had begun: nothing was sent.
func refusal(method string, request link.Frame) error {
	details := []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: "PROVIDER_UNREACHABLE", Domain: "paymentprovider.v1"}}
	if outcome := unsent(method, request); outcome != v1.Outcome_OUTCOME_UNSPECIFIED {
		details = append(details, &v1.OperationOutcome{Outcome: outcome})
	}
	s, err := status.New(codes.Unavailable, "nothing was sent: the provider's process is about to end").WithDetails(details...)
	if err != nil {
		return status.Error(codes.Internal, "the error cannot be encoded")
	}
	return s.Err()
}

// unsent returns the outcome of a call that was not sent: it depends on what is known of
// earlier calls with its key. An operation that moves no money has none.
func unsent(method string, request link.Frame) v1.Outcome {
	var m interface {
		proto.Message
		GetAttempt() *v1.Attempt
	}
	switch method {
	case v1.PaymentProvider_CreatePayment_FullMethodName:
		m = &v1.CreatePaymentRequest{}
	case v1.PaymentProvider_Refund_FullMethodName:
		m = &v1.RefundRequest{}
	case v1.PaymentProvider_CancelPayment_FullMethodName:
		return v1.Outcome_OUTCOME_NOT_ATTEMPTED
	default:
		return v1.Outcome_OUTCOME_UNSPECIFIED
	}
	if err := proto.Unmarshal(request, m); err != nil || m.GetAttempt().GetLastUnknownAt() != nil {
		return v1.Outcome_OUTCOME_INDETERMINATE
	}
	return v1.Outcome_OUTCOME_NOT_ATTEMPTED
}
