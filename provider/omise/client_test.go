package omise_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/kit/strictjson"
	"github.com/paysocket/paysocket/provider/omise"
)

func TestNew_RefusesKeysOfAnotherFormOrMode(t *testing.T) {
	t.Parallel()
	for _, keys := range [][2]string{
		{"", ""},
		{"pkey_test_1", ""},
		{"skey_test_", ""},
		{"skey_test_1\n", ""},
		{" skey_test_1", ""},
		{"skey_test_1", "skey_test_1"},
		{"skey_test_5canary", "pkey_5canary"},
		{"skey_5canary", "pkey_test_5canary"},
	} {
		_, err := omise.New(omise.Credentials{SecretKey: omise.NewSecret(keys[0]), PublicKey: omise.NewSecret(keys[1])}, nil)
		require.Error(t, err, keys)
		requireNoSecrets(t, err.Error())
	}
}

func TestNew_TakesTheModeFromTheKey(t *testing.T) {
	t.Parallel()
	for keys, live := range map[[2]string]bool{
		{"skey_test_1", ""}:            false,
		{"skey_test_1", "pkey_test_1"}: false,
		{"skey_5test", ""}:             true,
		{"skey_1", "pkey_1"}:           true,
	} {
		made, err := omise.New(omise.Credentials{SecretKey: omise.NewSecret(keys[0]), PublicKey: omise.NewSecret(keys[1])}, nil)
		require.NoError(t, err, keys)
		assert.Equal(t, live, made.Live(), keys)
	}
}

func TestNew_RefusesHarmfulOptions(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]omise.Options{
		"key in clear":         {BaseURL: "http://api.omise.co"},
		"looks like loopback":  {BaseURL: "http://127.0.0.1.example.com"},
		"user in the URL":      {BaseURL: "https://5canary:5canary@api.omise.co"},
		"path":                 {BaseURL: "https://api.omise.co/v1"},
		"query":                {BaseURL: "https://api.omise.co?a=5canary"},
		"no scheme":            {BaseURL: "api.omise.co"},
		"another scheme":       {BaseURL: "ftp://127.0.0.1"},
		"not a URL":            {BaseURL: "https://5canary\x7f"},
		"version is no date":   {APIVersion: "latest"},
		"header in a version":  {APIVersion: "2019-05-29\r\nX: y"},
		"header in user agent": {UserAgent: "a\r\nX: y"},
		"negative timeout":     {ReadTimeout: -1},
		"negative time left":   {MinTimeLeft: -1},
	} {
		_, err := omise.New(testKeys(), &options)
		require.Error(t, err, name)
		requireNoSecrets(t, err.Error())
	}
	for _, base := range []string{"https://api.omise.co/", "http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1"} {
		_, err := omise.New(testKeys(), &omise.Options{BaseURL: base})
		require.NoError(t, err, base)
	}
}

func TestClient_SendsEachRequestAsTheGatewayDocumentsIt(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]received{
		"create_source": {
			method: http.MethodPost, target: "/sources", user: publicKey,
			form: url.Values{"amount": {"1000000"}, "currency": {"thb"}, "type": {"alipay"}},
		},
		"create_charge": {
			method: http.MethodPost, target: "/charges", user: secretKey,
			form: url.Values{
				"amount": {"1000000"}, "currency": {"thb"}, "source": {sourceID},
				"return_uri": {"https://shop.example/done?a=1&b=2"},
			},
		},
		"retrieve_charge": {method: http.MethodGet, target: "/charges/" + chargeID, user: secretKey},
		"expire_charge":   {method: http.MethodPost, target: "/charges/" + chargeID + "/expire", user: secretKey},
		"list_charges":    {method: http.MethodGet, target: "/charges", user: secretKey},
		"create_refund": {
			method: http.MethodPost, target: "/charges/" + chargeID + "/refunds", user: secretKey,
			form: url.Values{"amount": {"400000"}},
		},
		"retrieve_refund":     {method: http.MethodGet, target: "/charges/" + chargeID + "/refunds/" + refundID, user: secretKey},
		"list_refunds":        {method: http.MethodGet, target: "/charges/" + chargeID + "/refunds", user: secretKey},
		"retrieve_event":      {method: http.MethodGet, target: "/events/evnt_test_5fxxkb2o5e4c0yzc0ld", user: secretKey},
		"list_events":         {method: http.MethodGet, target: "/events", user: secretKey},
		"retrieve_capability": {method: http.MethodGet, target: "/capability", user: secretKey},
	} {
		index := slices.IndexFunc(operations(), func(o operation) bool { return o.name == name })
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, base := listen(t, errorAnswer(http.StatusBadRequest, "bad_request"))
			err := operations()[index].call(t.Context(), client(t, base, nil))
			assert.Equal(t, name, errorOf(t, err).Operation)
			require.Len(t, g.received(), 1)
			got := g.received()[0]
			assert.Equal(t, []string{want.method, want.target, want.user}, []string{got.method, got.target, got.user})
			if len(want.form) > 0 || len(got.form) > 0 {
				assert.Equal(t, want.form, got.form)
			}
			assert.Equal(t, "2019-05-29", got.header.Get("Omise-Version"))
			assert.Equal(t, "Paysocket", got.header.Get("User-Agent"))
			assert.Empty(t, got.header.Get("Accept-Encoding"), "gzip would slip past the limit on bodies")
			assert.Empty(t, got.header.Get("Idempotency-Key"), "net/http would send the POST twice by itself")
			if want.method == http.MethodPost {
				assert.Equal(t, "application/x-www-form-urlencoded", got.header.Get("Content-Type"))
			}
		})
	}
}

