package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Sign returns the headers, beside Content-Type, with which a gateway sends a
// webhook: signed for a time with each of the secrets, or unsigned if there are
// none.
type Sign func(body []byte, at time.Time, secrets []string) [][2]string

// TimedSignature returns the way to sign that many gateways have: the header is
// "t=SECONDS,NAME=HEX", with one NAME for each secret. HEX is the HMAC-SHA256 of
// the seconds since 1970, a dot and the body, keyed with all characters of the
// secret. Without secrets there is no header.
func TimedSignature(header, name string) Sign {
	return func(body []byte, at time.Time, secrets []string) [][2]string {
		if len(secrets) == 0 {
			return nil
		}
		seconds := strconv.FormatInt(at.Unix(), 10)
		parts := []string{"t=" + seconds}
		for _, secret := range secrets {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(seconds + "."))
			mac.Write(body)
			parts = append(parts, name+"="+hex.EncodeToString(mac.Sum(nil)))
		}
		return [][2]string{{header, strings.Join(parts, ",")}}
	}
}
