package stripealipay

import (
	"crypto/hmac"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"github.com/paysocket/paysocket/contract"
)

const (
	signatureHeader = "Stripe-Signature"
	maxParts        = 16 // bounds the work that an unsigned request can cause
)

// verify checks that a webhook was signed with one of the secrets, at about
// the time that it arrived. Every signature is tried with every secret: while
// a secret is being rolled, Stripe signs with both for up to a day.
//
// The SDK's own check compares the time with its clock instead of the time of
// arrival, allows any time in the future, and takes a header with two times.
// Of the SDK is only the formula.
func (s *settings) verify(r *contract.WebhookRequest) *contract.Error {
	values := r.Headers[signatureHeader]
	if len(values) == 0 || strings.Join(values, "") == "" {
		return contract.NewError(contract.WebhookSignatureMissing, "the request has no "+signatureHeader+" header")
	}
	if len(values) > 1 {
		return contract.NewError(contract.WebhookSignatureInvalid, "the request has several "+signatureHeader+" headers")
	}
	at, signatures, ok := splitSignature(values[0])
	if !ok {
		return contract.NewError(contract.WebhookSignatureInvalid, signatureHeader+" is not of the form t=...,v1=...")
	}
	genuine := false
	for _, secret := range s.webhookSecrets {
		expected := stripe.ComputeSignature(at, r.Body, secret.Reveal())
		for _, signature := range signatures {
			genuine = hmac.Equal(expected, signature) || genuine
		}
	}
	if !genuine {
		return contract.NewError(contract.WebhookSignatureInvalid, "no signature is by one of webhook_secrets; check them if this goes on")
	}
	// The time is believed only now that it is known to be signed.
	if r.ReceivedAt.Sub(at).Abs() > s.webhookTolerance {
		return contract.NewError(contract.WebhookSignatureStale,
			"the signature was made too long before or after the request arrived; check the host's clock if this goes on")
	}
	return nil
}

// timeForm allows one way only to write a time.
var timeForm = regexp.MustCompile(`^[1-9][0-9]{0,10}$`)

// splitSignature reads "t=1770091506,v1=5257a8...,v0=...". Parts of other names
// are other schemes: v0 is not a real one, and v2 may be some day. A v1 that is
// not hexadecimal signs nothing.
func splitSignature(value string) (at time.Time, signatures [][]byte, ok bool) {
	parts := strings.SplitN(value, ",", maxParts+1)
	if len(parts) > maxParts {
		return time.Time{}, nil, false
	}
	for _, part := range parts {
		name, given, found := strings.Cut(part, "=")
		if !found || strings.Contains(given, "=") {
			return time.Time{}, nil, false
		}
		switch name {
		case "t":
			if !at.IsZero() || !timeForm.MatchString(given) {
				return time.Time{}, nil, false
			}
			seconds, _ := strconv.ParseInt(given, 10, 64) // eleven digits fit
			at = time.Unix(seconds, 0)
		case "v1":
			if signature, err := hex.DecodeString(given); err == nil {
				signatures = append(signatures, signature)
			}
		}
	}
	return at, signatures, !at.IsZero() && len(signatures) > 0
}
