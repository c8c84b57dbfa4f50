package omise

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"
)

// Sign returns the headers with which the gateway would send a webhook at that time, signed with the first secret. It is
// for tools that send webhooks in the gateway's place.
func (v *Verifier) Sign(body []byte, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, v.keys[0])
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return http.Header{
		SignatureHeader: {hex.EncodeToString(mac.Sum(nil))},
		TimestampHeader: {stamp},
	}
}
