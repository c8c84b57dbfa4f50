package sandbox_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// five makes a charge an hour, five times.
func fiveCharges(m *merchant) []string {
	m.t.Helper()
	var ids []string
	for range 5 {
		ids = append(ids, m.charge().text("id"))
		m.clock.advance(time.Hour)
	}
	return ids
}

func TestList_PagesThroughEverythingInEitherOrder(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	ids := fiveCharges(m)
	assert.Equal(t, ids, m.get("/charges").ok().ids())
	assert.Equal(t, ids[2:4], m.get("/charges?limit=2&offset=2").ok().ids())
	assert.Equal(t, ids[4:], m.get("/charges?limit=2&offset=4").ok().ids())
	assert.Empty(t, m.get("/charges?offset=5").ok().ids())
	assert.Empty(t, m.get("/charges?offset=999999999").ok().ids())
	assert.Empty(t, m.get("/charges?limit=0").ok().ids())
	backwards := slices.Clone(ids)
	slices.Reverse(backwards)
	assert.Equal(t, backwards, m.get("/charges?order=reverse_chronological").ok().ids())
	assert.Equal(t, backwards[1:3], m.get("/charges?order=reverse_chronological&limit=2&offset=1").ok().ids())
	page := m.get("/charges?limit=2&order=chronological").ok()
	assert.Equal(t, "5", page.number("total"))
	assert.Equal(t, "chronological", page.text("order"))
	assert.Nil(t, m.get("/charges").value("order"), "in 2017 the order is null unless it was asked for")
	assert.Equal(t, "100", m.get("/charges?limit=5000").ok().number("limit"))
}

func TestList_IsLimitedByTime(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	ids := fiveCharges(m) // at 07:14:14, 08:14:14, and so on
	assert.Equal(t, ids[1:], m.get("/charges?from=2017-11-02T08:14:14Z").ok().ids())
	assert.Equal(t, ids[2:], m.get("/charges?from=2017-11-02T08:14:15Z").ok().ids())
	assert.Equal(t, ids[:2], m.get("/charges?to=2017-11-02T08:14:14Z").ok().ids())
	assert.Equal(t, ids[1:2], m.get("/charges?from=2017-11-02T15:00:00%2B07:00&to=2017-11-02T16:00:00%2B07:00").ok().ids())
	assert.Equal(t, ids, m.get("/charges?from=2017-11-02&to=2017-11-03").ok().ids())
	assert.Empty(t, m.get("/charges?from=2017-11-03&to=2017-11-01").ok().ids())
}

func TestList_RefusesInvalidParameters(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	for _, query := range []string{
		"limit=x", "limit=-1", "offset=-1", "offset=1e9", "order=random", "from=yesterday", "to=2017-13-01",
		"limit=99999999999999999999",
	} {
		m.get("/charges?"+query).refused(http.StatusBadRequest, "bad_request")
	}
}

func TestList_LacksTheNewestWhereTheDialSaysSo(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{ListLag: sandbox.Duration(30 * time.Second)}})
	id := m.charge().text("id")
	assert.Empty(t, m.get("/charges").ok().ids())
	assert.Empty(t, m.get("/search?scope=charge").ok().ids())
	m.get("/charges/" + id).ok()
	m.clock.advance(31 * time.Second)
	assert.Equal(t, []string{id}, m.get("/charges").ok().ids())
	assert.Equal(t, []string{id}, m.get("/search?scope=charge").ok().ids())
}

func TestList_HasWhatOthersSell(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{MaxCharges: 1600, Dials: sandbox.Dials{Others: 10, ListTakes: sandbox.Duration(20 * time.Millisecond)}})
	began := time.Now()
	assert.Equal(t, "0", m.get("/charges").ok().number("total"), "from the first request on")
	assert.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond)
	id := m.charge().text("id")
	m.clock.advance(time.Minute)
	page := m.get("/charges?limit=100").ok()
	assert.Equal(t, "601", page.number("total"))
	assert.Equal(t, id, page.ids()[0], "theirs were made after it")
	assert.Equal(t, "601", m.get("/charges").ok().number("total"), "no more as long as the clock stands")
	m.clock.advance(30 * 24 * time.Hour)
	total, err := strconv.Atoi(m.get("/charges").ok().number("total"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, total, 1500, "as many as are kept; a sixteenth is dropped at once")
}

func TestSearch_FindsByQueryAndFilters(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	one := m.charge("description", "Charge for ORDER 3947", "metadata[color]", "pink").text("id")
	two := m.paidCharge("amount", "123450", "metadata[key]", "k-77")
	found := func(query string) []string { return m.get("/search?scope=charge&" + query).ok().ids() }
	assert.Equal(t, []string{one, two}, found(""))
	assert.Equal(t, []string{two, one}, found("order=reverse_chronological"))
	assert.Equal(t, []string{one}, found("query=order+3947"))
	assert.Equal(t, []string{one}, found("query=pink"))
	assert.Equal(t, []string{two}, found("query=k-77"))
	assert.Equal(t, []string{two}, found("filters[amount]=1234.50"), "in baht, not satang")
	assert.Equal(t, []string{two}, found("filters[paid]=yes"))
	assert.Equal(t, []string{one}, found("filters[paid]=no&filters[status]=pending"))
	assert.Equal(t, []string{one, two}, found("filters[created]=2017-11-02"))
	assert.Equal(t, []string{two}, found("per_page=1&page=2"))
	assert.Empty(t, found("page=9"))
	m.get("/search?scope=charge&filters[shoe_size]=9").refused(http.StatusBadRequest, "invalid_filters")
	m.get("/search?scope=weather").refused(http.StatusBadRequest, "invalid_scope")
	m.get("/search?scope=charge&page=0").refused(http.StatusBadRequest, "invalid_page")
	refund := m.refund(two, "2000", "metadata[k]", "r-1").ok().text("id")
	assert.Equal(t, []string{refund}, m.get("/search?scope=refund&query=r-1").ok().ids())
}

func TestTransaction_IsExpandedOnRequest(t *testing.T) {
	t.Parallel()
	m := start(t, nil)
	pending := m.charge().text("id")
	id := m.paidCharge()
	transaction := m.get("/charges/" + id).text("transaction")
	for _, version := range []string{"2015-11-17", "2017-11-02", "2019-05-29"} {
		m.version = version
		assert.Equal(t, transaction, m.get("/charges/"+id).text("transaction"))
		expanded := m.get("/charges/" + id + "?expand=true").ok()
		assert.Equal(t, transaction, expanded.text("transaction.id"))
		assert.Equal(t, "96094", expanded.number("transaction.amount"))
		assert.Nil(t, m.get("/charges/"+pending+"?expand=true").ok().value("transaction"))
	}
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		m.version = version
		assert.Contains(t, string(m.get("/search?scope=charge").ok().body), `"transaction": "`+transaction+`"`)
		assert.Contains(t, string(m.get("/search?scope=charge&expand=true").ok().body), `"id": "`+transaction+`"`)
	}
}

func TestTransaction_IsExpandedInSearchResultsByTrouble(t *testing.T) {
	t.Parallel()
	m := startWithTrouble(t, sandbox.Trouble{ExpandedSearch: true})
	id := m.paidCharge()
	for version, expanded := range map[string]bool{"2017-11-02": false, "2019-05-29": true} {
		m.version = version
		found := string(m.get("/search?scope=charge&filters[paid]=yes").ok().body)
		assert.Equal(t, expanded, strings.Contains(found, `"origin": "`+id+`"`), version)
	}
}