func TestCreateCharge_MakesSourceAndChargeInOneCall(t *testing.T) {
	t.Parallel()
	g, base := listen(t, ok(testdata(t, "charge_pending_2019.json")))
	charge := newCharge()
	charge.SourceID, charge.Source = "", &omise.NewSource{Type: "alipay_cn", PlatformType: "WEB"}
	charge.Description = "Charge for order 3947"
	charge.Metadata = map[string]string{"payment_key": "a&b=c", "ünïcode": "ค่า", "blank": ""}
	made, err := client(t, base, &omise.Options{APIVersion: "2017-11-02", UserAgent: "Shop/1"}).CreateCharge(t.Context(), charge)
	require.NoError(t, err)
	assert.Equal(t, chargeID, made.ID)
	got := g.received()[0]
	assert.Equal(t, url.Values{
		"amount": {"1000000"}, "currency": {"thb"}, "return_uri": {charge.ReturnURI}, "description": {charge.Description},
		"source[type]": {"alipay_cn"}, "source[platform_type]": {"WEB"},
		"metadata[payment_key]": {"a&b=c"}, "metadata[ünïcode]": {"ค่า"}, "metadata[blank]": {""},
	}, got.form)
	assert.Equal(t, "2017-11-02", got.header.Get("Omise-Version"))
	assert.Equal(t, "Shop/1", got.header.Get("User-Agent"))
}

func TestCreateSource_UsesTheSecretKeyWithoutAPublicOne(t *testing.T) {
	t.Parallel()
	g, base := listen(t, ok(`{"object":"source","id":"src_test_1","type":"alipay","amount":1000000,"currency":"thb"}`))
	c, err := omise.New(omise.Credentials{SecretKey: omise.NewSecret(secretKey)}, &omise.Options{BaseURL: base})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	source, err := c.CreateSource(t.Context(), omise.NewSource{Type: "alipay", Amount: 1000000, Currency: "THB"})
	require.NoError(t, err)
	assert.Equal(t, "src_test_1", source.ID)
	assert.Equal(t, secretKey, g.received()[0].user)
}

func TestListCharges_AsksForAPageAndReadsItsTotal(t *testing.T) {
	t.Parallel()
	g, base := listen(t, ok(testdata(t, "charges_2019.json")))
	from := time.Date(2019, 5, 1, 7, 0, 0, 0, time.FixedZone("ICT", 7*3600))
	page, err := client(t, base, nil).ListCharges(t.Context(), &omise.ListOptions{
		From: from, To: from.AddDate(0, 1, 0), Limit: omise.MaxPageSize, Offset: 20, Order: "reverse_chronological",
	})
	require.NoError(t, err)
	asked, err := url.ParseRequestURI(g.received()[0].target)
	require.NoError(t, err)
	assert.Equal(t, url.Values{
		"from": {"2019-05-01T00:00:00Z"}, "to": {"2019-06-01T00:00:00Z"}, "limit": {"100"}, "offset": {"20"},
		"order": {"reverse_chronological"},
	}, asked.Query())
	assert.Equal(t, []int{22, 20, 2}, []int{page.Total, page.Offset, len(page.Data)})
	assert.Equal(t, "THB", page.Data[1].Currency, "one page may hang charges of two versions")
}

