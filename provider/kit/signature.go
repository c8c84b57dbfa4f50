package kit

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// TimedSignature verifies webhooks that are signed together with a time, in a
// header such as
//
//	Acme-Signature: t=1770091506,v1=5257a869...
//
// The header is a list, as HTTP has them: it may stand on several lines, and white
// space around parts and empty parts have no meaning. It may have several
// signatures, each in lower-case hexadecimal. Parts with other names belong to
// other schemes and are ignored.
type TimedSignature struct {
	// Header is the name of the header, in any case.
	Header string

	// Scheme is the name of the parts that hold signatures; default "v1".
	Scheme string

	// Secrets are the webhook secrets; more than one while one is being replaced.
	Secrets []contract.Secret

	// Tolerance is how far the signed time may be from ReceivedAt, before or
	// after.
	Tolerance time.Duration

	// Sum returns the signature of body and of the time at, as the header has it.
	// Default: the HMAC-SHA256 of the time, a dot and the body, with the secret as
	// key.
	Sum func(at string, body []byte, secret contract.Secret) []byte
}

const maxSignatures = 8 // bounds the work that an unsigned request can cause

// Verify returns nil if the webhook is signed with one of the secrets and its
// time is within the tolerance. Otherwise it returns WebhookSignatureMissing,
// WebhookSignatureInvalid or WebhookSignatureStale. It tries every signature with
// every secret, because either side may be the first to use a new secret.
func (s *TimedSignature) Verify(r *contract.WebhookRequest) *contract.Error {
	values := HeaderList(r.Headers, s.Header)
	if len(values) == 0 {
		return contract.NewError(contract.WebhookSignatureMissing, "the request has no "+s.Header+" header")
	}
	scheme := cmp.Or(s.Scheme, "v1")
	at, signatures, ok := splitSignature(values, scheme)
	if !ok {
		return contract.NewError(contract.WebhookSignatureInvalid, s.Header+" is not of the form t=...,"+scheme+"=...")
	}
	genuine := false
	for _, secret := range s.Secrets {
		expected := []byte(s.sign(r.Body, at, secret))
		for _, signature := range signatures {
			genuine = hmac.Equal(expected, []byte(signature)) || genuine
		}
	}
	if !genuine {
		return contract.NewError(contract.WebhookSignatureInvalid, "no signature was made with one of webhook_secrets; check them if this happens again")
	}
	// Only now is the time known to be signed.
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || r.ReceivedAt.Sub(time.Unix(seconds, 0)).Abs() > s.Tolerance {
		return contract.NewError(contract.WebhookSignatureStale,
			"the signature was made too long before or after the request arrived; check the host's clock if this happens again")
	}
	return nil
}

// sign returns the expected signature in hexadecimal. No other spelling is
// accepted, so that no two headers have the same meaning.
func (s *TimedSignature) sign(body []byte, at string, secret contract.Secret) string {
	if s.Sum != nil {
		return hex.EncodeToString(s.Sum(at, body, secret))
	}
	mac := hmac.New(sha256.New, []byte(secret.Reveal()))
	mac.Write([]byte(at + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// timeForm allows only one way to write a time.
var timeForm = regexp.MustCompile(`^[1-9][0-9]{0,10}$`)

// splitSignature parses the parts of a header. It refuses two times, because only
// one of them is signed. What belongs to other schemes may have any form, such as
// base64 with its padding.
func splitSignature(parts []string, scheme string) (at string, signatures []string, ok bool) {
	for _, part := range parts {
		name, given, _ := strings.Cut(part, "=")
		switch {
		case name == "t" && at != "":
			return "", nil, false
		case name == "t" && !timeForm.MatchString(given):
			return "", nil, false
		case name == "t":
			at = given
		case name == scheme:
			signatures = append(signatures, given)
		}
	}
	return at, signatures, at != "" && len(signatures) > 0 && len(signatures) <= maxSignatures
}
