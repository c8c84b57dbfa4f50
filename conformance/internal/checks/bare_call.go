package checks

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/wire"
)

// counter is a provider in a process that the check started by itself, so that
// calls can be made in ways that the clients of gRPC do not have.
type counter struct {
	*harness.Scenario // for its account and its proxy; its own process is not used

	program  *bare
	conn     *grpc.ClientConn
	provider contract.PaymentProvider
	said     *handshake
}

// openCounter starts a provider and configures it. The returned function stops it.
func openCounter(t *harness.T, e *harness.Env) (*counter, func()) {
	c := &counter{Scenario: e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})}
	b := startBare(t, e, true)
	said, conn := b.announced(t)
	c.program, c.said, c.conn = b, said, conn
	c.provider = wire.NewClient(conn, &wire.ClientOptions{Unchecked: true})
	ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
	defer cancel()
	if _, err := c.provider.Configure(ctx, c.Configuration); err != nil {
		t.Fatalf("the provider refused the manifest's configuration: %v", err)
	}
	return c, func() {
		_ = conn.Close()
		b.close()
	}
}

// mustCreate creates a payment with no fault injected.
func (c *counter) mustCreate(t *harness.T, e *harness.Env) *contract.Payment {
	ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
	defer cancel()
	made, err := c.provider.CreatePayment(ctx, e.CreateRequest())
	if err != nil {
		t.Fatalf("CreatePayment failed with no fault injected: %v", err)
	}
	return made
}

// createMessage returns a valid request as a wire message.
func createMessage(e *harness.Env) *v1.CreatePaymentRequest {
	request := e.CreateRequest()
	message := &v1.CreatePaymentRequest{
		Attempt: &v1.Attempt{Key: request.Attempt.Key}, Reference: request.Reference, Method: request.Method, ReturnUrl: request.ReturnURL,
		Amount: &v1.Money{Currency: request.Amount.Currency, MinorUnits: request.Amount.MinorUnits},
	}
	if request.Payer != nil {
		message.Payer = &v1.Payer{Phone: request.Payer.Phone.Reveal()}
	}
	return message
}

func statusMessage(paymentID string) proto.Message {
	return &v1.GetStatusRequest{By: &v1.GetStatusRequest_PaymentId{PaymentId: paymentID}}
}

// call makes a call by plain HTTP/2. The request carries the deadline, but the
// caller waits for as long as ctx allows. If the provider resets the stream, as
// some gRPC servers do at the deadline, the call counts as canceled.
func (h *handshake) call(ctx context.Context, method string, request proto.Message, deadline time.Duration) (*status.Status, error) {
	message, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))) //nolint:gosec // requests of the suite are short
	post, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"http://provider/"+v1.PaymentProvider_ServiceDesc.ServiceName+"/"+method, bytes.NewReader(append(frame, message...)))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/grpc")
	post.Header.Set("Te", "trailers")
	post.Header.Set("Grpc-Timeout", timeoutHeader(deadline))
	transport := &http.Transport{
		Protocols: new(http.Protocols),
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, h.network, h.address)
		},
	}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(post)
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		_, err = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return status.New(codes.Canceled, err.Error()), nil
	default:
		return readStatus(response)
	}
}

// timeoutHeader returns a grpc-timeout header: at most eight digits and a unit.
func timeoutHeader(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%dn", d.Nanoseconds())
	}
	return fmt.Sprintf("%dm", d.Milliseconds())
}

// readStatus reads the status of a call, which is in the trailers or, if there
// was no answer, in the headers.
func readStatus(response *http.Response) (*status.Status, error) {
	field := func(name string) string { return response.Trailer.Get(name) + response.Header.Get(name) }
	code, err := strconv.ParseUint(field("Grpc-Status"), 10, 32)
	if err != nil {
		return nil, fmt.Errorf("the answer, HTTP %d, has no gRPC status", response.StatusCode)
	}
	if details, err := base64.RawStdEncoding.DecodeString(field("Grpc-Status-Details-Bin")); err == nil && len(details) > 0 {
		var whole spb.Status
		if err := proto.Unmarshal(details, &whole); err == nil {
			return status.FromProto(&whole), nil
		}
	}
	return status.New(codes.Code(code), field("Grpc-Message")), nil
}
