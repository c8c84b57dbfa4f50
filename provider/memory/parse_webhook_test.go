package memory_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/memory"
)

// webhook returns a webhook that the gateway would send now.
func (f *fixture) webhook(spec *gateway.WebhookSpec) *contract.WebhookRequest {
	f.t.Helper()
	built, err := f.scope.BuildWebhook(f.t.Context(), spec)
	require.NoError(f.t, err)
	request := &contract.WebhookRequest{
		Method: "POST", Path: "/webhooks/memory", Headers: map[string][]string{}, Body: built.Body, ReceivedAt: time.Now().UTC(),
	}
	for _, header := range built.Headers {
		request.Headers[header[0]] = append(request.Headers[header[0]], header[1])
	}
	return request
}

func updated(paymentID string) *gateway.WebhookSpec {
	return &gateway.WebhookSpec{Payment: paymentID, Event: gateway.EventPaymentUpdated}
}

func (f *fixture) parse(request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	return f.ParseWebhook(f.t.Context(), request)
}

func TestParseWebhook_ReturnsThePaymentAsGetStatusDoes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, state := range []gateway.State{
		gateway.StatePending, gateway.StateSucceeded, gateway.StateFailed, gateway.StateExpired, gateway.StateCanceled,
	} {
		id := f.pay("k-" + string(state)).PaymentID
		if state != gateway.StatePending {
			f.move(id, state)
		}
		request := f.webhook(updated(id))
		now := f.status(id)
		f.front.Seen()
		result, err := f.parse(request)
		require.NoError(t, err)
		var sent struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal(request.Body, &sent))
		assert.Equal(t, &contract.WebhookResult{
			Disposition: contract.DispositionEvents, Kind: "payment.updated", Verification: contract.VerificationSignature,
			DedupeKey: sent.ID, Ack: contract.Ack{Status: 200},
			Events: []contract.Event{{Kind: "payment.updated", OccurredAt: now.UpdatedAt, Payment: now}},
		}, result)
		again, err := f.parse(f.webhook(updated(id)))
		require.NoError(t, err)
		assert.Equal(t, result, again)
		assert.Empty(t, f.front.Seen(), "a signature is verified without a request")
	}
}

func TestParseWebhook_ReturnsARefund(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	result, err := f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Refund: refund.RefundID, Event: gateway.EventRefundUpdated}))
	require.NoError(t, err)
	refund.TotalRefunded = contract.Money{} // the event does not know it
	require.Len(t, result.Events, 1)
	assert.Equal(t, refund, result.Events[0].Refund)
	assert.Equal(t, "refund.updated", result.Events[0].Kind)
}

func TestParseWebhook_ReturnsDashboardRefundsOfTheHostsPayments(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ours := f.paid("k1").PaymentID
	theirs, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	f.move(theirs.ID, gateway.StateSucceeded)
	for id, want := range map[string]contract.Disposition{ours: contract.DispositionEvents, theirs.ID: contract.DispositionIgnored} {
		refund, err := f.scope.CreateRefund(t.Context(), id, gateway.Money{Amount: 500})
		require.NoError(t, err)
		request := f.webhook(&gateway.WebhookSpec{Payment: id, Refund: refund.ID, Event: gateway.EventRefundUpdated})
		f.front.Seen()
		result, err := f.parse(request)
		require.NoError(t, err)
		assert.Equal(t, want, result.Disposition)
		assert.Equal(t, "refund.updated", result.Kind)
		assert.Equal(t, []string{"GET /v1/payments/" + id}, f.front.Seen())

		f.front.Set(kittest.Answer(500, ""))
		_, err = f.parse(request)
		kittest.RequireError(t, err, contract.ProviderFault, "")
		f.front.Set()
	}
}

func TestParseWebhook_IgnoresWhatIsNotTheHosts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	result, err := f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventUnknown}))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionIgnored, result.Disposition)
	assert.Equal(t, "settlement.calculated", result.Kind)
	assert.NotEmpty(t, result.DedupeKey)
	assert.Empty(t, result.Events)

	theirs, err := f.scope.CreatePayment(t.Context(), gateway.Money{Amount: 2000, Currency: "THB"})
	require.NoError(t, err)
	result, err = f.parse(f.webhook(updated(theirs.ID)))
	require.NoError(t, err)
	assert.Equal(t, contract.DispositionIgnored, result.Disposition)
	assert.Equal(t, "payment.updated", result.Kind)
}

