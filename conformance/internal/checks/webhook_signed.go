package checks

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// longBody is more than programs read of a body that read no more than 64 KiB, or
// 128 KiB, and less than the longest that the contract allows.
const longBody = 160 << 10

// ofLength returns a webhook whose body is longer by so many bytes; nil if the sandbox does
// not build it.
func ofLength(t *harness.T, s *harness.Scenario, spec *gateway.WebhookSpec, by int) *contract.WebhookRequest {
	spec.BodyPatch = []gateway.PatchOp{{Op: "add", Path: "/zz_padding", Value: strings.Repeat("0123456789abcdef", by/16)}}
	hook, err := s.Scope.BuildWebhook(t.Context(), spec)
	if err != nil || len(hook.Body) < by || len(hook.Body) > contract.MaxWebhookBody {
		t.MarkUnverified("the sandbox builds no webhook of %d KiB: %v", by>>10, err)
		return nil
	}
	return asRequest(hook)
}

// readsLongWebhooks parses genuine webhooks of all lengths, about a payment and of an
// unknown kind. Where each is fetched, there are few, and they may be too many.
func readsLongWebhooks(t *harness.T, e *harness.Env, s *harness.Scenario, payment *contract.Payment) {
	lengths := []int{contract.MaxWebhookBody - 8<<10, longBody, 80 << 10, 40 << 10, 20 << 10}
	if !signed(e) {
		lengths = lengths[:1]
	}
	for _, length := range lengths {
		for event, disposition := range inOrder(map[string]contract.Disposition{
			gateway.EventPaymentUpdated: contract.DispositionEvents, gateway.EventUnknown: contract.DispositionIgnored,
		}) {
			long := ofLength(t, s, &gateway.WebhookSpec{Payment: payment.PaymentID, Event: event}, length)
			if long == nil {
				return
			}
			what := "a webhook of " + strconv.Itoa(length>>10) + " KiB, " + event
			result, err := s.Parse(t, long)
			if !signed(e) && errors.Is(err, contract.ProviderRateLimited) {
				return
			}
			if harness.True(t, err == nil, "%s, is an error: %v", what, err) {
				harness.Equal(t, "disposition of "+what, disposition, result.Disposition)
			}
		}
	}
}

// noticesTheEnd changes the last bytes of a long body.
func noticesTheEnd(t *harness.T, s *harness.Scenario, payment *contract.Payment) {
	long := ofLength(t, s, about(payment), longBody)
	if long == nil {
		return
	}
	if _, err := s.Parse(t, long); err != nil {
		t.Errorf("a genuine webhook of 160 KiB was refused: %v", err)
		return
	}
	for what, change := range inOrder(map[string]func([]byte) []byte{
		"whose last byte was changed":      func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"with a change after 64 KiB":       func(b []byte) []byte { b[bytes.LastIndexByte(b[:65<<10], 'f')] ^= 1; return b },
		"with a change in its second half": func(b []byte) []byte { b[len(b)-4<<10] ^= 1; return b },
		"that was cut at 64 KiB":           func(b []byte) []byte { return b[:64<<10] },
		"with more at its end":             func(b []byte) []byte { return append(b, ' ') },
	}) {
		forged := clone(long)
		forged.Body = change(forged.Body)
		result, err := s.Parse(t, forged)
		unauthenticated(t, "a webhook of 160 KiB "+what, result, err)
	}
}

// digest matches what can be a signature in a header.
var digest = regexp.MustCompile(`[0-9A-Za-z+/_-]{32,}=*`)

// accepted finds the signatures of a genuine webhook, by which a provider accepts its
// body, in all forms.
func accepted(hook *contract.WebhookRequest, headers []string) *harness.Canaries {
	signatures := &harness.Canaries{}
	for _, name := range headers {
		for _, signature := range digest.FindAllString(strings.Join(hook.Headers[name], " "), -1) {
			signatures.Add(signature)
			if raw, err := hex.DecodeString(signature); err == nil {
				signatures.Add(base64.StdEncoding.EncodeToString(raw))
			} else if raw, err := base64.StdEncoding.DecodeString(signature); err == nil {
				signatures.Add(hex.EncodeToString(raw))
			}
		}
	}
	return signatures
}

// tellsNoSignature fails the check if the refusal of a forged webhook says with which
// signature its body would be accepted.
func tellsNoSignature(t *harness.T, what string, err error, signatures *harness.Canaries) {
	e := asError(err)
	if e == nil {
		return
	}
	said := []string{e.Message}
	for _, violation := range e.Violations {
		said = append(said, violation.Description)
	}
	for _, value := range e.Metadata {
		said = append(said, value)
	}
	harness.True(t, signatures.Find(strings.Join(said, "\n")) == "",
		"the refusal of %s says with which signature it would be accepted: %s", what, signatures.Redact(e.Message))
}
