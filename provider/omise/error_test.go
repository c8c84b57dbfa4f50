package omise_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

const htmlPage = "<html><body>502 Bad Gateway</body></html>"

// answerOfKind is an answer of the gateway, and what the client makes of it.
type answerOfKind struct {
	reply reply
	kind  omise.Kind
	code  string
}

func TestClient_GivesEveryAnswerItsKind(t *testing.T) {
	t.Parallel()
	requireKinds(t, map[string]answerOfKind{
		"400 bad_request":     {errorAnswer(400, "bad_request"), omise.KindRefused, "bad_request"},
		"400 invalid_charge":  {errorAnswer(400, "invalid_charge"), omise.KindRefused, "invalid_charge"},
		"400 unheard of":      {errorAnswer(400, "brand_new"), omise.KindRefused, "brand_new"},
		"400 backend_error":   {errorAnswer(400, "backend_error"), omise.KindFault, "backend_error"},
		"400 from a proxy":    {answer(400, "", htmlPage), omise.KindRefused, ""},
		"400 of another form": {answer(400, "", `{"error":"backend_error"}`), omise.KindRefused, ""},
		"400 cut short":       {answer(400, "", `{"object":"error","code":"backe`), omise.KindMalformed, ""},
		"400, odd texts":      {answer(400, "", "{\"object\":\"error\",\"code\":\"bad_request\",\"message\":\"\xff\"}"), omise.KindRefused, "bad_request"},
		"400 twice":           {answer(400, "", `{"object":"error","code":"bad_request","code":"backend_error"}`), omise.KindMalformed, ""},
		"401":                 {errorAnswer(401, "authentication_failure"), omise.KindUnauthorized, "authentication_failure"},
		"401 from a proxy":    {answer(401, "", htmlPage), omise.KindUnauthorized, ""},
		"403":                 {errorAnswer(403, "authentication_failure"), omise.KindUnauthorized, "authentication_failure"},
		"404":                 {errorAnswer(404, "not_found"), omise.KindNotFound, "not_found"},
		"404 from a proxy":    {answer(404, "", htmlPage), omise.KindRefused, ""},
		"404 cut short":       {answer(404, "", `{"object":"error","code":"not_found","mess`), omise.KindRefused, ""},
		"404, odd texts":      {answer(404, "", "{\"object\":\"error\",\"code\":\"not_found\",\"message\":\"\xff\"}"), omise.KindNotFound, "not_found"},
		"404 of another form": {answer(404, "", `{"object":["error"],"code":"not_found"}`), omise.KindRefused, ""},
		"408":                 {errorAnswer(408, ""), omise.KindTimeout, ""},
		"409":                 {errorAnswer(409, ""), omise.KindConflict, ""},
		"422":                 {errorAnswer(422, "failed_refund"), omise.KindRefused, "failed_refund"},
		"422 without a word":  {answer(422, "", ""), omise.KindRefused, ""},
		"424":                 {answer(424, "", ""), omise.KindFault, ""},
		"425":                 {answer(425, "", ""), omise.KindConflict, ""},
		"429":                 {answer(429, "", ""), omise.KindRateLimited, ""},
		"500":                 {errorAnswer(500, ""), omise.KindFault, ""},
		"502 from a proxy":    {answer(502, "", htmlPage), omise.KindFault, ""},
		"503":                 {answer(503, "", ""), omise.KindFault, ""},
		"599":                 {answer(599, "", ""), omise.KindFault, ""},
		"302":                 {answer(302, headers("Location: https://elsewhere.example/"), ""), omise.KindMalformed, ""},
		"304":                 {raw("HTTP/1.1 304 Not Modified\r\n\r\n"), omise.KindMalformed, ""},
		"204":                 {raw("HTTP/1.1 204 No Content\r\n\r\n"), omise.KindMalformed, ""},
	})
}

func TestClient_GivesEveryUnreadableAnswerItsKind(t *testing.T) {
	t.Parallel()
	requireKinds(t, map[string]answerOfKind{
		"error inside a 200":    {errorAnswer(200, "invalid_charge"), omise.KindMalformed, "invalid_charge"},
		"a refusal, odd texts":  {answer(400, "", "{\"object\":\"error\",\"code\":\"failed_refund\",\"message\":\"\xff\\ud800\",\"location\":7}"), omise.KindRefused, "failed_refund"},
		"a message of no text":  {answer(400, "", `{"object":"error","code":"invalid_charge","message":{"en":"x"}}`), omise.KindRefused, "invalid_charge"},
		"html":                  {ok(htmlPage), omise.KindMalformed, ""},
		"empty":                 {ok(""), omise.KindMalformed, ""},
		"half a charge":         {ok(`{"object":"charge","id":"chrg_tes`), omise.KindMalformed, ""},
		"two charges":           {ok(`{"object":"charge"}{"object":"charge"}`), omise.KindMalformed, ""},
		"an array":              {ok(`[]`), omise.KindMalformed, ""},
		"null":                  {ok(`null`), omise.KindMalformed, ""},
		"another object":        {ok(testdata(t, "source_2017.json")), omise.KindMalformed, ""},
		"a deep nest":           {ok(strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40)), omise.KindMalformed, ""},
		"a bottomless nest":     {ok(strings.Repeat(`[`, 100_000)), omise.KindMalformed, ""},
		"more than a megabyte":  {ok(`{"object":"charge","x":"` + strings.Repeat("x", 1<<20) + `"}`), omise.KindMalformed, ""},
		"a header of 128 KiB":   {answer(200, headers("X: "+strings.Repeat("x", 128<<10)), "{}"), omise.KindLost, ""},
		"not HTTP":              {writeAndClose("5canary speaks no HTTP\r\n\r\n"), omise.KindLost, ""},
		"gzip nobody asked for": {answer(200, headers("Content-Encoding: gzip"), "\x1f\x8b\x08"), omise.KindMalformed, ""},
	})
}

