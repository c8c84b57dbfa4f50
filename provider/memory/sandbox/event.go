package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

const signatureHeader = "Memory-Signature"

// event is the body of a webhook.
type event struct {
	ID        string    `json:"id"`
	Object    string    `json:"object"`
	Type      string    `json:"type"`
	Live      bool      `json:"live"`
	CreatedAt time.Time `json:"created_at"`
	Data      any       `json:"data"` // a copy: the event says how it was
}

// An event keeps its id until the next change, so that asking for it twice is
// a redelivery. These are called with the account's lock held.

func (a *account) paymentEvent(p *payment) *event {
	return &event{ID: p.eventID, Object: "event", Type: "payment.updated", CreatedAt: p.UpdatedAt, Data: *p}
}

func (a *account) refundEvent(r *refund) *event {
	return &event{ID: r.eventID, Object: "event", Type: "refund.updated", CreatedAt: r.UpdatedAt, Data: *r}
}

// unheardEvent is of a kind that the documentation does not have yet.
func (a *account) unheardEvent() *event {
	return &event{
		ID: a.IDs.ID("evt_"), Object: "event", Type: "settlement.calculated", CreatedAt: a.now(),
		Data: map[string]any{"object": "settlement", "live": false},
	}
}

func (e *event) body() []byte {
	body, _ := json.Marshal(e) // of strings, numbers and times: cannot fail
	return body
}

func (a *account) send(e *event) { a.Send(e.ID, e.body()) }

// sign gives the value of the signature header, with one v1 for each secret.
func sign(body []byte, at time.Time, secrets ...string) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	value := strings.Builder{}
	value.WriteString("t=" + seconds)
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(seconds + "."))
		mac.Write(body)
		value.WriteString(",v1=" + hex.EncodeToString(mac.Sum(nil)))
	}
	return value.String()
}
