package sandbox_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// five makes a charge an hour, five times.
func five(b *bench) []string {
	b.t.Helper()
	var ids []string
	for range 5 {
		ids = append(ids, b.charge().text("id"))
		b.clock.turn(time.Hour)
	}
	return ids
}

func TestListsPageThroughEverythingInEitherOrder(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	ids := five(b)
	assert.Equal(t, ids, b.get("/charges").ok().ids())
	assert.Equal(t, ids[2:4], b.get("/charges?limit=2&offset=2").ok().ids())
	assert.Equal(t, ids[4:], b.get("/charges?limit=2&offset=4").ok().ids())
	assert.Empty(t, b.get("/charges?offset=5").ok().ids())
	assert.Empty(t, b.get("/charges?offset=999999999").ok().ids())
	assert.Empty(t, b.get("/charges?limit=0").ok().ids())
	backwards := slices.Clone(ids)
	slices.Reverse(backwards)
	assert.Equal(t, backwards, b.get("/charges?order=reverse_chronological").ok().ids())
	assert.Equal(t, backwards[1:3], b.get("/charges?order=reverse_chronological&limit=2&offset=1").ok().ids())
	page := b.get("/charges?limit=2&order=chronological").ok()
	assert.Equal(t, "5", page.number("total"))
	assert.Equal(t, "chronological", page.text("order"))
	assert.Nil(t, b.get("/charges").value("order"), "2017 tells no order that was not asked")
	assert.Equal(t, "100", b.get("/charges?limit=5000").ok().number("limit"))
}

func TestListsAreCutByTime(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	ids := five(b) // at 07:14:14, 08:14:14, and so on
	assert.Equal(t, ids[1:], b.get("/charges?from=2017-11-02T08:14:14Z").ok().ids())
	assert.Equal(t, ids[2:], b.get("/charges?from=2017-11-02T08:14:15Z").ok().ids())
	assert.Equal(t, ids[:2], b.get("/charges?to=2017-11-02T08:14:14Z").ok().ids())
	assert.Equal(t, ids[1:2], b.get("/charges?from=2017-11-02T15:00:00%2B07:00&to=2017-11-02T16:00:00%2B07:00").ok().ids())
	assert.Equal(t, ids, b.get("/charges?from=2017-11-02&to=2017-11-03").ok().ids())
	assert.Empty(t, b.get("/charges?from=2017-11-03&to=2017-11-01").ok().ids())
}

func TestListParametersThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	for _, query := range []string{
		"limit=x", "limit=-1", "offset=-1", "offset=1e9", "order=random", "from=yesterday", "to=2017-13-01",
		"limit=99999999999999999999",
	} {
		b.get("/charges?"+query).refused(http.StatusBadRequest, "bad_request")
	}
}

func TestNewestChargesCanBeMissingFromLists(t *testing.T) {
	t.Parallel()
	b := start(t, &sandbox.Options{Dials: sandbox.Dials{ListLag: sandbox.Duration(30 * time.Second)}})
	id := b.charge().text("id")
	assert.Empty(t, b.get("/charges").ok().ids())
	assert.Empty(t, b.get("/search?scope=charge").ok().ids())
	b.get("/charges/" + id).ok()
	b.clock.turn(31 * time.Second)
	assert.Equal(t, []string{id}, b.get("/charges").ok().ids())
	assert.Equal(t, []string{id}, b.get("/search?scope=charge").ok().ids())
}

func TestSearchFindsByQueryAndFilters(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	one := b.charge("description", "Charge for ORDER 3947", "metadata[color]", "pink").text("id")
	two := b.paidCharge("amount", "123450", "metadata[key]", "k-77")
	found := func(query string) []string { return b.get("/search?scope=charge&" + query).ok().ids() }
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
	b.get("/search?scope=charge&filters[shoe_size]=9").refused(http.StatusBadRequest, "invalid_filters")
	b.get("/search?scope=weather").refused(http.StatusBadRequest, "invalid_scope")
	b.get("/search?scope=charge&page=0").refused(http.StatusBadRequest, "invalid_page")
	refund := b.refund(two, "2000", "metadata[k]", "r-1").ok().text("id")
	assert.Equal(t, []string{refund}, b.get("/search?scope=refund&query=r-1").ok().ids())
}

func TestATransactionCanBeAnObjectWhereItIsMostlyAnID(t *testing.T) {
	t.Parallel()
	b := start(t, nil)
	pending := b.charge().text("id")
	id := b.paidCharge()
	transaction := b.get("/charges/" + id).text("transaction")
	for _, version := range []string{"2015-11-17", "2017-11-02", "2019-05-29"} {
		b.version = version
		assert.Equal(t, transaction, b.get("/charges/"+id).text("transaction"))
		expanded := b.get("/charges/" + id + "?expand=true").ok()
		assert.Equal(t, transaction, expanded.text("transaction.id"))
		assert.Equal(t, "96094", expanded.number("transaction.amount"))
		assert.Nil(t, b.get("/charges/"+pending+"?expand=true").ok().value("transaction"))
	}
	found := string(b.get("/search?scope=charge&filters[paid]=yes").ok().body)
	assert.Contains(t, found, `"origin": "`+id+`"`, "2019 expands search results unasked")
	b.version = "2017-11-02"
	assert.Contains(t, string(b.get("/search?scope=charge").ok().body), `"transaction": "`+transaction+`"`)
}