func requireKinds(t *testing.T, rows map[string]answerOfKind) {
	t.Helper()
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := listen(t, row.reply)
			_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
			failed := errorOf(t, err)
			assert.Equal(t, row.kind, failed.Kind, err)
			assert.Equal(t, row.code, failed.Code)
			assert.True(t, failed.Sent)
			assert.NotContains(t, err.Error(), "html")
			requireNoSecrets(t, err.Error())
		})
	}
}

func TestCreateCharge_IgnoresAWrongContentType(t *testing.T) {
	t.Parallel()
	body := testdata(t, "charge_pending_2019.json")
	_, base := listen(t, writeAndClose("HTTP/1.1 201 Created\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"+body))
	charge, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
	require.NoError(t, err)
	assert.Equal(t, chargeID, charge.ID)
}

func TestClient_RefusesTheAnswerToAnotherRequest(t *testing.T) {
	t.Parallel()
	body := testdata(t, "charge_pending_2019.json")
	refund := testdata(t, "refund_2019.json")
	for name, row := range map[string]struct{ operation, body string }{
		"an amount in a text":     {"create_charge", strings.Replace(body, `"amount": 1000000`, `"amount": "1000000"`, 1)},
		"a flag in a text":        {"retrieve_charge", strings.Replace(body, `"paid": false`, `"paid": "false"`, 1)},
		"a stub":                  {"create_charge", `{"object":"charge","id": "chrg_test_1","deleted":true}`},
		"another amount":          {"create_charge", strings.Replace(body, `"amount": 1000000`, `"amount": 1000001`, 1)},
		"another currency":        {"create_charge", strings.Replace(body, `"currency": "THB"`, `"currency": "USD"`, 1)},
		"live for a test key":     {"create_charge", strings.Replace(body, `"livemode": false`, `"livemode": true`, 1)},
		"another charge":          {"retrieve_charge", strings.Replace(body, chargeID, "chrg_test_another", 1)},
		"a source of another sum": {"create_source", `{"object":"source","id": "src_test_1","type":"alipay","amount":1,"currency":"thb"}`},
		"a source of no sum":      {"create_source", `{"object":"source","id": "src_test_1","type":"alipay","currency":"thb"}`},
		"another refund":          {"retrieve_refund", strings.Replace(refund, refundID, "rfnd_test_another", 1)},
		"a refund of another sum": {"create_refund", strings.Replace(refund, `"amount": 400000`, `"amount": 4000000`, 1)},
		"a refund of another":     {"create_refund", strings.ReplaceAll(refund, chargeID, "chrg_test_another")},
		"another's refund":        {"retrieve_refund", strings.ReplaceAll(refund, chargeID, "chrg_test_another")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, base := listen(t, ok(row.body))
			for _, o := range operations() {
				if o.name != row.operation {
					continue
				}
				failed := errorOf(t, o.call(t.Context(), client(t, base, nil)))
				assert.Equal(t, omise.KindMalformed, failed.Kind)
				assert.True(t, failed.Sent)
				assert.Equal(t, http.StatusOK, failed.HTTPStatus)
				assert.Contains(t, row.body, `"id": "`+failed.Remnant.ID+`"`, "what was made is named")
				assert.NotEmpty(t, failed.Remnant.ID)
			}
		})
	}
}

func TestError_HasTheGatewaysTextOnOneLine(t *testing.T) {
	t.Parallel()
	hostile := `amount is wrong\r\n\u001b[31mlevel=error\u202e for ` + secretKey + ` ` + strings.Repeat("é", 300)
	_, base := listen(t, answer(400, headers("X-Request-Id: 7f0c"), `{"object":"error","code":"bad\nrequest","message":"`+hostile+`"}`))
	_, err := client(t, base, nil).CreateCharge(t.Context(), newCharge())
	failed := errorOf(t, err)
	assert.Equal(t, "badrequest", failed.Code)
	assert.Equal(t, "7f0c", failed.RequestID)
	assert.LessOrEqual(t, len(failed.Message), 256)
	assert.True(t, strings.HasPrefix(failed.Message, "amount is wrong[31mlevel=error for [redacted] é"), failed.Message)
	assert.Equal(t, "omise: create_charge: refused (http 400, badrequest): "+failed.Message, err.Error())
	requireNoSecrets(t, err.Error())
}
