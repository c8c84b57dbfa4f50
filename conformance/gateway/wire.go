package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"time"
)

// What gwctl/1 carries beside the types of gateway.go. One place for both
// ends, so that a misspelt field breaks the round trip at once.

// maxQuestion bounds the body of a request, in bytes.
const maxQuestion = 1 << 20

type errorAnswer struct {
	Error string `json:"error"`
}

type paymentsAnswer struct {
	Payments []Payment `json:"payments"`
}

type clockQuestion struct {
	Advance string `json:"advance"` // a Go duration, such as "15m"
}

// webhookQuestion adds to a WebhookSpec the field that JSON has no type for.
type webhookQuestion struct {
	WebhookSpec

	AtOffset string `json:"at_offset,omitempty"` // a Go duration, such as "-10m"
}

func newWebhookQuestion(spec *WebhookSpec) *webhookQuestion {
	question := &webhookQuestion{WebhookSpec: *spec}
	if spec.AtOffset != 0 {
		question.AtOffset = spec.AtOffset.String()
	}
	return question
}

func (q *webhookQuestion) spec() (*WebhookSpec, error) {
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

// decodeStrictly reads exactly one JSON value of known fields. A tester that
// misspells a field must hear of it, or its test checks nothing.
func decodeStrictly(body io.Reader, into any) error {
	content, err := io.ReadAll(io.LimitReader(body, maxQuestion+1))
	if err != nil {
		return badRequest("the body could not be read: %v", err)
	}
	if len(content) > maxQuestion {
		return badRequest("the body is longer than %d bytes", maxQuestion)
	}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	decoder.UseNumber() // a patch may carry an amount that float64 cannot hold
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return badRequest("the body is empty; send at least {}")
		}
		return badRequest("the body is not the expected JSON: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return badRequest("the body goes on after its JSON value")
	}
	return nil
}

// The checks below refuse words that gwctl/1 does not have, so that no
// sandbox in Go has to.

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
		return badRequest("failure_code goes only with to=failed")
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
		return badRequest("refund is named exactly when event is %s", EventRefundUpdated)
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
		return errors.New("not a URL")
	case parsed.Scheme != "http" && parsed.Scheme != "https", parsed.Hostname() == "":
		return errors.New("not an absolute http or https URL")
	case parsed.User != nil, parsed.Fragment != "":
		return errors.New("must have neither user nor fragment")
	}
	return nil
}
