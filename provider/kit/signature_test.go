package kit_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

var (
	signedAt   = time.Unix(1770091506, 0)
	signedBody = []byte(`{"id":"evt_1"}`)
)

// v1 is a signature, worked out here by the documentation.
func v1(secret string) string { return v1At(secret, "1770091506") }

func v1At(secret, at string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = fmt.Fprintf(mac, "%s.%s", at, signedBody)
	return hex.EncodeToString(mac.Sum(nil))
}

func signature(secrets ...string) *kit.TimedSignature {
	s := &kit.TimedSignature{Header: "Acme-Signature", Tolerance: time.Minute}
	for _, secret := range secrets {
		s.Secrets = append(s.Secrets, contract.NewSecret(secret))
	}
	return s
}

func webhook(values ...string) *contract.WebhookRequest {
	return &contract.WebhookRequest{
		Headers: map[string][]string{"Acme-Signature": values}, Body: signedBody, ReceivedAt: signedAt,
	}
}

func TestTimedSignature_ReadsTheHeaderInOneWayOnly(t *testing.T) {
	t.Parallel()
	good := v1("whsec_a")
	for name, row := range map[string]struct {
		values []string
		want   contract.Reason // empty: genuine
	}{
		"as documented":          {[]string{"t=1770091506,v1=" + good}, ""},
		"the time last":          {[]string{"v1=" + good + ",t=1770091506"}, ""},
		"space around parts":     {[]string{" t=1770091506 ,\t v1=" + good + " "}, ""},
		"other schemes":          {[]string{"t=1770091506,v0=00,v1=" + good + ",v2=z"}, ""},
		"the second of two":      {[]string{"t=1770091506,v1=" + v1("whsec_x") + ",v1=" + good}, ""},
		"the last of eight":      {[]string{"t=1770091506" + strings.Repeat(",v1=00", 7) + ",v1=" + good}, ""},
		"beside one of no form":  {[]string{"t=1770091506,v1=,v1=zz,v1=" + good}, ""},
		"empty parts":            {[]string{", ,t=1770091506,,\t,v1=" + good + ","}, ""},
		"on two lines":           {[]string{"t=1770091506", "v1=" + good}, ""},
		"on lines of several":    {[]string{"v1=" + v1("whsec_x"), " t=1770091506,v0=1 ", "v1=" + good}, ""},
		"one line is empty":      {[]string{"t=1770091506,v1=" + good, ""}, ""},
		"blank":                  {[]string{"  "}, contract.WebhookSignatureMissing},
		"empty parts alone":      {[]string{",", "\t, "}, contract.WebhookSignatureMissing},
		"the same line twice":    {[]string{"t=1770091506,v1=" + good, "t=1770091506,v1=" + good}, contract.WebhookSignatureInvalid},
		"a part over two lines":  {[]string{"t=1770091506,v1=" + good[:32], good[32:]}, contract.WebhookSignatureInvalid},
		"none":                   {nil, contract.WebhookSignatureMissing},
		"empty":                  {[]string{""}, contract.WebhookSignatureMissing},
		"two empty":              {[]string{"", ""}, contract.WebhookSignatureMissing},
		"two headers":            {[]string{"t=1770091506,v1=" + good, "t=1,v1=00"}, contract.WebhookSignatureInvalid},
		"no time":                {[]string{"v1=" + good}, contract.WebhookSignatureInvalid},
		"no signature":           {[]string{"t=1770091506"}, contract.WebhookSignatureInvalid},
		"another scheme only":    {[]string{"t=1770091506,v2=" + good}, contract.WebhookSignatureInvalid},
		"two times":              {[]string{"t=1770091506,t=1770091506,v1=" + good}, contract.WebhookSignatureInvalid},
		"an empty time as well":  {[]string{"t=,t=1770091506,v1=" + good}, contract.WebhookSignatureInvalid},
		"a time with a sign":     {[]string{"t=+1770091506,v1=" + v1At("whsec_a", "+1770091506")}, contract.WebhookSignatureInvalid},
		"a time with a zero":     {[]string{"t=01770091506,v1=" + v1At("whsec_a", "01770091506")}, contract.WebhookSignatureInvalid},
		"a time of no number":    {[]string{"t=now,v1=" + v1At("whsec_a", "now")}, contract.WebhookSignatureInvalid},
		"space inside of a part": {[]string{"t= 1770091506,v1=" + v1At("whsec_a", " 1770091506")}, contract.WebhookSignatureInvalid},
		"a line break around":    {[]string{"t=1770091506,\nv1=" + good}, contract.WebhookSignatureInvalid},
		"too many signatures":    {[]string{"t=1770091506" + strings.Repeat(",v1=00", 8) + ",v1=" + good}, contract.WebhookSignatureInvalid},
		"a signature with two":   {[]string{"t=1770091506,v1=" + good + "="}, contract.WebhookSignatureInvalid},
		"a name in upper case":   {[]string{"T=1770091506,V1=" + good}, contract.WebhookSignatureInvalid},
		"upper case":             {[]string{"t=1770091506,v1=" + strings.ToUpper(good)}, contract.WebhookSignatureInvalid},
		"an empty signature":     {[]string{"t=1770091506,v1="}, contract.WebhookSignatureInvalid},
		"cut short":              {[]string{"t=1770091506,v1=" + good[:62]}, contract.WebhookSignatureInvalid},
		"longer":                 {[]string{"t=1770091506,v1=" + good + "00"}, contract.WebhookSignatureInvalid},
		"another time":           {[]string{"t=1770091507,v1=" + good}, contract.WebhookSignatureInvalid},
		"another secret":         {[]string{"t=1770091506,v1=" + v1("whsec_x")}, contract.WebhookSignatureInvalid},
	} {
		e := signature("whsec_a").Verify(webhook(row.values...))
		if row.want == "" {
			assert.Nil(t, e, name)
			continue
		}
		if assert.NotNil(t, e, name) {
			assert.Equal(t, row.want, e.Reason, name)
			assert.NotContains(t, e.Error(), good)
		}
	}
}

