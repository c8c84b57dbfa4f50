package omise_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// The vector was computed with openssl dgst -sha256 -mac HMAC.
const (
	vectorSecret    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	vectorTimestamp = "1700000000"
	vectorBody      = `{"object":"event","id":"evnt_test_1","key":"charge.complete","data":{"object":"charge","id":"chrg_test_1"}}`
	vectorSignature = "f8ce52289fed659dda0bb7fe911ae536dd17c7474f761722ba0e6e3415cf0607"
)

var vectorTime = time.Unix(1700000000, 0)

func verifier(tb testing.TB, tolerance time.Duration, secrets ...string) *omise.Verifier {
	tb.Helper()
	hidden := make([]omise.Secret, 0, len(secrets))
	for _, secret := range secrets {
		hidden = append(hidden, omise.NewSecret(secret))
	}
	made, err := omise.NewVerifier(hidden, tolerance)
	require.NoError(tb, err)
	return made
}

// sign returns the signature of the vector's body at another time or with another secret.
func sign(tb testing.TB, secret, timestamp string) string {
	tb.Helper()
	key, err := base64.StdEncoding.DecodeString(secret)
	require.NoError(tb, err)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + "." + vectorBody))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestVerify_AcceptsAKnownSignature(t *testing.T) {
	t.Parallel()
	v := verifier(t, 0, vectorSecret)
	require.NoError(t, v.Verify([]string{vectorSignature}, []string{vectorTimestamp}, []byte(vectorBody), vectorTime))
}

func TestSign_MakesTheGatewaysSignatureByTheFirstSecret(t *testing.T) {
	t.Parallel()
	v := verifier(t, 0, vectorSecret, base64.StdEncoding.EncodeToString([]byte("the one before")))
	headers := v.Sign([]byte(vectorBody), vectorTime.Add(999*time.Millisecond).In(time.FixedZone("ICT", 7*3600)))
	assert.Equal(t, http.Header{omise.SignatureHeader: {vectorSignature}, omise.TimestampHeader: {vectorTimestamp}}, headers)
	require.NoError(t, v.Verify(headers[omise.SignatureHeader], headers[omise.TimestampHeader], []byte(vectorBody), vectorTime))
	require.Error(t, v.Verify(headers[omise.SignatureHeader], headers[omise.TimestampHeader], []byte(vectorBody+" "), vectorTime))
}

func TestVerify_TriesAllSecretsAndSignatures(t *testing.T) {
	t.Parallel()
	other := base64.StdEncoding.EncodeToString([]byte("another secret"))
	otherSignature := sign(t, other, vectorTimestamp)
	foreign := strings.Repeat("0", 64)
	for name, row := range map[string]struct{ secrets, signatures []string }{
		"new secret first":     {[]string{vectorSecret, other}, []string{otherSignature}},
		"old secret first":     {[]string{other, vectorSecret}, []string{otherSignature}},
		"two signatures":       {[]string{vectorSecret}, []string{otherSignature + "," + vectorSignature}},
		"a space between":      {[]string{vectorSecret}, []string{vectorSignature + ", " + otherSignature}},
		"two headers":          {[]string{other}, []string{foreign, otherSignature}},
		"both know both":       {[]string{vectorSecret, other}, []string{vectorSignature + "," + otherSignature}},
		"a comma at the end":   {[]string{vectorSecret}, []string{vectorSignature + ","}},
		"eight are few enough": {[]string{vectorSecret}, []string{strings.Repeat(foreign+",", 7) + vectorSignature}},
	} {
		v := verifier(t, 0, row.secrets...)
		require.NoError(t, v.Verify(row.signatures, []string{vectorTimestamp}, []byte(vectorBody), vectorTime), name)
	}
}

