package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// A source says how a payer will pay. It never changes.
type source struct {
	id           string
	kind         string // "alipay" or "alipay_cn"
	amount       int64
	currency     string // ISO 4217
	platformType any
	createdAt    time.Time
	details      object // what the merchant said beyond that, such as "email"
}

func (s *source) ident() string   { return s.id }
func (s *source) made() time.Time { return s.createdAt }

func (s *source) flow() string {
	if s.kind == "alipay_cn" {
		return "app_redirect"
	}
	return "redirect"
}

// An amount's bounds are the account's, in satang (or yen); these are those
// of a Thai and a Japanese test account.
type bounds struct{ least, most int64 }

const mostAmount = 500_000_000_000

func boundsOf(currency string) bounds {
	if currency == "JPY" {
		return bounds{100, mostAmount}
	}
	return bounds{2000, mostAmount}
}

// createSource answers POST /sources.
func createSource(a *account, c *call) (any, error) {
	made, err := a.newSource(c.params, c.params, sourceWords)
	if err != nil {
		return nil, err
	}
	a.sources.add(made)
	return c.frame.source(made, "unknown"), nil
}

func getSource(a *account, c *call) (any, error) {
	found, ok := a.sources.get(c.ids[0])
	if !ok {
		return nil, notFound("source", c.ids[0])
	}
	return c.frame.source(found, a.chargeStatusOf(found)), nil
}

// chargeStatusOf is what a source says of the charge made with it.
func (a *account) chargeStatusOf(s *source) string {
	for _, id := range a.chargesOf[s.id] {
		if made, ok := a.charges.get(id); ok {
			return string(made.status)
		}
	}
	return "unknown"
}

// newSource reads a source from its own parameters and its amount from
// another set of them: inside POST /charges only the charge has an amount.
func (a *account) newSource(params, money object, words wording) (*source, error) {
	kind, _ := params.text("type")
	amount, currency, reasons := a.readMoney(money, words)
	if !a.dials.accepts(kind) {
		reasons = append(reasons, "type is currently not supported")
	}
	platform, ok := platformType(params)
	if !ok {
		reasons = append(reasons, "platform_type is not supported")
	}
	if len(reasons) > 0 {
		return nil, refuse("bad_request", joined(reasons))
	}
	return &source{
		id: a.newID("src"), kind: kind, amount: amount, currency: currency,
		platformType: platform, createdAt: a.second(), details: sourceDetails(params),
	}, nil
}

func platformType(params object) (value any, ok bool) {
	given, present := params.text("platform_type")
	if !present || given == "" {
		return nil, true
	}
	switch strings.ToUpper(given) {
	case "WEB", "IOS", "ANDROID":
		return strings.ToUpper(given), true
	}
	return nil, false
}

// sourceDetails keeps what newer sources say of the payer, to be shown again.
func sourceDetails(params object) object {
	var details object
	for _, name := range []string{"email", "ip", "name", "phone_number"} {
		if text, ok := params.text(name); ok && text != "" {
			details = append(details, member{name, text})
		}
	}
	return details
}

// A wording is how one endpoint words the bounds of amounts: the same
// mistake reads differently at /sources and /charges.
type wording struct {
	least, most string // formats of the bound and the currency
}

var (
	sourceWords = wording{"amount must be at least %d", "amount must be less than or equal to %d"}
	chargeWords = wording{
		"amount must be greater than or equal to %d (%s subunits)",
		"amount must be less than or equal to %d (%s subunits)",
	}
)

func (w wording) tooLittle(b bounds, currency string) string {
	return word(w.least, b.least, currency)
}

func (w wording) tooMuch(b bounds, currency string) string {
	return word(w.most, b.most, currency)
}

func word(format string, bound int64, currency string) string {
	if strings.Count(format, "%") == 1 {
		return fmt.Sprintf(format, bound)
	}
	return fmt.Sprintf(format, bound, lower(currency))
}

// readMoney reads amount and currency, or says everything that is wrong with
// them.
func (a *account) readMoney(params object, words wording) (amount int64, currency string, reasons []string) {
	given, _ := params.text("currency")
	currency = strings.ToUpper(given)
	if currency != a.dials.currency() {
		reasons = append(reasons, "currency is currently not supported")
		currency = a.dials.currency()
	}
	amount, reason := readAmount(params)
	limits := boundsOf(currency)
	switch {
	case reason != "":
	case amount < limits.least:
		reason = words.tooLittle(limits, currency)
	case amount > limits.most:
		reason = words.tooMuch(limits, currency)
	}
	if reason != "" {
		reasons = append(reasons, reason)
	}
	return amount, currency, reasons
}

const (
	notNumber  = "amount is not a number"
	notInteger = "amount must be an integer"
)

// readAmount takes what JSON and forms can say, absurd numbers too: one that
// does not fit becomes the greatest that does, for the bounds to refuse.
func readAmount(params object) (amount int64, reason string) {
	text, ok := params.text("amount")
	text = strings.TrimSpace(text)
	if !ok || text == "" || len(text) > 64 {
		return 0, notNumber
	}
	if amount, err := strconv.ParseInt(text, 10, 64); err == nil {
		return amount, ""
	}
	if strings.ContainsAny(text, "xXpP_nNiI") { // Go's own forms of numbers
		return 0, notNumber
	}
	float, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && math.IsInf(float, 0):
		return saturated(float), ""
	case err != nil:
		return 0, notNumber
	case float != math.Trunc(float):
		return 0, notInteger
	case math.Abs(float) >= 1<<53:
		return saturated(float), ""
	}
	return int64(float), ""
}

func saturated(float float64) int64 {
	if float < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

func lower(code string) string { return strings.ToLower(code) }

// isTrue reads a flag as JSON or a form says it.
func isTrue(params object, name string) bool {
	value, _ := params.get(name)
	switch value := value.(type) {
	case bool:
		return value
	case string:
		return value == "true" || value == "1" || value == "yes" || value == "on"
	case json.Number:
		return value == "1"
	}
	return false
}
