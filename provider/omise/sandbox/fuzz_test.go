package sandbox_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// FuzzRequests sends requests of all kinds to the API and its pages. The answer is
// always one of Omise's: never a panic, never a 5xx, and an error object exactly if
// the status is not 200.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/charges", "application/json", `{"amount":1e999,"currency":"thb","source":{"type":"alipay"}}`)
	f.Add("POST", "/charges", "application/x-www-form-urlencoded", "amount=100000&currency=thb&source[type]=alipay&return_uri=a:b")
	f.Add("POST", "/charges", "application/x-www-form-urlencoded", "source[]=x&source[a]=y&amount[]=1&currency[x]=thb")
	f.Add("POST", "/sources", "application/json", `{"amount":"9223372036854775808","currency":"THB","type":["alipay"]}`)
	f.Add("GET", "/charges?limit=-1&offset=99999999999999999999&from=%00&order[]=x", "", "")
	f.Add("GET", "/search?scope=charge&filters[amount][x]=1&page=2147483647&per_page=1", "", "")
	f.Add("GET", "/charges/%2e%2e%2f/refunds/%00", "application/json", "[]")
	f.Add("PATCH", "/charges/chrg_test_1", "application/json", `{"metadata":"\ud800"}`)
	f.Add("POST", "/offsites/ofsp_test_1/pay", "application/x-www-form-urlencoded", "outcome=succeeded;%zz")
	f.Add("POST", "/charges", "multipart/form-data; boundary=x", "--x\r\n\r\n--x--")
	f.Add("DELETE", "//", "a/b;c", "\xff")
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		omise, err := sandbox.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer omise.Close()
		request := requestOf(method, target, contentType, body)
		if request == nil {
			t.Skip("net/http would refuse it")
		}
		request.SetBasicAuth(omise.Credentials().SecretKey, "")
		recorder := httptest.NewRecorder()
		omise.Handler().ServeHTTP(recorder, request)
		checkAnswer(t, recorder)
	})
}

// requestOf returns a request as a server would receive it, or nil.
func requestOf(method, target, contentType, body string) *http.Request {
	if strings.ContainsAny(method, " \t\r\n") || !strings.HasPrefix(target, "/") || !utf8.ValidString(target) {
		return nil
	}
	request, err := http.NewRequest(method, "http://127.0.0.1"+target, strings.NewReader(body)) //nolint:noctx // never sent
	if err != nil {
		return nil
	}
	request.RequestURI = target
	request.Header.Set("Content-Type", contentType)
	return request
}

func checkAnswer(t *testing.T, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code >= http.StatusInternalServerError {
		t.Fatalf("status %d: %s", got.Code, got.Body)
	}
	if !strings.HasPrefix(got.Header().Get("Content-Type"), "application/json") {
		return // a page
	}
	var answer struct{ Object, Code, Message, Location string }
	if err := json.Unmarshal(got.Body.Bytes(), &answer); err != nil {
		t.Fatalf("not JSON: %v: %s", err, got.Body)
	}
	isError := answer.Object == "error"
	if isError != (got.Code != http.StatusOK) {
		t.Fatalf("status %d with %s", got.Code, got.Body)
	}
	if isError && (answer.Code == "" || answer.Message == "" || answer.Location == "") {
		t.Fatalf("an error that does not say what is wrong: %s", got.Body)
	}
}

// FuzzDials reads dials from anything.
func FuzzDials(f *testing.F) {
	f.Add([]byte(`{"api_version":"2019-05-29","trouble":{"seed":"x","long_ids":true},"list_lag":"1m"}`))
	f.Add([]byte(`{"list_lag":"9999999999999h"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, document []byte) {
		dials, err := sandbox.ReadDials(document)
		if err != nil {
			return
		}
		again, err := json.Marshal(dials)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sandbox.ReadDials(again); err != nil {
			t.Fatalf("what was read cannot be read again: %v: %s", err, again)
		}
	})
}
