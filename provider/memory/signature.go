package memory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

const (
	signatureHeader = "Memory-Signature"
	maxSignatures   = 8 // bounds the work that an unsigned request can cause
)

// verify checks that a webhook was signed with one of the secrets, at about
// the time that it arrived. Every signature is tried with every secret: while
// a secret is being replaced, either side may have the new one first.
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
		expected := []byte(sign(r.Body, at, secret))
		for _, signature := range signatures {
			genuine = hmac.Equal(expected, []byte(signature)) || genuine
		}
	}
	if !genuine {
		return contract.NewError(contract.WebhookSignatureInvalid, "no signature is by one of webhook_secrets; check them if this goes on")
	}
	// The time is believed only now that it is known to be signed.
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || r.ReceivedAt.Sub(time.Unix(seconds, 0)).Abs() > s.webhookTolerance {
		return contract.NewError(contract.WebhookSignatureStale,
			"the signature was made too long before or after the request arrived; check the host's clock if this goes on")
	}
	return nil
}

// sign gives the signature of a body: the HMAC-SHA256 of the time, a dot and
// the bytes as they came.
func sign(body []byte, at string, secret contract.Secret) string {
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

var timeForm = regexp.MustCompile(`^[0-9]{1,11}$`)

// splitSignature reads "t=1770091506,v1=5257a8...". Parts of other names are
// left for later versions of the gateway.
func splitSignature(value string) (at string, signatures []string, ok bool) {
	parts := strings.SplitN(value, ",", maxSignatures+2)
	if len(parts) > maxSignatures+1 {
		return "", nil, false
	}
	for _, part := range parts {
		name, given, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case name == "t" && at != "":
			return "", nil, false
		case name == "t":
			at = given
		case name == "v1":
			signatures = append(signatures, given)
		}
	}
	return at, signatures, timeForm.MatchString(at) && len(signatures) > 0
}