func TestParseWebhook_RefusesAnInvalidSignature(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	valid := f.webhook(updated(id)).Headers["Memory-Signature"][0]
	at, v1, _ := strings.Cut(valid, ",")
	for name, test := range map[string]struct {
		values []string
		reason contract.Reason
	}{
		"none":            {nil, contract.WebhookSignatureMissing},
		"empty":           {[]string{""}, contract.WebhookSignatureMissing},
		"garbage":         {[]string{"garbage"}, contract.WebhookSignatureInvalid},
		"no time":         {[]string{v1}, contract.WebhookSignatureInvalid},
		"no signature":    {[]string{at}, contract.WebhookSignatureInvalid},
		"an empty one":    {[]string{at + ",v1="}, contract.WebhookSignatureInvalid},
		"cut short":       {[]string{valid[:len(valid)-2]}, contract.WebhookSignatureInvalid},
		"two times":       {[]string{at + "," + valid}, contract.WebhookSignatureInvalid},
		"another time":    {[]string{"t=" + strconv.FormatInt(time.Now().Unix()+60, 10) + "," + v1}, contract.WebhookSignatureInvalid},
		"a signed time":   {[]string{"t=+1," + v1}, contract.WebhookSignatureInvalid},
		"of another kind": {[]string{at + ",v2=" + v1[3:]}, contract.WebhookSignatureInvalid},
		"two headers":     {[]string{valid, "t=1,v1=00"}, contract.WebhookSignatureInvalid},
		"very many":       {[]string{at + strings.Repeat(",v1=00", 8) + "," + v1}, contract.WebhookSignatureInvalid},
	} {
		request := f.webhook(updated(id))
		request.Headers["Memory-Signature"] = test.values
		result, err := f.parse(request)
		kittest.RequireError(t, err, test.reason, "")
		assert.Nil(t, result, name)
	}
	_, err := f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: gateway.SignWrong}))
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")
	_, err = f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventUnknown, Sign: gateway.SignWrong}))
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")
}

func TestParseWebhook_NoticesEveryFlippedBit(t *testing.T) {
	t.Parallel()
	provider := memory.New(nil) // called directly: the gates refuse what is not UTF-8
	f := newFixtureOf(t, provider)
	valid := f.webhook(updated(f.paid("k1").PaymentID))
	_, err := f.parse(valid)
	require.NoError(t, err)
	chance := rand.New(rand.NewPCG(1, 2))
	header := valid.Headers["Memory-Signature"][0]
	flip := func(content []byte, bit int) []byte {
		flipped := bytes.Clone(content)
		flipped[bit/8] ^= 1 << (bit % 8)
		return flipped
	}
	for range 64 {
		request := *valid
		request.Body = flip(valid.Body, chance.IntN(8*len(valid.Body)))
		_, err := provider.ParseWebhook(t.Context(), &request)
		require.Equal(t, contract.WebhookSignatureInvalid, contract.ReasonOf(err))
	}
	for bit := range 8 * len(header) {
		request := *valid
		request.Headers = map[string][]string{"Memory-Signature": {string(flip([]byte(header), bit))}}
		_, err := provider.ParseWebhook(t.Context(), &request)
		require.Equal(t, contract.WebhookSignatureInvalid, contract.ReasonOf(err), "bit %d of %s: %v", bit, header, err)
	}
}

func TestParseWebhook_VerifiesTheBytesOfTheBody(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	valid := f.webhook(updated(f.pay("k1").PaymentID))
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, valid.Body, " ", "\t"))
	request := *valid
	request.Body = indented.Bytes()
	_, err := f.parse(&request)
	kittest.RequireError(t, err, contract.WebhookSignatureInvalid, "")
	_, err = f.parse(f.signed(indented.String()))
	require.NoError(t, err)
}

func TestParseWebhook_AcceptsASignatureForFiveMinutes(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	valid := f.webhook(updated(id))
	signedAt, err := strconv.ParseInt(valid.Headers["Memory-Signature"][0][2:12], 10, 64)
	require.NoError(t, err)
	var stale faults.Counter
	for offset, good := range map[time.Duration]bool{
		0: true, 5 * time.Minute: true, -5 * time.Minute: true,
		5*time.Minute + time.Nanosecond: false, -5*time.Minute - time.Nanosecond: false, 1e6 * time.Hour: false,
	} {
		request := *valid
		request.ReceivedAt = time.Unix(signedAt, 0).Add(offset)
		_, err := f.parse(&request)
		if good {
			require.NoError(t, err, offset)
			continue
		}
		kittest.RequireError(t, err, contract.WebhookSignatureStale, "")
		stale.Happened()
	}
	_, err = f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, AtOffset: -time.Hour}))
	kittest.RequireError(t, err, contract.WebhookSignatureStale, "")
	faults.Proved(t, faults.Injected{How: "webhooks signed too long ago, or too far ahead", Times: stale.Times()}, "GW06", "GW18")
}