func TestVerify_RefusesAnInvalidSignature(t *testing.T) {
	t.Parallel()
	rawSecret := hmac.New(sha256.New, []byte(vectorSecret))
	rawSecret.Write([]byte(vectorTimestamp + "." + vectorBody))
	binary, err := hex.DecodeString(vectorSignature)
	require.NoError(t, err)
	for name, row := range map[string]struct{ signature, timestamp, body string }{
		"another body":          {vectorSignature, vectorTimestamp, vectorBody + " "},
		"another time":          {vectorSignature, "1700000001", vectorBody},
		"a zero before it":      {vectorSignature, "01700000000", vectorBody},
		"capitals":              {strings.ToUpper(vectorSignature), vectorTimestamp, vectorBody},
		"cut":                   {vectorSignature[:63], vectorTimestamp, vectorBody},
		"longer":                {vectorSignature + "0", vectorTimestamp, vectorBody},
		"in base64":             {base64.StdEncoding.EncodeToString(binary), vectorTimestamp, vectorBody},
		"with a version":        {"v1=" + vectorSignature, vectorTimestamp, vectorBody},
		"secret not decoded":    {hex.EncodeToString(rawSecret.Sum(nil)), vectorTimestamp, vectorBody},
		"nine signatures":       {strings.Repeat(vectorSignature+",", 9), vectorTimestamp, vectorBody},
		"a time with a sign":    {vectorSignature, "+1700000000", vectorBody},
		"a time in hexadecimal": {vectorSignature, "0x6553f100", vectorBody},
		"a time too long":       {vectorSignature, strings.Repeat("9", 400), vectorBody},
		"a blank time":          {vectorSignature, "", vectorBody},
		"an end of line":        {vectorSignature, vectorTimestamp + "\n", vectorBody},
	} {
		err := verifier(t, 0, vectorSecret).Verify([]string{row.signature}, []string{row.timestamp}, []byte(row.body), vectorTime)
		require.ErrorIs(t, err, omise.ErrSignatureInvalid, name)
	}
	err = verifier(t, 0, vectorSecret).Verify([]string{vectorSignature}, []string{vectorTimestamp, vectorTimestamp}, []byte(vectorBody), vectorTime)
	require.ErrorIs(t, err, omise.ErrSignatureInvalid, "which of two times was signed?")
}

func TestVerify_RefusesAMissingSignatureOrTime(t *testing.T) {
	t.Parallel()
	v := verifier(t, 0, vectorSecret)
	for name, row := range map[string]struct{ signatures, timestamps []string }{
		"neither":         {nil, nil},
		"no signature":    {nil, []string{vectorTimestamp}},
		"blank signature": {[]string{" , "}, []string{vectorTimestamp}},
		"no time":         {[]string{vectorSignature}, nil},
	} {
		err := v.Verify(row.signatures, row.timestamps, []byte(vectorBody), vectorTime)
		require.ErrorIs(t, err, omise.ErrSignatureMissing, name)
	}
}

func TestVerify_RefusesAStaleSignature(t *testing.T) {
	t.Parallel()
	v := verifier(t, time.Minute, vectorSecret)
	for offset, want := range map[time.Duration]error{
		0: nil, time.Minute: nil, -time.Minute: nil,
		time.Minute + time.Millisecond: omise.ErrSignatureStale, -time.Minute - time.Millisecond: omise.ErrSignatureStale,
		24 * time.Hour: omise.ErrSignatureStale, -200 * 365 * 24 * time.Hour: omise.ErrSignatureStale,
	} {
		err := v.Verify([]string{vectorSignature}, []string{vectorTimestamp}, []byte(vectorBody), vectorTime.Add(offset))
		require.ErrorIs(t, err, want, offset)
	}
	far := strconv.FormatInt(999_999_999_999, 10)
	err := v.Verify([]string{sign(t, vectorSecret, far)}, []string{far}, []byte(vectorBody), vectorTime)
	require.ErrorIs(t, err, omise.ErrSignatureStale)
	err = v.Verify([]string{strings.Repeat("0", 64)}, []string{"1"}, []byte(vectorBody), vectorTime)
	require.ErrorIs(t, err, omise.ErrSignatureInvalid, "only a genuine signature can be stale")
}

func TestNewVerifier_RefusesUnusableSecrets(t *testing.T) {
	t.Parallel()
	_, err := omise.NewVerifier(nil, 0)
	require.Error(t, err)
	for _, secret := range []string{"", "    ", "not base64 5canary!", "MDEy_zQ1", "MDE", "MDEyMzQ1====", vectorSecret[:43]} {
		_, err := omise.NewVerifier([]omise.Secret{omise.NewSecret(vectorSecret), omise.NewSecret(secret)}, 0)
		require.ErrorContains(t, err, "webhook secret 2", secret)
		requireNoSecrets(t, err.Error())
	}
	_, err = omise.NewVerifier([]omise.Secret{omise.NewSecret(vectorSecret)}, -time.Second)
	assert.Error(t, err)
}

func FuzzSignature(f *testing.F) {
	f.Add(vectorSignature, vectorTimestamp, []byte(vectorBody))
	f.Add(vectorSignature+","+vectorSignature, vectorTimestamp, []byte(vectorBody))
	f.Add(",,", "99999999999999999999", []byte{})
	f.Add("v1="+vectorSignature, "-1", []byte("{}"))
	v := verifier(f, time.Hour, vectorSecret)
	f.Fuzz(func(t *testing.T, signature, timestamp string, body []byte) {
		err := v.Verify([]string{signature}, []string{timestamp}, body, vectorTime)
		if err == nil && (timestamp != vectorTimestamp || string(body) != vectorBody || !strings.Contains(signature, vectorSignature)) {
			t.Fatal("a forgery was accepted")
		}
		requireNoSecrets(t, errorText(err))
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