func TestTimedSignature_LeavesOtherSchemesAlone(t *testing.T) {
	t.Parallel()
	good := v1("whsec_a")
	for name, header := range map[string]string{
		"a part without a name":  "t=1770091506,v1=" + good + ",x",
		"a part without a value": "x=,t=1770091506,v1=" + good,
		"a scheme in base64":     "t=1770091506,v2=QQ==,v1=" + good,
		"a scheme in quotes":     `t=1770091506,v2="Q;a=b",v1=` + good,
		"a longer name":          "t=1770091506,tt=1,v11=" + v1("whsec_x") + ",v1=" + good,
		"many of other schemes":  "t=1770091506" + strings.Repeat(",v0=00", 30) + ",v1=" + good,
		"many signatures":        "t=1770091506" + strings.Repeat(",v1=00", 7) + ",v1=" + good,
	} {
		assert.Nil(t, signature("whsec_a").Verify(webhook(header)), name)
	}
}

func TestTimedSignature_ReadsTheHeaderInAnyCase(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"acme-signature", "ACME-SIGNATURE", "Acme-signature"} {
		request := webhook()
		request.Headers = map[string][]string{name: {"t=1770091506,v1=" + v1("whsec_a")}}
		assert.Nil(t, signature("whsec_a").Verify(request), name)
		request.Headers["Acme-Signature"] = []string{"t=1770091507"}
		assert.NotNil(t, signature("whsec_a").Verify(request), "two times: "+name)
	}
}

func TestTimedSignature_TriesEverySignatureWithEverySecret(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		secrets, signers []string
		genuine          bool
	}{
		"the old one only":            {[]string{"old"}, []string{"old"}, true},
		"the gateway has both":        {[]string{"old"}, []string{"new", "old"}, true},
		"the host has both, new":      {[]string{"old", "new"}, []string{"new"}, true},
		"the host has both, old":      {[]string{"old", "new"}, []string{"old"}, true},
		"in the order of the other":   {[]string{"old", "new"}, []string{"new", "old"}, true},
		"the host has the new alone":  {[]string{"new"}, []string{"old"}, false},
		"nobody's":                    {[]string{"old", "new"}, []string{"other"}, false},
		"no secret, an empty one's":   {nil, []string{""}, false},
		"the secrets as if one, list": {[]string{"old", "new"}, []string{"old,new"}, false},
	} {
		parts := []string{"t=1770091506"}
		for _, signer := range row.signers {
			parts = append(parts, "v1="+v1(signer))
		}
		e := signature(row.secrets...).Verify(webhook(strings.Join(parts, ",")))
		assert.Equal(t, row.genuine, e == nil, "%s: %v", name, e)
	}
}

