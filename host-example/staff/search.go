package staff

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/shop"
)

// search is what the list of payments is to show. Everything that is set must hold. An id
// is looked for at all times, and everything else between two days, so that a search reads
// a part of an index and not all payments there ever were.
type search struct {
	ID       string // of the order, or of the payment at its gateway
	Amount   string // such as 100.00 or THB 100.00
	State    string
	Provider string
	From, To string // days, inclusive
	After    string // where the page before ended
}

// States that can be searched for.
func states() []string {
	return []string{
		string(contract.PaymentSucceeded), string(contract.PaymentPending), string(contract.PaymentFailed), string(contract.PaymentExpired),
		string(contract.PaymentCanceled), string(contract.PaymentUnknown), stateNone, stateGivenUp,
	}
}

const (
	pageLength  = 50
	defaultDays = 31
	mostDays    = 366
)

func searchOf(query url.Values) *search {
	text := func(name string) string { return strings.TrimSpace(query.Get(name)) }
	return &search{
		ID: text("id"), Amount: text("amount"), State: text("state"), Provider: text("provider"), From: text("from"), To: text("to"), After: text("after"),
	}
}

// next returns the query of the page that begins after a payment.
func (q *search) next(last *payment) string {
	values := url.Values{"after": {strconv.FormatInt(last.CreatedAt.UnixMilli(), 10) + "." + last.Key}}
	for name, value := range map[string]string{
		"id": q.ID, "amount": q.Amount, "state": q.State, "provider": q.Provider, "from": q.From, "to": q.To,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return "/payments?" + values.Encode()
}

// where collects conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

// add adds a condition in which each ? is one of args.
func (w *where) add(condition string, args ...any) {
	for _, arg := range args {
		w.args = append(w.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(w.args)), 1)
	}
	w.conditions = append(w.conditions, condition)
}

// find returns a page of payments, newest first, and the query of the next page, which is
// empty if there is none. The error is for whoever has searched.
func (s *Staff) find(ctx context.Context, q *search) (found []payment, next string, err error) {
	w, err := s.where(q)
	if err != nil {
		return nil, "", err
	}
	found, err = s.payments(ctx, `SELECT `+paymentColumns+` FROM {attempts} WHERE `+strings.Join(w.conditions, " AND ")+
		` ORDER BY created_at DESC, key DESC LIMIT `+strconv.Itoa(pageLength+1), w.args...)
	if err != nil || len(found) <= pageLength {
		return found, "", err
	}
	found = found[:pageLength]
	return found, q.next(&found[pageLength-1]), nil
}

// searchError says what is wrong with a search.
type searchError struct{ text string }

func (e *searchError) Error() string { return e.text }

// where returns the conditions of a search, and sets the days that it leaves open.
func (s *Staff) where(q *search) (*where, error) {
	w := &where{}
	w.add(`operation = 'CREATE_PAYMENT'`)
	if q.ID != "" {
		if len(q.ID) > contract.MaxIDLength || strings.ContainsFunc(q.ID, func(r rune) bool { return r <= ' ' || r == '\uFFFD' }) {
			return nil, &searchError{"An id has no spaces, and is shorter."}
		}
		// Each of both is one look into an index.
		w.add(`key IN (SELECT key FROM {attempts} WHERE sale_id = ? UNION
			SELECT key FROM {attempts} WHERE provider IN (SELECT provider FROM {accounts}) AND gateway_id = ?)`, q.ID, q.ID)
	} else if err := s.addDays(w, q); err != nil {
		return nil, err
	}
	if q.Amount != "" {
		if err := addAmount(w, q.Amount); err != nil {
			return nil, err
		}
	}
	switch {
	case q.State == "":
	case !slices.Contains(states(), q.State):
		return nil, &searchError{"There is no such state."}
	case q.State == stateNone:
		w.add(`status IS NULL AND released = 0`)
	case q.State == stateGivenUp:
		w.add(`status IS NULL AND released = 1`)
	default:
		w.add(`status = ?`, q.State)
	}
	if q.Provider != "" {
		if shop.CheckID(q.Provider) != nil {
			return nil, &searchError{"There is no such provider."}
		}
		w.add(`provider = ?`, q.Provider)
	}
	return w, addAfter(w, q.After)
}

// addAfter has a page begin where the one before ended.
func addAfter(w *where, after string) error {
	if after == "" {
		return nil
	}
	at, key, _ := strings.Cut(after, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil || shop.CheckID(key) != nil {
		return &searchError{"This link is broken: search again."}
	}
	w.add(`(created_at < ? OR created_at = ? AND key < ?)`, ms, ms, key)
	return nil
}

func (s *Staff) addDays(w *where, q *search) error {
	today := s.now().In(s.options.Zone).Format(time.DateOnly)
	q.To = cmp.Or(q.To, max(today, q.From))
	to, err := s.dayOf(q.To)
	if err != nil {
		return err
	}
	q.From = cmp.Or(q.From, to.AddDate(0, 0, 1-defaultDays).Format(time.DateOnly))
	from, err := s.dayOf(q.From)
	switch {
	case err != nil:
		return err
	case to.Before(from):
		return &searchError{"The last day is before the first one."}
	case to.Sub(from) > mostDays*24*time.Hour:
		return &searchError{fmt.Sprintf("Search %d days at most, or for an id.", mostDays)}
	}
	w.add(`created_at >= ? AND created_at < ?`, from.UnixMilli(), to.AddDate(0, 0, 1).UnixMilli())
	return nil
}

// dayOf returns the beginning of a day.
func (s *Staff) dayOf(day string) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, day, s.options.Zone)
	if err != nil || at.Year() < 2000 || at.Year() > 9000 {
		return time.Time{}, &searchError{"A day is written like 2026-12-31."}
	}
	return at, nil
}

// homeCurrency is that of an amount without one.
const homeCurrency = "THB"

// addAmount has payments found of an amount.
func addAmount(w *where, text string) error {
	amount, err := parseAmount(text, homeCurrency)
	if err != nil {
		return err
	}
	w.add(`currency = ? AND amount = ?`, amount.Currency, amount.MinorUnits)
	return nil
}

// parseAmount returns an amount that a person has written, such as "1,000.50" or
// "USD 10.00".
func parseAmount(text, currency string) (contract.Money, error) {
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) == 2 {
		currency, fields = fields[0], fields[1:]
	}
	exponent, known := contract.Exponent(currency)
	if !known || len(fields) != 1 || strings.Contains(fields[0], ",") && !grouped.MatchString(fields[0]) {
		return contract.Money{}, errAmount
	}
	minor, err := minorUnits(strings.ReplaceAll(fields[0], ",", ""), exponent)
	if err != nil {
		return contract.Money{}, errAmount
	}
	return contract.Money{Currency: currency, MinorUnits: minor}, nil
}

// grouped is a number whose commas stand between thousands. A comma elsewhere may be
// somebody's decimal point, and "1,50" must not become 150.
var grouped = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$`)

var errAmount = &searchError{"An amount is written like 1000.00 or USD 10.00, with as many digits after the point as its currency has."}

// minorUnits returns a number in units of which the currency has 10 to the power of
// exponent. It has no signs, and no more digits after the point than the currency.
func minorUnits(number string, exponent int) (int64, error) {
	whole, fraction, _ := strings.Cut(number, ".")
	if whole == "" || len(fraction) > exponent || strings.Trim(whole+fraction, "0123456789") != "" {
		return 0, errAmount
	}
	return strconv.ParseInt(whole+fraction+strings.Repeat("0", exponent-len(fraction)), 10, 64)
}
