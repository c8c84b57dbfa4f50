package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What Omise's libraries were seen to send.

func TestParams_ReadTheJSONBodyOfAGet(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.charge().text("id")
	assert.Equal(t, id, m.send(http.MethodGet, "/charges/"+id, "application/json", "{}").ok().text("id"))
}

func TestParams_ReadListParametersFromTheBody(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	ids := fiveCharges(m)
	list := m.send(http.MethodGet, "/charges", "application/json",
		`{"limit":2,"offset":1,"from":"1970-01-01T00:00:00Z","order":"reverse_chronological"}`).ok()
	assert.Equal(t, []string{ids[3], ids[2]}, list.ids())
	list = m.send(http.MethodGet, "/charges?limit=5", "application/x-www-form-urlencoded", "limit=1").ok()
	assert.Len(t, list.ids(), 1, "the body wins over the query")
}

func TestParams_AcceptAnEmptyBodyAsJSON(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, body := range []string{"", " ", "{}", "null"} {
		id := m.charge().text("id")
		assert.Equal(t, "expired", m.postJSON("/charges/"+id+"/expire", body).ok().text("status"))
	}
}

func TestParams_AcceptObjectsOfEmptyStrings(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	made := m.postJSON("/sources", `{"type":"alipay","amount":100000,"currency":"THB","barcode":"","email":"","name":"",
		"phone_number":"","store_id":"","store_name":"","terminal_id":"","zero_interest_installments":false,
		"billing":{"country":"","city":"","postal_code":"","state":"","street1":"","street2":""},
		"shipping":{"country":"","city":"","postal_code":"","state":"","street1":"","street2":""},
		"items":null,"platform_type":""}`).ok()
	m.postJSON("/charges", `{"amount":100000,"currency":"THB","source":"`+made.text("id")+`","card":"","customer":"",
		"description":"","ip":"","return_uri":"https://shop.example","metadata":null,"webhook_endpoints":null,
		"expires_at":"","capture":true,"platform_fee":{"fixed":null}}`).ok()
}

// There are libraries that take anything but 200 for an error.
func TestAPI_AnswersEverySuccessWith200(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	id := m.paidCharge()
	assert.Equal(t, http.StatusOK, m.refund(id, "2000").status)
	assert.Equal(t, http.StatusOK, m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").status)
}

func TestCreateCharge_AcceptsAWholeSource(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.version = "2019-05-29"
	source := m.post("/sources", "amount", "100000", "currency", "thb", "type", "alipay").ok()
	made := m.postJSON("/charges", `{"amount":100000,"currency":"thb","return_uri":"https://x.example","source":`+string(source.body)+`}`).ok()
	assert.Equal(t, source.text("id"), made.text("source.id"))
}

func TestAPI_AcceptsASlashAtTheEnd(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	m.charge()
	assert.Len(t, m.get("/charges/").ok().ids(), 1)
}
