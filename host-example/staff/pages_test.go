package staff

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

// TestSearch_ShowsEachPaymentOnOnePage has many payments of one millisecond.
func TestSearch_ShowsEachPaymentOnOnePage(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		var rows []row
		const n = 2*pageLength + 7
		for i := range n {
			rows = append(rows, row{sale: fmt.Sprintf("s-%03d", i), status: "SUCCEEDED", currency: "THB", amount: 100, at: o.clock.Add(-time.Duration(i/60) * time.Millisecond)})
		}
		o.put(rows...)
		seen := map[string]bool{}
		q := &search{}
		for pages := 0; ; pages++ {
			require.Less(o.t, pages, 4)
			found, next, err := o.find(o.t.Context(), q)
			require.NoError(o.t, err)
			for _, p := range found {
				assert.False(o.t, seen[p.Sale], p.Sale)
				seen[p.Sale] = true
			}
			if next == "" {
				break
			}
			query := strings.TrimPrefix(next, "/payments?")
			q = searchOf(parse(o.t, query))
		}
		assert.Len(o.t, seen, n)
	})
}

// wrongSearches are refused. A comma that is no separator of thousands may be meant as a
// decimal point.
var wrongSearches = []search{
	{Amount: "1.234"},
	{Amount: "-1"},
	{Amount: "JPY 1.5"},
	{Amount: "1e3"},
	{Amount: "EUR"},
	{Amount: "1,50"},
	{Amount: "10,5"},
	{Amount: "1,0000"},
	{Amount: "1000,000"},
	{Amount: ",100"},
	{Amount: "100,"},
	{Amount: "1.0,0"},
	{From: "4.3.2026"},
	{From: "2026-03-05", To: "2026-03-04"},
	{From: "2020-01-01"},
	{State: "x' OR 1=1"},
	{Provider: "x' OR 1=1"},
	{ID: "a b"},
	{ID: "a\x00"},
	{After: "x"},
	{After: "1.x'"},
}

func TestSearch_FindsWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		midnight := time.Date(2026, 3, 4, 0, 0, 0, 0, bangkok)
		o.put(
			row{sale: "a", status: "SUCCEEDED", currency: "THB", amount: 100_000, at: midnight},
			row{sale: "b", status: "PENDING", currency: "JPY", amount: 1000, at: midnight.Add(-time.Millisecond)},
			row{sale: "c", status: "FAILED", currency: "USD", amount: 100_000, at: midnight.AddDate(0, 0, -40)},
		)
		for _, c := range []struct {
			search search
			want   string
		}{
			{search{}, "a b"},
			{search{From: "2026-03-04"}, "a"},
			{search{To: "2026-03-03"}, "b"},
			{search{From: "2026-01-01"}, "a b c"},
			{search{ID: "c"}, "c"},
			{search{ID: "pay-b"}, ""}, // no account of the provider is known
			{search{Amount: "1,000.00"}, "a"},
			{search{Amount: "1,000"}, "a"},
			{search{Amount: "jpy 1000"}, "b"},
			{search{Amount: "USD 1000", From: "2026-01-01"}, "c"},
			{search{State: "PENDING"}, "b"},
			{search{Provider: "wallet", State: "SUCCEEDED"}, "a"},
			{search{Provider: "other"}, ""},
			{search{ID: "a", State: "FAILED"}, ""},
		} {
			found, _, err := o.find(o.t.Context(), &c.search)
			require.NoError(o.t, err, "%+v", c.search)
			var sales []string
			for _, p := range found {
				sales = append(sales, p.Sale)
			}
			assert.Equal(o.t, c.want, strings.Join(sales, " "), "%+v", c.search)
		}
		for _, wrong := range wrongSearches {
			_, _, err := o.find(o.t.Context(), &wrong)
			var refused *searchError
			require.ErrorAs(o.t, err, &refused, "%+v", wrong)
		}
	})
}

// TestDay_SumsEachCurrencyByItself has payments that are settled in another currency than
// they were made in.
func TestDay_SumsEachCurrencyByItself(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		at := time.Date(2026, 3, 4, 9, 30, 0, 0, bangkok)
		o.put(
			row{sale: "a", status: "SUCCEEDED", currency: "THB", amount: 100_000, settled: "THB", net: 97_000, fee: 3_000, at: at},
			row{sale: "b", status: "SUCCEEDED", currency: "THB", amount: 50_000, settled: "USD", net: 1_400, fee: 60, at: at},
			row{sale: "c", status: "SUCCEEDED", currency: "JPY", amount: 700, at: at},
			row{sale: "d", status: "PENDING", currency: "THB", amount: 9_000, settled: "THB", net: 8_000, fee: 1_000, at: at},
			row{sale: "e", status: "SUCCEEDED", currency: "THB", amount: 1, settled: "THB", net: 1, at: at.AddDate(0, 0, -1)},
		)
		data := &dayPage{}
		require.NoError(o.t, o.fillDay(o.t.Context(), data, time.Date(2026, 3, 4, 0, 0, 0, 0, bangkok)))
		money := func(currency string, n int64) contract.Money {
			return contract.Money{Currency: currency, MinorUnits: n}
		}
		assert.Equal(o.t, []dayCount{
			{"SUCCEEDED", 1, money("JPY", 700)}, {"SUCCEEDED", 2, money("THB", 150_000)}, {"PENDING", 1, money("THB", 9_000)},
		}, data.Counts)
		assert.ElementsMatch(o.t, []daySettled{
			{1, money("THB", 97_000), money("THB", 3_000)}, {1, money("USD", 1_400), money("USD", 60)},
		}, data.Settled, "a payment that waits is not received")
		assert.Equal(o.t, 1, data.Unsettled)
		assert.Equal(o.t, map[string]int{"SUCCEEDED": 3, "PENDING": 1}, data.Chart.hours[9])
		assert.Len(o.t, data.Chart.Bars(), 2)
	})
}