func TestTimedSignature_BelievesASignedTimeWithinTheTolerance(t *testing.T) {
	t.Parallel()
	for offset, fresh := range map[time.Duration]bool{
		0: true, time.Minute: true, -time.Minute: true,
		time.Minute + time.Nanosecond: false, -time.Minute - time.Nanosecond: false, 1e6 * time.Hour: false, -1e5 * time.Hour: false,
	} {
		request := webhook("t=1770091506,v1=" + v1("whsec_a"))
		request.ReceivedAt = signedAt.Add(offset)
		e := signature("whsec_a").Verify(request)
		if fresh {
			assert.Nil(t, e, offset)
			continue
		}
		require.ErrorIs(t, e, contract.WebhookSignatureStale, offset)
		assert.Contains(t, e.Message, "clock")

		request.Body = []byte("{}") // with a signature of nobody's, its time is nothing to speak of
		require.ErrorIs(t, signature("whsec_a").Verify(request), contract.WebhookSignatureInvalid, offset)
	}
}

func TestTimedSignature_KnowsOtherSchemesAndSums(t *testing.T) {
	t.Parallel()
	s := signature("whsec_a")
	s.Scheme = "s"
	require.Nil(t, s.Verify(webhook("t=1770091506,s="+v1("whsec_a"))))
	e := s.Verify(webhook("t=1770091506,v1=" + v1("whsec_a")))
	require.ErrorIs(t, e, contract.WebhookSignatureInvalid)
	assert.Contains(t, e.Message, "t=...,s=...")

	s.Sum = func(at string, body []byte, secret contract.Secret) []byte {
		return []byte(at + string(body) + secret.Reveal())
	}
	sum := hex.EncodeToString([]byte(`1770091506{"id":"evt_1"}whsec_a`))
	require.Nil(t, s.Verify(webhook("t=1770091506,s="+sum)))
	require.ErrorIs(t, s.Verify(webhook("t=1770091506,s="+v1("whsec_a"))), contract.WebhookSignatureInvalid)
}

func TestTimedSignature_IsOverTheBytes(t *testing.T) {
	t.Parallel()
	request := webhook("t=1770091506,v1=" + v1("whsec_a"))
	for _, body := range []string{`{"id": "evt_1"}`, `{"id":"evt_1"} `, "\ufeff" + `{"id":"evt_1"}`, ""} {
		request.Body = []byte(body)
		require.ErrorIs(t, signature("whsec_a").Verify(request), contract.WebhookSignatureInvalid)
	}
	for bit := range 8 * len(signedBody) {
		request.Body = []byte(string(signedBody))
		request.Body[bit/8] ^= 1 << (bit % 8)
		require.ErrorIs(t, signature("whsec_a").Verify(request), contract.WebhookSignatureInvalid)
	}
}

// Nothing that was not signed with the secret is genuine.
func FuzzTimedSignature(f *testing.F) {
	good := v1("whsec_a")
	for _, seed := range []string{
		"t=1770091506,v1=" + good, "v1=" + good + ",t=1770091506", "t=1770091506, v1=00,v1=" + good, "t=0,v1=" + good,
		"t=1770091506,v1=" + strings.ToUpper(good), "t=,v1=", "t", ",,,", "t=99999999999,v1=a", "", "t=1770091506,,v1=" + good, "t=1770091506,tt=1,v2=QQ==,x,v1=" + good,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if signature("whsec_a").Verify(webhook(header)) == nil {
			assert.Contains(t, header, good)
			times := slices.DeleteFunc(strings.Split(header, ","), func(part string) bool { return !strings.HasPrefix(strings.Trim(part, " \t"), "t=") })
			require.Len(t, times, 1)
			assert.Equal(t, "t=1770091506", strings.Trim(times[0], " \t"))
		}
	})
}
