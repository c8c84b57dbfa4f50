package staff

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

type dayPage struct {
	page

	Day, Before, After string // dates; After is empty for today
	Chart              *chart
	Counts             []dayCount
	Settled            []daySettled
	Unsettled          int // payments that have succeeded, and of which the gateway has said no settlement
	Attention          int
	Away               []string // providers that do not take calls
	Disabled           []string
	N                  int
}

// dayCount is how many payments of a day have a state, and their sum in one currency.
type dayCount struct {
	State string
	N     int
	Sum   contract.Money
}

// daySettled is what the merchant receives for the payments of a day in one currency.
type daySettled struct {
	N        int
	Net, Fee contract.Money
}

// showDay shows the payments that were begun on a day, by their states of now.
func (s *Staff) showDay(w http.ResponseWriter, r *http.Request, who *session) {
	from, err := s.dayOf(cmp.Or(r.URL.Query().Get("date"), s.today()))
	if wrong, ok := errors.AsType[*searchError](err); ok {
		s.say(w, r, who, http.StatusBadRequest, "There is no such day", wrong.text)
		return
	}
	data := &dayPage{
		page: s.pageOf(r, who, "Payments of "+from.Format("2 January 2006")), Day: from.Format(time.DateOnly), Before: from.AddDate(0, 0, -1).Format(time.DateOnly),
	}
	if data.Day < s.today() {
		data.After = from.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	if err := errors.Join(s.fillDay(r.Context(), data, from), s.fillNow(r.Context(), data)); err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "day", data)
}

func (s *Staff) today() string { return s.now().In(s.options.Zone).Format(time.DateOnly) }

// fillNow sets what is so now, whatever day is shown.
func (s *Staff) fillNow(ctx context.Context, data *dayPage) error {
	overview, err := s.shop.Engine().Overview(ctx)
	if err != nil {
		return err
	}
	data.Attention = overview.Attention
	for _, name := range s.providerNames() {
		if state, listed := s.providers.State(name); listed && state.Status != "READY" {
			data.Away = append(data.Away, name)
		}
	}
	disabled, err := s.shop.Disabled(ctx)
	data.Disabled = namesOf(disabled)
	return err
}

func namesOf(disabled map[string]shop.Disabled) []string {
	var names []string
	for name := range disabled {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s *Staff) fillDay(ctx context.Context, data *dayPage, from time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	until := from.AddDate(0, 0, 1)
	rows, err := s.db.QueryContext(ctx, s.tables(`SELECT (created_at - $1) / 3600000, status, released, currency, count(*), CAST(sum(amount) AS BIGINT)
		FROM {attempts} WHERE created_at >= $1 AND created_at < $2 AND operation = 'CREATE_PAYMENT' GROUP BY 1, 2, 3, 4`), from.UnixMilli(), until.UnixMilli())
	if err != nil {
		return fmt.Errorf("counting the payments of a day: %w", err)
	}
	defer func() { _ = rows.Close() }()
	data.Chart = newChart(from, until)
	counts := map[[2]string]*dayCount{}
	for rows.Next() {
		var hour, n int
		var status sql.NullString
		var released bool
		var sum contract.Money
		if err := rows.Scan(&hour, &status, &released, &sum.Currency, &n, &sum.MinorUnits); err != nil {
			return fmt.Errorf("counting the payments of a day: %w", err)
		}
		state := stateOf(contract.PaymentStatus(status.String), released)
		data.Chart.add(hour, state, n)
		data.N += n
		of := [2]string{state, sum.Currency}
		if counts[of] == nil {
			counts[of] = &dayCount{State: state, Sum: contract.Money{Currency: sum.Currency}}
		}
		counts[of].N += n
		counts[of].Sum.MinorUnits += sum.MinorUnits
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("counting the payments of a day: %w", err)
	}
	for _, c := range counts {
		data.Counts = append(data.Counts, *c)
	}
	order := states()
	slices.SortFunc(data.Counts, func(a, b dayCount) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.State), slices.Index(order, b.State)), cmp.Compare(a.Sum.Currency, b.Sum.Currency))
	})
	return s.fillSettled(ctx, data, from, until)
}

// fillSettled sums what the merchant receives, for each currency by itself.
func (s *Staff) fillSettled(ctx context.Context, data *dayPage, from, until time.Time) error {
	rows, err := s.db.QueryContext(ctx, s.tables(`SELECT settlement_currency, count(*), CAST(sum(settlement_net) AS BIGINT), CAST(sum(settlement_fee) AS BIGINT)
		FROM {attempts} WHERE created_at >= $1 AND created_at < $2 AND operation = 'CREATE_PAYMENT' AND status = 'SUCCEEDED'
		GROUP BY settlement_currency ORDER BY settlement_currency`), from.UnixMilli(), until.UnixMilli())
	if err != nil {
		return fmt.Errorf("summing what is received of a day: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var currency sql.NullString
		var n int
		var net, fee sql.NullInt64
		if err := rows.Scan(&currency, &n, &net, &fee); err != nil {
			return fmt.Errorf("summing what is received of a day: %w", err)
		}
		if !currency.Valid {
			data.Unsettled = n
			continue
		}
		in := func(sum int64) contract.Money { return contract.Money{Currency: currency.String, MinorUnits: sum} }
		data.Settled = append(data.Settled, daySettled{n, in(net.Int64), in(fee.Int64)})
	}
	return rows.Err()
}
