package main

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
)

// nearEnd serves a provider to this process, message by message, without a
// connection: so a message of the .proto goes the way that a host's call goes,
// through the checks of both ends.
type nearEnd struct {
	service *grpc.ServiceDesc
	server  any
	timeout time.Duration
}

func newNearEnd(provider contract.PaymentProvider, timeout time.Duration) *nearEnd {
	n := &nearEnd{timeout: timeout}
	wire.Register(n, provider, &wire.ServerOptions{MaxCallDuration: timeout})
	return n
}

// RegisterService implements [grpc.ServiceRegistrar].
func (n *nearEnd) RegisterService(service *grpc.ServiceDesc, server any) {
	n.service, n.server = service, server
}

// call calls one operation with the request that read fills.
func (n *nearEnd) call(ctx context.Context, operation string, read func(proto.Message) error) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, n.timeout)
	defer cancel()
	for i := range n.service.Methods {
		method := &n.service.Methods[i]
		if method.MethodName != operation {
			continue
		}
		answer, err := method.Handler(n.server, ctx, func(into any) error { return read(into.(proto.Message)) }, nil)
		if err != nil {
			return nil, err
		}
		return answer.(proto.Message), nil
	}
	return nil, contract.Errorf(contract.CapabilityUnsupported, "there is no operation %q", operation)
}

// operations are the names of all operations, in the order of the .proto.
func operations() []string {
	methods := service().Methods()
	names := make([]string, methods.Len())
	for i := range names {
		names[i] = string(methods.Get(i).Name())
	}
	return names
}

func service() protoreflect.ServiceDescriptor {
	return v1.File_paymentprovider_v1_paymentprovider_proto.Services().ByName("PaymentProvider")
}

// request returns an empty request of a known operation.
func request(operation string) proto.Message {
	name := service().Methods().ByName(protoreflect.Name(operation)).Input().FullName()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(name)
	if err != nil {
		return &v1.DescribeRequest{} // cannot be: package v1 registers all its messages
	}
	return kind.New().Interface()
}
