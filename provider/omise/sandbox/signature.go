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

// rotationTime is how long webhooks are signed with both secrets after a rotation.
const rotationTime = 24 * time.Hour

// rotateSecret replaces the account's webhook secret.
func (a *account) rotateSecret() {
	a.WebhookSecret, a.PreviousSecret, a.rotatedAt = webhookSecret(a.keys), a.WebhookSecret, a.Now()
	a.notify()
}

// DeliveryHeaders implements [gateway.Account]. It signs a webhook by the account's
// clock, with both secrets for a while after a rotation, as the dials say.
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

// webhookHeaders returns the headers of a webhook, which is not signed without
// secrets.
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

// sign returns the lower-case hex of HMAC-SHA256 over "timestamp.body". The secret
// is the key in base64.
func sign(secret, stamp string, body []byte) string {
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		key = []byte(secret) // of a wrong signature
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
