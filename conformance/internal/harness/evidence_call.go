package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/text"
)

// maxAsked bounds what the timeline shows of a request.
const maxAsked = 240

// Describe returns a call in one line.
func Describe(c *Call) string {
	line := c.Method + attempted(c)
	if request := requested(c.Request); request != "" {
		line += " " + request
	}
	if c.Status.Code() == codes.OK {
		return line + " ⇒ " + answered(c)
	}
	return line + " ⇒ " + DescribeStatus(c.Status)
}

// requested returns a request as JSON with the names of the .proto, but for the attempt,
// which attempted shows, and for what is long or personal.
func requested(request proto.Message) string {
	switch r := request.(type) {
	case nil, *v1.DescribeRequest:
		return ""
	case *v1.ConfigureRequest:
		return fmt.Sprintf("in %s with %s", r.GetMode(), strings.Join(slices.Sorted(maps.Keys(r.GetSettings())), ", "))
	case *v1.ParseWebhookRequest:
		return fmt.Sprintf("{%d headers, %d bytes: %s}", len(r.GetHeaders()), len(r.GetBody()),
			text.Truncate(strings.ToValidUTF8(string(r.GetBody()), "�"), maxAsked, "…"))
	}
	shown := proto.Clone(request)
	if payer, ok := shown.(interface{ GetPayer() *v1.Payer }); ok && payer.GetPayer() != nil {
		payer.GetPayer().Phone = ""
	}
	switch r := shown.(type) {
	case *v1.CreatePaymentRequest:
		r.Attempt = nil
	case *v1.RefundRequest:
		r.Attempt = nil
	case *v1.GetStatusRequest:
		if r.GetAttempt() != nil {
			return ""
		}
	}
	encoded, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(shown)
	var compact bytes.Buffer // protojson puts blanks in by chance
	if err != nil || json.Compact(&compact, encoded) != nil {
		return ""
	}
	return text.Truncate(compact.String(), maxAsked, "…")
}

// attempted returns the attempt that a call is of, with its times as seen from the
// call: they decide what the provider must answer.
func attempted(c *Call) string {
	request, ok := c.Request.(interface{ GetAttempt() *v1.Attempt })
	if !ok || request.GetAttempt() == nil {
		return ""
	}
	attempt := request.GetAttempt()
	text := " (key " + attempt.GetKey()
	before := func(at *timestamppb.Timestamp) string {
		return c.Began.Sub(at.AsTime()).Round(time.Millisecond).String() + " before"
	}
	if at := attempt.GetFirstAt(); at != nil {
		text += ", first asked " + before(at)
	}
	if at := attempt.GetLastUnknownAt(); at != nil {
		text += ", unknown since " + before(at)
	}
	return text + ")"
}
