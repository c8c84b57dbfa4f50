package main

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
)

// nearEnd serves a provider to this process, message by message, without a
// connection: so a message of the .proto goes the way that a host's call goes,
// through the checks of both ends, or around those of this end.
type nearEnd struct {
	service *grpc.ServiceDesc
	server  any
	client  *plugin.Client
	seen    *witness
	flags   *callFlags
}

func newNearEnd(client *plugin.Client, seen *witness, flags *callFlags) *nearEnd {
	n := &nearEnd{client: client, seen: seen, flags: flags}
	wire.Register(n, client, &wire.ServerOptions{MaxCallDuration: flags.timeout, Unchecked: flags.unchecked})
	return n
}

// who says whose the refusal of the last call is.
func (n *nearEnd) who() string {
	select {
	case <-n.client.Done():
		return n.seen.who(true)
	default:
		return n.seen.who(false)
	}
}

// RegisterService implements [grpc.ServiceRegistrar].
func (n *nearEnd) RegisterService(service *grpc.ServiceDesc, server any) {
	n.service, n.server = service, server
}

// call calls one operation with the request that read fills.
func (n *nearEnd) call(ctx context.Context, operation string, read func(proto.Message) error) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, n.flags.timeout)
	defer cancel()
	n.seen.begin(operation)
	for i := range n.service.Methods {
		method := &n.service.Methods[i]
		if method.MethodName != operation {
			continue
		}
		answer, err := method.Handler(n.server, ctx, func(into any) error {
			message := into.(proto.Message)
			if n.flags.unchecked { // what the contract has no words for is sent, too
				n.seen.raw = message
			}
			return read(message)
		}, nil)
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
