package omise

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed webhook.
const (
	SignatureHeader = "Omise-Signature"
	TimestampHeader = "Omise-Signature-Timestamp"
)

// The errors of Verify.
var (
	// ErrSignatureMissing: the webhook has no signature, or no time.
	ErrSignatureMissing = errors.New("omise: the webhook is not signed")
	// ErrSignatureInvalid: no signature matches the body and one of the secrets.
	ErrSignatureInvalid = errors.New("omise: the webhook's signature is invalid")
	// ErrSignatureStale: the signature is genuine, but its time is too far from the time of receipt: a replay, or a
	// wrong clock.
	ErrSignatureStale = errors.New("omise: the webhook's signature is stale")
)

// A Verifier checks the signatures of webhooks. Make it with [NewVerifier].
type Verifier struct {
	keys      [][]byte
	tolerance time.Duration
}

// NewVerifier returns a verifier for webhook secrets as the dashboard shows them, in base64; several while one is being
// replaced. A blank or unreadable secret is an error, and so is none at all: verification cannot be switched off.
// tolerance is how far the time in a signature may be from the time of receipt; 0 means 5 minutes.
func NewVerifier(secrets []Secret, tolerance time.Duration) (*Verifier, error) {
	if len(secrets) == 0 {
		return nil, errors.New("omise: at least one webhook secret is required")
	}
	if tolerance < 0 {
		return nil, errors.New("omise: the tolerance for the time of a signature must not be negative")
	}
	verifier := &Verifier{tolerance: cmp.Or(tolerance, 5*time.Minute)}
	for i, secret := range secrets {
		key, err := base64.StdEncoding.Strict().DecodeString(secret.Reveal())
		if err != nil || len(key) == 0 {
			return nil, fmt.Errorf("omise: webhook secret %d is blank or not base64; copy it unchanged from the dashboard", i+1)
		}
		verifier.keys = append(verifier.keys, key)
	}
	return verifier, nil
}

const maxSignatures = 8

var timestampForm = regexp.MustCompile(`^[0-9]{1,12}$`)

// Verify checks that body was signed with one of the secrets, at a time within the tolerance of receivedAt, before or
// after. signatures and timestamps are the values of SignatureHeader and TimestampHeader, one for each occurrence of the
// header. body must be the bytes as they were received.
//
// The error is ErrSignatureMissing, ErrSignatureInvalid or ErrSignatureStale (errors.Is).
func (v *Verifier) Verify(signatures, timestamps []string, body []byte, receivedAt time.Time) error {
	given := splitSignatures(signatures)
	if len(given) == 0 || len(timestamps) == 0 {
		return ErrSignatureMissing
	}
	if len(given) > maxSignatures {
		return fmt.Errorf("%w: it has more than %d signatures", ErrSignatureInvalid, maxSignatures)
	}
	at := strings.Trim(timestamps[0], " \t")
	if len(timestamps) > 1 || !timestampForm.MatchString(at) {
		return fmt.Errorf("%w: its time must be one number of seconds since 1970", ErrSignatureInvalid)
	}
	if !v.matches(given, at, body) {
		return ErrSignatureInvalid
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: its time is unreadable", ErrSignatureInvalid)
	}
	if age := receivedAt.Sub(time.Unix(seconds, 0)); age.Abs() > v.tolerance {
		return fmt.Errorf("%w: its time is %s from the time of receipt; at most %s is allowed", ErrSignatureStale, age.Abs().Round(time.Second), v.tolerance)
	}
	return nil
}

// matches compares every signature with every secret, without stopping at the first match, so that the time it takes
// reveals nothing.
func (v *Verifier) matches(given []string, timestamp string, body []byte) bool {
	found := 0
	for _, key := range v.keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(timestamp))
		mac.Write([]byte{'.'})
		mac.Write(body)
		expected := []byte(hex.EncodeToString(mac.Sum(nil)))
		for _, signature := range given {
			found |= subtle.ConstantTimeCompare(expected, []byte(signature))
		}
	}
	return found == 1
}

// splitSignatures returns the signatures in the headers: two, separated by a comma, while a secret is being replaced. The
// headers are one list, as RFC 9110 reads it: white space around items and empty items have no meaning.
func splitSignatures(headers []string) []string {
	var given []string
	for _, header := range headers {
		for signature := range strings.SplitSeq(header, ",") {
			if signature = strings.Trim(signature, " \t"); signature != "" {
				given = append(given, signature)
			}
			if len(given) > maxSignatures {
				return given // enough to be refused
			}
		}
	}
	return given
}