// One object that cannot be read must not hide the others: what is left of it says whose it is.
func TestListCharges_TellsWhatIsLeftOfAnUnreadableCharge(t *testing.T) {
	t.Parallel()
	const readable = `{"object":"charge","id":"chrg_test_1","amount":1,"currency":"THB"}`
	ours := map[string]string{"payment_key": "pay_1"}
	for name, row := range map[string]struct {
		element string
		want    omise.Remnant
	}{
		"no amount":      {`{"object":"charge","id":"chrg_test_2","metadata":{"payment_key":"pay_1"}}`, omise.Remnant{ID: "chrg_test_2", Metadata: ours}},
		"another object": {`{"object":"order","id":"ordr_1"}`, omise.Remnant{ID: "ordr_1"}},
		"an odd amount":  {`{"object":"charge","id":"chrg_test_2","amount":1e3,"metadata":{"payment_key":"pay_1","vip":true}}`, omise.Remnant{ID: "chrg_test_2", Metadata: ours}},
		"an odd refund": {
			`{"object":"charge","id":"chrg_test_2","amount":1,"currency":"thb","source":{"type":"promptpay"},"refunds":{"object":"list","total":1,"data":[7]}}`,
			omise.Remnant{ID: "chrg_test_2", SourceType: "promptpay"},
		},
		"a name twice within": {
			`{"object":"charge","id":"chrg_test_2","offsite":"alipay","metadata":{"payment_key":"pay_1"},"card":{"a":1,"a":2}}`,
			omise.Remnant{ID: "chrg_test_2", SourceType: "alipay", Card: true, Metadata: ours},
		},
		"deep":             {`{"id":"chrg_test_2","x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`, omise.Remnant{ID: "chrg_test_2"}},
		"an odd id":        {`{"object":"charge","id":"../x"}`, omise.Remnant{}},
		"null":             {`null`, omise.Remnant{Problem: strictjson.ErrNotObject}},
		"a text":           {`"chrg_test_2"`, omise.Remnant{Problem: strictjson.ErrNotObject}},
		"a name twice":     {`{"object":"charge","id":"chrg_test_2","amount":1,"amount":2}`, omise.Remnant{Problem: strictjson.ErrDuplicateName}},
		"metadata twice":   {`{"id":"chrg_test_2","metadata":{"a":"1","a":"2"}}`, omise.Remnant{ID: "chrg_test_2", Problem: strictjson.ErrDuplicateName}},
		"metadata no list": {`{"id":"chrg_test_2","metadata":["payment_key"]}`, omise.Remnant{ID: "chrg_test_2", Problem: strictjson.ErrNotObject}},
	} {
		_, base := listen(t, ok(`{"object":"list","total":2,"data":[`+row.element+`,`+readable+`]}`))
		page, err := client(t, base, nil).ListCharges(t.Context(), nil)
		require.NoError(t, err, name)
		assert.Equal(t, []omise.Remnant{row.want}, page.Unreadable, name)
		require.Len(t, page.Data, 1, name)
		assert.Equal(t, "chrg_test_1", page.Data[0].ID, name)
		assert.Equal(t, 2, page.Len(), name)
	}
}

func TestListCharges_RefusesAListOfTheOtherModeWhateverIsInIt(t *testing.T) {
	t.Parallel()
	for _, element := range []string{
		`{"object":"charge","id":"chrg_test_1","amount":1,"currency":"THB"}`, `{"object":"charge","id":"chrg_test_1","amount":"1"}`,
		`{"object":"charge","id":"chrg_test_1"}`,
	} {
		_, base := listen(t, ok(`{"object":"list","livemode":true,"total":1,"data":[`+element+`]}`))
		_, err := client(t, base, nil).ListCharges(t.Context(), nil)
		require.ErrorContains(t, err, "other mode", element)
	}
}

func TestListRefunds_RefusesAPageThatIsNotTheCharges(t *testing.T) {
	t.Parallel()
	refund := testdata(t, "refund_2019.json")
	page := func(total, element string) string {
		return `{"object":"list","total":` + total + `,"data":[` + element + `]}`
	}
	for name, body := range map[string]string{
		"a refund of another charge": page("1", strings.ReplaceAll(refund, chargeID, "chrg_test_another")),
		"a negative total":           page("-1", refund),
		"a total in a text":          page(`"1"`, refund),
		"an offset in a text":        `{"object":"list","total":1,"offset":"1","data":[` + refund + `]}`,
		"a total twice":              `{"object":"list","total":1,"total":1,"data":[` + refund + `]}`,
		"no array":                   `{"object":"list","total":1,"data":{"a":` + refund + `}}`,
	} {
		_, base := listen(t, ok(body))
		_, err := client(t, base, nil).ListRefunds(t.Context(), chargeID, nil)
		assert.Equal(t, omise.KindMalformed, errorOf(t, err).Kind, name)
	}
	_, base := listen(t, ok(page("1", refund)))
	refunds, err := client(t, base, nil).ListRefunds(t.Context(), chargeID, nil)
	require.NoError(t, err)
	assert.Equal(t, refundID, refunds.Data[0].ID)
}

