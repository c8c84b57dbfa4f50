package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// source is how a payer will pay. It never changes.
type source struct {
	id           string
	kind         string // that of a wallet
	amount       int64
	currency     string // ISO 4217
	platformType any
	createdAt    time.Time
	details      object // further parameters of the merchant, such as "email"
}

func (s *source) itemID() string      { return s.id }
func (s *source) itemTime() time.Time { return s.createdAt }

func (s *source) flow() string { return walletOf(s.kind).flow }

// createSource answers POST /sources.
func createSource(a *account, c *call) (any, error) {
	made, err := a.newSource(c.params, c.params, sourceMessages)
	if err != nil {
		return nil, err
	}
	a.sources.add(made)
	return c.view.source(made, "unknown"), nil
}

func getSource(a *account, c *call) (any, error) {
	found, ok := a.sources.get(c.ids[0])
	if !ok {
		return nil, notFound("source", c.ids[0])
	}
	return c.view.source(found, a.chargeStatusOf(found)), nil
}

// chargeStatusOf returns the charge_status of a source.
func (a *account) chargeStatusOf(s *source) string {
	for _, id := range a.chargesOf[s.id] {
		if made, ok := a.charges.get(id); ok {
			return string(made.status)
		}
	}
	return "unknown"
}

// newSource reads a source from params, and its amount from money: in POST /charges
// only the charge has an amount.
func (a *account) newSource(params, money object, messages amountMessages) (*source, error) {
	kind, _ := params.text("type")
	amount, currency, reasons := a.readMoney(money, a.dials.boundsOf(kind), messages)
	if !a.dials.accepts(kind) {
		reasons = append(reasons, "type is currently not supported")
	}
	platform, ok := platformType(params)
	if !ok {
		reasons = append(reasons, "platform_type is not supported")
	}
	if len(reasons) > 0 {
		return nil, refuse("bad_request", joinReasons(reasons))
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

// sourceDetails returns what newer sources show of the payer.
func sourceDetails(params object) object {
	var details object
	for _, name := range []string{"email", "ip", "name", "phone_number"} {
		if text, ok := params.text(name); ok && text != "" {
			details = append(details, member{name, text})
		}
	}
	return details
}

// amountMessages are an endpoint's messages for amounts out of bounds, which differ
// between /sources and /charges.
type amountMessages struct {
	least, most string // formats of the bound and the currency
}

var (
	sourceMessages = amountMessages{"amount must be at least %d", "amount must be less than or equal to %d"}
	chargeMessages = amountMessages{
		"amount must be greater than or equal to %d (%s subunits)",
		"amount must be less than or equal to %d (%s subunits)",
	}
)

func (m amountMessages) tooLittle(b bounds, currency string) string {
	return formatBound(m.least, b.least, currency)
}

func (m amountMessages) tooMuch(b bounds, currency string) string {
	return formatBound(m.most, b.most, currency)
}

func formatBound(format string, bound int64, currency string) string {
	if strings.Count(format, "%") == 1 {
		return fmt.Sprintf(format, bound)
	}
	return fmt.Sprintf(format, bound, lower(currency))
}

// readMoney reads amount and currency, and returns everything that is wrong with
// them.
func (a *account) readMoney(params object, limits bounds, messages amountMessages) (amount int64, currency string, reasons []string) {
	given, _ := params.text("currency")
	currency = strings.ToUpper(given)
	if currency != a.dials.currency() {
		reasons = append(reasons, "currency is currently not supported")
		currency = a.dials.currency()
	}
	amount, reason := readAmount(params)
	switch {
	case reason != "":
	case amount < limits.least:
		reason = messages.tooLittle(limits, currency)
	case amount > limits.most:
		reason = messages.tooMuch(limits, currency)
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

// readAmount reads a number of JSON or a form. One that does not fit becomes the
// largest that does, which the bounds refuse.
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

// isTrue reads a flag of JSON or a form.
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
