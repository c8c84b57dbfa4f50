package web_test

import (
	"html/template"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/web"
)

func TestLanguageOf_TakesTheBestThatTheBrowserAsksFor(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]web.Language{
		"":                               web.English,
		"th":                             web.Thai,
		"th-TH,th;q=0.9,en;q=0.8":        web.Thai,
		"de,fr;q=0.5":                    web.English,
		"zh-CN,zh;q=0.9":                 web.SimplifiedChinese,
		"zh-SG":                          web.SimplifiedChinese,
		"zh":                             web.SimplifiedChinese,
		"zh-TW,zh;q=0.9,en;q=0.1":        web.TraditionalChinese,
		"zh-HK":                          web.TraditionalChinese,
		"zh-Hant":                        web.TraditionalChinese,
		"en-GB;q=0.4, th;q=0.7":          web.Thai,
		"*":                              web.English,
		"not a language;;;,\x01":         web.English,
		strings.Repeat("th-TH,", 10_000): web.English, // more than any browser sends
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Accept-Language", asked)
		assert.Equal(t, want, web.LanguageOf(r), "%.40q", asked)
	}
}

func TestLanguageOf_PrefersWhatWasChosen(t *testing.T) {
	t.Parallel()
	page := template.Must(template.New("page").Parse("x"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang=zh-Hant", nil)
	r.Header.Set("Accept-Language", "th")
	assert.Equal(t, web.TraditionalChinese, web.LanguageOf(r), "it is in the URL")
	w := httptest.NewRecorder()
	web.Render(w, r, http.StatusOK, page, nil, slog.New(slog.DiscardHandler))

	later := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang=klingon", nil)
	later.Header.Set("Accept-Language", "th")
	for _, cookie := range w.Result().Cookies() {
		later.AddCookie(cookie)
	}
	assert.Equal(t, web.TraditionalChinese, web.LanguageOf(later), "it was chosen before")
	later.Header.Del("Cookie")
	later.AddCookie(&http.Cookie{Name: "lang", Value: "klingon"})
	assert.Equal(t, web.Thai, web.LanguageOf(later), "what nobody can read is not chosen")
}

func TestAmount_IsAsItsCurrencyAndLanguageHaveIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		money                   contract.Money
		english, thai           string
		simplified, traditional string
	}{
		{contract.Money{Currency: "THB", MinorUnits: 123_450}, "THB 1,234.50", "1,234.50 บาท", "1,234.50 泰铢", "1,234.50 泰銖"},
		{contract.Money{Currency: "JPY", MinorUnits: 1_000_000}, "JPY 1,000,000", "1,000,000 เยน", "1,000,000 日元", "1,000,000 日圓"},
		{contract.Money{Currency: "CNY", MinorUnits: 7}, "CNY 0.07", "0.07 หยวน", "0.07 人民币元", "0.07 人民幣元"},
		{contract.Money{Currency: "KWD", MinorUnits: 12_345}, "KWD 12.345", "KWD 12.345", "KWD 12.345", "KWD 12.345"},
		{contract.Money{Currency: "HKD", MinorUnits: -99_999}, "HKD −999.99", "−999.99 ดอลลาร์ฮ่องกง", "−999.99 港元", "−999.99 港元"},
		{contract.Money{Currency: "USD", MinorUnits: 0}, "USD 0.00", "0.00 ดอลลาร์สหรัฐ", "0.00 美元", "0.00 美元"},
		{contract.Money{Currency: "THB", MinorUnits: -1 << 63}, "THB −92,233,720,368,547,758.08", "−92,233,720,368,547,758.08 บาท", "−92,233,720,368,547,758.08 泰铢", "−92,233,720,368,547,758.08 泰銖"},
		{contract.Money{}, "–", "–", "–", "–"},
	} {
		assert.Equal(t, c.english, plain(web.English.Amount(c.money)))
		assert.Equal(t, c.thai, plain(web.Thai.Amount(c.money)))
		assert.Equal(t, c.simplified, plain(web.SimplifiedChinese.Amount(c.money)))
		assert.Equal(t, c.traditional, plain(web.TraditionalChinese.Amount(c.money)))
	}
	assert.Contains(t, web.English.Amount(contract.Money{Currency: "XXA", MinorUnits: 5}), "not a currency", "nobody takes it for money")
}

