package wire

import (
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// operation describes how one operation crosses the wire. It is a row of the table
// that client and server share. Its functions take and return the types of this
// operation's request, answer and messages.
type operation struct {
	name   contract.Operation
	method string // of the service in the .proto

	newRequest   func() message
	encode       func(request any) (m message, ok bool) // false for a request of another type, and for none
	decode       func(r *reader, m message) any
	newAnswer    func() proto.Message
	encodeAnswer func(answer any) (m proto.Message, ok bool) // likewise
	decodeAnswer func(r *reader, m proto.Message) any        // nil for an absent one
	checkAnswer  func(request, answer any) error             // whether it answers the request; nil: nothing to check
}

// message is a request on the wire.
type message interface {
	proto.Message
	GetAccount() string
}

// operations are all operations of the contract.
var operations = []operation{
	row(contract.OperationDescribe, "Describe",
		func(*nothing) *v1.DescribeRequest { return &v1.DescribeRequest{} },
		func(*reader, *v1.DescribeRequest) *nothing { return nil },
		func(d *contract.Descriptor) *v1.DescribeResponse {
			return &v1.DescribeResponse{Descriptor_: encodeDescriptor(d)}
		},
		func(r *reader, m *v1.DescribeResponse) *contract.Descriptor {
			return decodeDescriptor(r, m.GetDescriptor_())
		}, nil),
	row(contract.OperationConfigure, "Configure", encodeConfiguration, decodeConfiguration,
		func(a *contract.Account) *v1.ConfigureResponse {
			return &v1.ConfigureResponse{Account: encodeAccount(a)}
		},
		func(r *reader, m *v1.ConfigureResponse) *contract.Account { return decodeAccount(r, m.GetAccount()) },
		(*contract.Configuration).CheckAnswer),
	row(contract.OperationCreatePayment, "CreatePayment", encodeCreatePaymentRequest, decodeCreatePaymentRequest,
		func(p *contract.Payment) *v1.CreatePaymentResponse {
			return &v1.CreatePaymentResponse{Payment: encodePayment(p)}
		},
		paymentIn[*v1.CreatePaymentResponse], (*contract.CreatePaymentRequest).CheckAnswer),
	row(contract.OperationGetStatus, "GetStatus", encodeGetStatusRequest, decodeGetStatusRequest,
		func(p *contract.Payment) *v1.GetStatusResponse {
			return &v1.GetStatusResponse{Payment: encodePayment(p)}
		},
		paymentIn[*v1.GetStatusResponse], (*contract.GetStatusRequest).CheckAnswer),
	row(contract.OperationCancelPayment, "CancelPayment", encodeCancelPaymentRequest, decodeCancelPaymentRequest,
		func(p *contract.Payment) *v1.CancelPaymentResponse {
			return &v1.CancelPaymentResponse{Payment: encodePayment(p)}
		},
		paymentIn[*v1.CancelPaymentResponse], (*contract.CancelPaymentRequest).CheckAnswer),
	row(contract.OperationRefund, "Refund", encodeRefundRequest, decodeRefundRequest,
		func(f *contract.Refund) *v1.RefundResponse { return &v1.RefundResponse{Refund: encodeRefund(f)} },
		refundIn[*v1.RefundResponse], (*contract.RefundRequest).CheckAnswer),
	row(contract.OperationGetRefund, "GetRefund", encodeGetRefundRequest, decodeGetRefundRequest,
		func(f *contract.Refund) *v1.GetRefundResponse { return &v1.GetRefundResponse{Refund: encodeRefund(f)} },
		refundIn[*v1.GetRefundResponse], (*contract.GetRefundRequest).CheckAnswer),
	row(contract.OperationListPayments, "ListPayments", encodeListPaymentsRequest, decodeListPaymentsRequest,
		encodePage, decodePage, nil),
	row(contract.OperationParseWebhook, "ParseWebhook", encodeWebhookRequest, decodeWebhookRequest,
		encodeWebhookResult, decodeWebhookResult, nil),
}

// nothing is the request of Describe.
type nothing struct{}

// row returns an operation with functions for its own types. Go infers the type
// parameters from them.
func row[Req, Ans, In, Out any, InP interface {
	*In
	message
}, OutP interface {
	*Out
	proto.Message
}](
	name contract.Operation, method string,
	encode func(*Req) InP, decode func(*reader, InP) *Req,
	encodeAnswer func(*Ans) OutP, decodeAnswer func(*reader, OutP) *Ans,
	checkAnswer func(*Req, *Ans) error,
) operation {
	o := operation{
		name: name, method: "/" + v1.PaymentProvider_ServiceDesc.ServiceName + "/" + method,
		newRequest: func() message { return InP(new(In)) },
		newAnswer:  func() proto.Message { return OutP(new(Out)) },
	}
	o.encode = func(request any) (message, bool) {
		r, ok := request.(*Req)
		if name != contract.OperationDescribe && (!ok || r == nil) {
			return nil, false
		}
		return encode(r), true
	}
	o.decode = func(r *reader, m message) any {
		if request := decode(r, m.(InP)); request != nil {
			return request
		}
		return nil
	}
	o.encodeAnswer = func(answer any) (proto.Message, bool) {
		if a, ok := answer.(*Ans); ok && a != nil {
			return encodeAnswer(a), true
		}
		return nil, false
	}
	o.decodeAnswer = func(r *reader, m proto.Message) any {
		if answer := decodeAnswer(r, m.(OutP)); answer != nil {
			return answer
		}
		return nil
	}
	if checkAnswer != nil {
		o.checkAnswer = func(request, answer any) error { return checkAnswer(request.(*Req), answer.(*Ans)) }
	}
	return o
}

func operationOf(name contract.Operation) *operation {
	for i := range operations {
		if operations[i].name == name {
			return &operations[i]
		}
	}
	return nil
}

// paymentIn decodes the payment in an answer.
func paymentIn[Out interface{ GetPayment() *v1.Payment }](r *reader, out Out) *contract.Payment {
	return decodePayment(r, "payment", out.GetPayment())
}

// refundIn decodes the refund in an answer.
func refundIn[Out interface{ GetRefund() *v1.Refund }](r *reader, out Out) *contract.Refund {
	return decodeRefund(r, "refund", out.GetRefund())
}