func TestRetrieveCharge_ReturnsTheHeadersOfTheAnswer(t *testing.T) {
	t.Parallel()
	lines := headers("Date: Thu, 23 May 2019 09:00:00 GMT", "X-Request-Id: 7f0c")
	_, base := listen(t, answer(http.StatusOK, lines, testdata(t, "charge_pending_2019.json")))
	charge, err := client(t, base, nil).RetrieveCharge(t.Context(), chargeID)
	require.NoError(t, err)
	assert.Equal(t, omise.Response{Date: time.Date(2019, 5, 23, 9, 0, 0, 0, time.UTC), RequestID: "7f0c"}, charge.Response)
}

func TestRetrieveCapability_ReadsOldAndNewAnswers(t *testing.T) {
	t.Parallel()
	_, base := listen(t, ok(testdata(t, "capability_2019.json")), ok(testdata(t, "capability_2025.json")))
	c := client(t, base, nil)
	old, err := c.RetrieveCapability(t.Context())
	require.NoError(t, err)
	assert.Equal(t, &omise.PaymentMethod{Name: "alipay", Currencies: []string{"THB"}}, old.Method("alipay"))
	assert.Nil(t, old.Method("alipay_cn"))
	assert.Nil(t, old.MinAmount)
	recent, err := c.RetrieveCapability(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "TH", recent.Country)
	assert.Equal(t, [2]*int64{new(int64(2000)), new(int64(15000000))}, [2]*int64{recent.MinAmount, recent.MaxAmount})
}

func TestClient_RefusesArgumentsThatWouldChangeTheRequest(t *testing.T) {
	t.Parallel()
	g, base := listen(t, ok(`{}`))
	c, ctx := client(t, base, nil), t.Context()
	calls := map[string]func() error{
		"no source": func() error { _, err := c.CreateCharge(ctx, omise.NewCharge{Amount: 1}); return err },
		"two sources": func() error {
			_, err := c.CreateCharge(ctx, omise.NewCharge{SourceID: sourceID, Source: &omise.NewSource{}})
			return err
		},
		"source of old": func() error { _, err := c.CreateCharge(ctx, omise.NewCharge{SourceID: chargeID}); return err },
		"nested key": func() error {
			_, err := c.CreateRefund(ctx, chargeID, omise.NewRefund{Metadata: map[string]string{"a][b": ""}})
			return err
		},
		"blank key": func() error {
			_, err := c.CreateCharge(ctx, omise.NewCharge{SourceID: sourceID, Metadata: map[string]string{"": "x"}})
			return err
		},
	}
	for _, id := range []string{"", "chrg_", "chrg_test_", "chrg_1/../2", "chrg_1?expand=true", "chrg_1\n", "CHRG_1", refundID} {
		calls["retrieve "+id] = func() error { _, err := c.RetrieveCharge(ctx, id); return err }
		calls["expire "+id] = func() error { _, err := c.ExpireCharge(ctx, id); return err }
		calls["refund "+id] = func() error { _, err := c.CreateRefund(ctx, id, omise.NewRefund{Amount: 1}); return err }
		calls["refunds "+id] = func() error { _, err := c.ListRefunds(ctx, id, nil); return err }
		calls["refund of "+id] = func() error { _, err := c.RetrieveRefund(ctx, id, refundID); return err }
		calls["record "+id] = func() error { _, err := c.RetrieveEventRecord(ctx, id); return err }
		calls["event "+id] = func() error { _, err := c.RetrieveEvent(ctx, id); return err }
	}
	calls["refund by charge"] = func() error { _, err := c.RetrieveRefund(ctx, chargeID, chargeID); return err }
	for _, name := range slices.Sorted(maps.Keys(calls)) {
		failed := errorOf(t, calls[name]())
		assert.Equal(t, omise.KindInvalid, failed.Kind, name)
		assert.False(t, failed.Sent, name)
	}
	assert.Empty(t, g.received())
}
