package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// rotationTime is how long both secrets sign after a rotation.
const rotationTime = 24 * time.Hour

// secrets are an account's webhook secrets, as base64.
type secrets struct {
	current, previous string
	rotatedAt         time.Time // zero: never
}

// signing are the secrets that sign a delivery at a moment.
func (s *secrets) signing(now time.Time) []string {
	if !s.rotatedAt.IsZero() && now.Before(s.rotatedAt.Add(rotationTime)) {
		return []string{s.current, s.previous}
	}
	return []string{s.current}
}

func (s *secrets) rotate(next string, now time.Time) {
	s.current, s.previous, s.rotatedAt = next, s.current, now
}

// webhookHeaders are those of a webhook; without secrets it is not signed.
// Content-Type is exactly this: there are merchants who compare it.
func webhookHeaders(body []byte, at time.Time, keys []string) [][2]string {
	headers := [][2]string{{"Content-Type", "application/json"}, {"User-Agent", "omise-sandbox"}}
	if len(keys) == 0 {
		return headers
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, 0, len(keys))
	for _, key := range keys {
		signatures = append(signatures, sign(key, stamp, body))
	}
	return append(headers,
		[2]string{"Omise-Signature-Timestamp", stamp},
		[2]string{"Omise-Signature", strings.Join(signatures, ",")})
}

// sign makes the lower-case hex of HMAC-SHA256 over "timestamp.body", keyed
// with what the secret is the base64 of.
func sign(secret, stamp string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		key = []byte(secret) // cannot be: secrets are minted
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
