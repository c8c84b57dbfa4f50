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

// rotate gives the account a new webhook secret.
func (a *account) rotate() {
	a.WebhookSecret, a.PreviousSecret, a.rotatedAt = webhookSecret(a.keys), a.WebhookSecret, a.Now()
	a.tell()
}

// DeliveryHeaders signs a webhook in the way of the dials, by the account's
// clock, and with both secrets for a while after a rotation.
func (a *account) DeliveryHeaders(body []byte) [][2]string {
	now, keys := a.Now(), []string{a.WebhookSecret}
	if !a.rotatedAt.IsZero() && now.Before(a.rotatedAt.Add(rotationTime)) {
		keys = append(keys, a.PreviousSecret)
	}
	if a.dials.Webhooks.Unsigned {
		keys = nil
	}
	return webhookHeaders(body, now, keys)
}

// webhookHeaders are those of a webhook; without secrets it is not signed.
func webhookHeaders(body []byte, at time.Time, keys []string) [][2]string {
	headers := [][2]string{{"User-Agent", Name}}
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
		key = []byte(secret) // that of a wrong signature
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