func TestParseWebhook_AcceptsEitherSecretDuringARotation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.pay("k1").PaymentID
	credentials := f.scope.Connection().Credentials
	current, previous := credentials["webhook_secret"], credentials["previous_webhook_secret"]
	var signed faults.Counter
	for _, test := range []struct {
		secrets string
		sign    gateway.Signing
		good    bool
	}{
		{current, gateway.SignCurrent, true},
		{current, gateway.SignPrevious, false},
		{current, gateway.SignBoth, true},
		{previous, gateway.SignBoth, true},
		{previous + ", " + current, gateway.SignCurrent, true},
		{previous + "," + current, gateway.SignPrevious, true},
		{previous + "," + current, gateway.SignBoth, true},
		{previous + "," + current, gateway.SignWrong, false},
		{previous + "," + current, gateway.SignNone, false},
	} {
		c := configuration(f.scope.Connection())
		c.Secrets["webhook_secrets"] = contract.NewSecret(test.secrets)
		_, err := f.Configure(t.Context(), c)
		require.NoError(t, err)
		_, err = f.parse(f.webhook(&gateway.WebhookSpec{Payment: id, Event: gateway.EventPaymentUpdated, Sign: test.sign}))
		signed.Happened()
		assert.Equal(t, test.good, err == nil, "%v: %v", test.sign, err)
	}
	faults.Proved(t, faults.Injected{How: "webhooks signed while secrets change", Times: signed.Times()}, "GW07")
}

func TestParseWebhook_RefusesLiveEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.paid("k1").PaymentID
	refund, err := f.Refund(t.Context(), newRefund(id, "r1", 500))
	require.NoError(t, err)
	for _, spec := range []*gateway.WebhookSpec{
		{Payment: id, Event: gateway.EventPaymentUpdated, BodyPatch: live("/live")},
		{Payment: id, Event: gateway.EventPaymentUpdated, BodyPatch: live("/data/live")},
		{Payment: id, Refund: refund.RefundID, Event: gateway.EventRefundUpdated, BodyPatch: live("/data/live")},
	} {
		_, err := f.parse(f.webhook(spec))
		kittest.RequireError(t, err, contract.ModeMismatch, "")
	}
}

func live(path string) []gateway.PatchOp {
	return []gateway.PatchOp{{Op: "replace", Path: path, Value: true}}
}

func TestParseWebhook_RefusesAMalformedEvent(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	event := func(data string) string {
		return `{"id":"evt_1","object":"event","type":"payment.updated","live":false,"created_at":"2026-02-03T04:05:06Z","data":` + data + `}`
	}
	good, err := json.Marshal(payment("pay_1", "k1"))
	require.NoError(t, err)
	_, err = f.parse(f.signed(event(string(good))))
	require.NoError(t, err, "what the others differ from")
	for name, body := range map[string]string{
		"empty":           "",
		"null":            "null",
		"a list":          "[]",
		"a text":          `"event"`,
		"an empty object": "{}",
		"cut":             event(string(good))[:100],
		"two":             event(string(good)) + "{}",
		"trailing":        event(string(good)) + "x",
		"a name twice":    `{"id":"evt_2",` + event(string(good))[1:],
		"twice inside":    event(`{"status":"pending",` + string(good)[1:]),
		"deep inside":     event(strings.TrimSuffix(string(good), "}") + `,"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"),
		"data twice":      strings.TrimSuffix(event(string(good)), "}") + `,"data":{}}`,
		"a key twice":     event(`{"idempotency_key":"k1","idempotency_key":"k2"}`),
		"no amount":       event(`{"id":"pay_1","object":"payment","idempotency_key":"k1"}`),
		"a refund":        event(`{"object":"refund","idempotency_key":"k1"}`),
		"another type":    strings.Replace(event(string(good)), `"evt_1"`, `1`, 1),
		"no id":           strings.Replace(event(string(good)), `"evt_1"`, `""`, 1),
		"no kind":         strings.Replace(event(string(good)), `payment.updated`, ``, 1),
		"no mode":         strings.Replace(event(string(good)), `"live":false,"cr`, `"cr`, 1),
		"no time":         strings.Replace(event(string(good)), `2026-02-03T04:05:06Z`, `0001-01-01T00:00:00Z`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.parse(f.signed(body))
			kittest.RequireError(t, err, contract.WebhookMalformed, "")
		})
	}
}

// signed returns a webhook with this body, signed as the documentation says.
func (f *fixture) signed(body string) *contract.WebhookRequest {
	f.t.Helper()
	return &contract.WebhookRequest{
		Method: "POST", Path: "/", Body: []byte(body), ReceivedAt: time.Now().UTC(),
		Headers: map[string][]string{"Memory-Signature": {
			signature(f.scope.Connection().Credentials["webhook_secret"], time.Now(), body),
		}},
	}
}

func signature(secret string, at time.Time, body string) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "." + body))
	return fmt.Sprintf("t=%s,v1=%x", seconds, mac.Sum(nil))
}