// plain has spaces in place of those at which no line breaks.
func plain(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

func TestMoment_IsAsItsLanguageHasIt(t *testing.T) {
	t.Parallel()
	bangkok, kathmandu := time.FixedZone("", 7*60*60), time.FixedZone("", 5*60*60+45*60)
	at := time.Date(2026, time.December, 31, 17, 5, 59, 0, time.UTC)
	for _, c := range []struct {
		language web.Language
		zone     *time.Location
		want     string
	}{
		{web.English, time.UTC, "31 December 2026, 17:05 (UTC)"},
		{web.English, kathmandu, "31 December 2026, 22:50 (UTC+05:45)"},
		{web.Thai, bangkok, "1 มกราคม 2570 เวลา 00:05 น. (UTC+7)"},
		{web.SimplifiedChinese, bangkok, "2027年1月1日 00:05（UTC+7）"},
		{web.TraditionalChinese, time.FixedZone("", -5*60*60), "2026年12月31日 12:05（UTC-5）"},
	} {
		assert.Equal(t, c.want, c.language.Moment(at.In(c.zone)))
	}
	assert.Equal(t, "–", web.English.Moment(time.Time{}))
}

func TestTexts_FillsPlaceholdersInAndFindsWhatLanguagesMiss(t *testing.T) {
	t.Parallel()
	whole := web.Texts{}
	for _, l := range web.Languages() {
		whole[l] = map[string]string{"least": string(l) + " {amount}, {amount} {method}"}
	}
	assert.Empty(t, whole.Problems())
	assert.Equal(t, "th {method}, {method} x", whole.Text(web.Thai, "least", "amount", "{method}", "method", "x"), "what is filled in is not looked through")

	whole[web.Thai] = map[string]string{"least": "{sum}"}
	whole[web.English]["only"] = "x"
	assert.Len(t, whole.Problems(), 4)
	assert.Equal(t, "nothing", whole.Text(web.Thai, "nothing"))
}

func TestPrivate_LetsNoOtherSiteIn(t *testing.T) {
	t.Parallel()
	reached := 0
	handler := web.Private(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	for site, status := range map[string]int{"same-origin": http.StatusOK, "none": http.StatusOK, "cross-site": http.StatusForbidden, "same-site": http.StatusForbidden} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		r.Header.Set("Sec-Fetch-Site", site)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		assert.Equal(t, status, w.Code, site)
		assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		assert.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
		assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		assert.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe")
	}
	assert.Equal(t, 2, reached)
}

func TestReadForm_ReadsNoMoreThanAForm(t *testing.T) {
	t.Parallel()
	for body, fits := range map[string]bool{"a=1": true, "a=%zz": false, "a=" + strings.Repeat("x", 1<<20): false} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		assert.Equal(t, fits, web.ReadForm(w, r), "%.20s", body)
		assert.Equal(t, fits, w.Code == http.StatusOK)
	}
}

func TestStatic_ServesWhatThereIsForGood(t *testing.T) {
	t.Parallel()
	get := func(address string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		web.Static().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
		return w
	}
	address := web.Asset("style.css")
	require.NotEmpty(t, address)
	found := get(address)
	assert.Equal(t, http.StatusOK, found.Code)
	assert.Contains(t, found.Header().Get("Content-Type"), "text/css")
	assert.Contains(t, found.Header().Get("Cache-Control"), "immutable")
	for _, missing := range []string{"/static/style.css", "/static/", "/static/nothing.css", "/static/style.css?v=0", "/static/x/style.css" + strings.TrimPrefix(address, "/static/style.css")} {
		assert.Equal(t, http.StatusNotFound, get(missing).Code, missing)
	}
	assert.Empty(t, web.Asset("nothing.css"))
}

func TestRender_SendsAWholePageOrNone(t *testing.T) {
	t.Parallel()
	broken := template.Must(template.New("page").Parse("secret beginning {{.Missing.Field}}"))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?lang=th", nil)
	w := httptest.NewRecorder()
	web.Render(w, r, http.StatusOK, broken, web.NewView(r, nil, nil), slog.New(slog.DiscardHandler))
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.NotContains(t, w.Body.String(), "secret")
	assert.Empty(t, w.Result().Cookies())
}

func TestView_LinksToThePageInEachLanguage(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/checkout?tea=2&lang=th", nil)
	var urls []string
	for _, choice := range web.NewView(r, nil, nil).Choices() {
		urls = append(urls, choice.URL)
		assert.Equal(t, choice.Lang == web.Thai, choice.Current)
	}
	assert.Equal(t, []string{"?lang=en&tea=2", "?lang=th&tea=2", "?lang=zh-Hans&tea=2", "?lang=zh-Hant&tea=2"}, urls)
}
