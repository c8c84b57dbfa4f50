package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"time"
)

// The messages of gwctl/1 that gateway.go does not have. Handler and Client share
// them, so that a misspelt field cannot differ between the two.

// maxRequest bounds the body of a request, in bytes.
const maxRequest = 1 << 20

type errorAnswer struct {
	Error string `json:"error"`
}

type paymentsAnswer struct {
	Payments []Payment `json:"payments"`
}

type clockRequest struct {
	Advance string `json:"advance"` // a Go duration, such as "15m"
}

// webhookRequest is a WebhookSpec with its duration as text, because JSON has no
// type for durations.
type webhookRequest struct {
	WebhookSpec

	AtOffset string `json:"at_offset,omitempty"` // a Go duration, such as "-10m"
}

func newWebhookRequest(spec *WebhookSpec) *webhookRequest {
	request := &webhookRequest{WebhookSpec: *spec}
	if spec.AtOffset != 0 {
		request.AtOffset = spec.AtOffset.String()
	}
	return request
}

func (q *webhookRequest) spec() (*WebhookSpec, error) {
	spec := q.WebhookSpec
	if q.AtOffset == "" {
		return &spec, nil
	}
	offset, err := time.ParseDuration(q.AtOffset)
	if err != nil {
		return nil, badRequest("at_offset is not a duration such as \"-10m\"")
	}
	spec.AtOffset = offset
	return &spec, nil
}

// decodeStrictly decodes exactly one JSON value and refuses unknown fields. If a
// misspelt field was ignored, a test would check nothing.
func decodeStrictly(body io.Reader, into any) error {
	content, err := io.ReadAll(io.LimitReader(body, maxRequest+1))
	if err != nil {
		return badRequest("reading the body: %v", err)
	}
	if len(content) > maxRequest {
		return badRequest("the body is longer than %d bytes", maxRequest)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	decoder.UseNumber() // a patch may have an amount that float64 cannot represent
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return badRequest("the body is empty; send at least {}")
		}
		return badRequest("the body is not the expected JSON: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badRequest("the body continues after its JSON value")
	}
	return nil
}

// The functions below refuse values that gwctl/1 does not have, so that sandboxes
// in Go need not check them.

func checkAmount(amount Money) error {
	if amount.Amount <= 0 {
		return badRequest("amount must be more than 0, in the currency's smallest unit")
	}
	return nil
}

func checkTransition(transition *Transition) error {
	switch transition.To {
	case StatePending, StateSucceeded, StateFailed, StateExpired, StateCanceled:
	default:
		return badRequest("to must be one of pending, succeeded, failed, expired, canceled; not %q", transition.To)
	}
	if transition.FailureCode != "" && transition.To != StateFailed {
		return badRequest("failure_code is allowed only if to is failed")
	}
	return nil
}

func checkWebhook(spec *WebhookSpec) error {
	switch spec.Event {
	case EventPaymentUpdated, EventRefundUpdated, EventUnknown:
	default:
		return badRequest("event must be one of payment.updated, refund.updated, unknown; not %q", spec.Event)
	}
	switch spec.Sign {
	case "", SignCurrent, SignPrevious, SignBoth, SignWrong, SignNone:
	default:
		return badRequest("sign must be one of current, previous, both, wrong, none; not %q", spec.Sign)
	}
	if (spec.Event == EventRefundUpdated) != (spec.Refund != "") {
		return badRequest("refund is required if event is %s, and not allowed otherwise", EventRefundUpdated)
	}
	return nil
}

func checkWebhookURL(address string) error {
	if address == "" {
		return nil
	}
	if err := checkAddress(address); err != nil {
		return badRequest("webhook_url: %v", err)
	}
	return nil
}

// checkAddress accepts an absolute http or https URL without user or fragment.
func checkAddress(address string) error {
	parsed, err := url.Parse(address)
	switch {
	case err != nil:
		return errors.New("it is not a URL")
	case parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Hostname() == "":
		return errors.New("it is not an absolute http or https URL")
	case parsed.User != nil, parsed.Fragment != "":
		return errors.New("it must have neither user nor fragment")
	}
	return nil
}
