package checks

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
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
}

// openCounter starts a provider and configures it. The returned function stops it.
func openCounter(t *harness.T, e *harness.Env) (*counter, func()) {
	c := &counter{Scenario: e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})}
	b := startBare(t, e, true)
	_, conn := b.announced(t, c.Recorder())
	c.program, c.conn = b, conn
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
	before, began := c.Requests(), time.Now()
	made, err := c.provider.CreatePayment(ctx, e.CreateRequest())
	if err != nil {
		c.Unanswered(t, "CreatePayment, with no fault injected,", before, began, err)
	}
	return made
}

// patient is a connection for one call. The provider is told a deadline, and the caller
// waits for longer: clients of gRPC end a call themselves, whatever the provider does.
type patient struct {
	said     *handshake
	deadline time.Duration
	wait     time.Duration // how much longer

	overdue bool  // whether the call still ran then
	failed  error // why the call could not be made
}

// Invoke implements grpc.ClientConnInterface.
func (p *patient) Invoke(ctx context.Context, method string, request, reply any, _ ...grpc.CallOption) error {
	ctx, cancel := context.WithTimeout(ctx, p.deadline+p.wait)
	defer cancel()
	ended, err := p.said.call(ctx, method, request.(proto.Message), reply.(proto.Message), p.deadline)
	switch {
	case ctx.Err() != nil:
		p.overdue = true
		return ctx.Err()
	case err != nil:
		p.failed = err
		return err
	default:
		return ended.Err()
	}
}

// NewStream implements grpc.ClientConnInterface. The contract has no streams.
func (*patient) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.ErrUnsupported
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

// call makes a call by plain HTTP/2. The request carries the deadline, but the
// caller waits for as long as ctx allows. If the provider resets the stream, as
// some gRPC servers do at the deadline, the deadline counts as exceeded.
func (h *handshake) call(ctx context.Context, method string, request, reply proto.Message, deadline time.Duration) (*status.Status, error) {
	message, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message))) //nolint:gosec // requests of the suite are short
	post, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"http://provider"+method, bytes.NewReader(append(frame, message...)))
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
	var body []byte
	if err == nil {
		defer func() { _ = response.Body.Close() }()
		body, err = io.ReadAll(io.LimitReader(response.Body, maxReply))
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return status.New(codes.DeadlineExceeded, err.Error()), nil
	}
	ended, err := readStatus(response)
	if err == nil && ended.Code() == codes.OK {
		if len(body) < 5 || body[0] != 0 {
			return nil, errors.New("the answer is not a message of gRPC")
		}
		err = proto.Unmarshal(body[5:], reply)
	}
	return ended, err
}

// maxReply bounds an answer of a provider; messages of the contract have 4 MiB.
const maxReply = 5 << 20

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
	if details, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(field("Grpc-Status-Details-Bin"), "=")); err == nil && len(details) > 0 {
		var whole spb.Status
		if err := proto.Unmarshal(details, &whole); err == nil {
			return status.FromProto(&whole), nil
		}
	}
	return status.New(codes.Code(code), field("Grpc-Message")), nil
}
