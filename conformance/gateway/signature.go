package gateway

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// TimedSignature returns the function Sign of [ServerConfig] for the signature that
// many gateways use: the header is "t=SECONDS,NAME=HEX", with one NAME for each
// secret. HEX is the HMAC-SHA256 of the seconds since 1970, a dot and the body, with
// all characters of the secret as the key. Without secrets there is no header.
func TimedSignature(header, name string) func(body []byte, at time.Time, secrets []string) [][2]string {
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