func TestCSV_IsATableThatRunsNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		require.NoError(o.t, o.addUser(o.t.Context(), "ann", Clerk, secret))
		o.put(
			row{sale: "=cmd|' /C calc'!A0", status: "SUCCEEDED", currency: "THB", amount: 100_000, settled: "USD", net: 2_700, fee: 100, at: o.clock},
			row{sale: "plain, \"quoted\"", status: "PENDING", currency: "JPY", amount: 5, settled: "JPY", net: 4, fee: 1, at: o.clock},
		)
		a := o.send(http.MethodGet, "/day.csv", nil, o.logIn("ann", secret))
		require.Equal(o.t, http.StatusOK, a.status)
		assert.Equal(o.t, strings.Count(a.body, "\n"), strings.Count(a.body, "\r\n"))
		table, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		require.NoError(o.t, err)
		require.Len(o.t, table, 3)
		assert.Equal(o.t, []string{
			"2026-03-04T12:00:00+07:00", "'=cmd|' /C calc'!A0", "1", "wallet", "wallet", "pay-=cmd|' /C calc'!A0", "SUCCEEDED", "THB", "1000.00", "0.00", "USD", "27.00", "1.00",
		}, table[1])
		assert.Equal(o.t, []string{"plain, \"quoted\"", "5", "", "", ""}, slices.Concat(table[2][1:2], table[2][8:9], table[2][10:]))
		for _, text := range []string{"=1", "+1", "-1", "@a", "\tx", "\r=1"} {
			assert.Equal(o.t, "'"+text, cell(text))
		}
		assert.Empty(o.t, cell(""))
	})
}

func TestRefund_IsPossibleUntilTheEndOfItsWindow(t *testing.T) {
	t.Parallel()
	paid := time.Date(2026, 1, 31, 18, 0, 0, 0, time.UTC) // 1 February in Bangkok
	for window, want := range map[contract.RefundWindow]string{
		{Days: 180, Zone: "UTC"}:                       "2026-07-31T00:00:00Z",
		{Months: 1, Zone: "UTC"}:                       "2026-03-01T00:00:00Z",
		{Months: 1, Zone: "Asia/Bangkok"}:              "2026-03-02T00:00:00+07:00",
		{Months: 13, Days: 1, Zone: "UTC"}:             "2027-03-02T00:00:00Z",
		{Zone: "Asia/Bangkok"}:                         "2026-02-02T00:00:00+07:00",
		{Months: 3, Zone: "America/New_York"}:          "2026-05-01T00:00:00-04:00",
		{Months: 12, Days: 365, Zone: "Asia/Shanghai"}: "2028-02-02T00:00:00+08:00",
	} {
		end, err := endOf(&window, paid)
		require.NoError(t, err)
		assert.Equal(t, want, end.Format(time.RFC3339), "%+v", window)
	}
}

func TestAdvice_IsThereForEachAttention(t *testing.T) {
	t.Parallel()
	general := adviceFor("something new")
	for _, attention := range []string{
		"the sale was paid before: refund one of the payments", "it was paid late, after it had been given up", "the gateway says that the refund has failed",
		"the refund was not made: the gateway refused it", "the gateway sent charge.dispute.created at 2026: see its dashboard",
		"an answer is about another payment: amount must be THB 1.00", "wallet does not work for the account of this payment, or has not shown that it does",
		"the gateway does not find it any more, and has had it", "the provider's answers about it cannot be used",
	} {
		assert.NotEmpty(t, adviceFor(attention))
		assert.NotEqual(t, general, adviceFor(attention), attention)
	}
	assert.Empty(t, adviceFor(""))
}

// TestPages_ShowTextsAsTexts has markup wherever a text may come from outside.
func TestPages_ShowTextsAsTexts(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filepath.Join(t.TempDir(), "shop.db"), nil)
	require.NoError(t, o.addUser(t.Context(), "ann", Operator, secret))
	const markup = `<script>alert(1)</script>"'><b onmouseover=x>`
	o.put(row{sale: markup, status: "SUCCEEDED", currency: "THB", amount: 1, at: o.clock})
	_, err := o.db.ExecContext(t.Context(), o.tables(`UPDATE {attempts} SET attention = $1, gateway_id = $1, provider = $1`), markup)
	require.NoError(t, err)
	_, err = o.db.ExecContext(t.Context(), o.tables(`INSERT INTO {strays} (provider, payment_id, key, reference, method, currency, amount, created_at)
		VALUES ($1, $1, $1, $1, $1, 'THB', 1, 1)`), markup)
	require.NoError(t, err)
	require.Error(t, o.providers.Apply(t.Context(), &supervisor.Catalog{Entries: []supervisor.Entry{{
		Name: "wallet", Path: "/nowhere/<script>alert(1)</script>", Mode: contract.ModeTest,
	}}}))
	cookie := o.logIn("ann", secret)
	assert.Contains(t, o.send(http.MethodGet, "/providers", nil, cookie).body, "&lt;script&gt;")
	for _, path := range []string{"/", "/providers", "/payments", "/attention", "/payments?id=%3Cscript%3Ealert(1)", "/payments?amount=%3Cscript%3E", "/day?date=%3Cscript%3E", "/?done=%3Cscript%3E"} {
		a := o.send(http.MethodGet, path, nil, cookie)
		assert.NotContains(t, a.body, "<script", path)
		assert.NotContains(t, a.body, "<b ", path)
	}
}
