package sandbox

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// createCharge answers POST /charges, with a source's id or with the source's
// own parameters.
func createCharge(a *account, c *call) (any, error) {
	made, err := a.newCharge(c)
	if err != nil {
		return nil, err
	}
	a.keep(made)
	a.emit("charge.create", made)
	return c.frame.charge(made), nil
}

func (a *account) newCharge(c *call) (*charge, error) {
	amount, currency, reasons := a.readMoney(c.params, chargeWords)
	if len(reasons) > 0 {
		return nil, refuse(a.dials.chargeMistakeCode(), joined(reasons))
	}
	from, err := a.sourceOf(c)
	if err != nil {
		return nil, err
	}
	if from.amount != amount || from.currency != currency {
		return nil, refuse(a.dials.chargeMistakeCode(), "amount and currency must be those of the source")
	}
	made := &charge{amount: amount, currency: currency, source: from, status: statusPending}
	if err := a.describe(made, c.params); err != nil {
		return nil, err
	}
	if err := a.route(made, c.params); err != nil {
		return nil, err
	}
	now := a.second()
	made.createdAt = now
	if err := a.schedule(made, c.params, now); err != nil {
		return nil, err
	}
	a.number(made, c.base)
	return made, nil
}

// number gives the charge its ids last: a refused one uses none.
func (a *account) number(made *charge, base string) {
	made.id = a.newID("chrg")
	if made.source.kind == "alipay_cn" {
		made.reference = a.newID("pay2")
		made.authorizeURI = base + "/payments/" + made.reference + "/authorize?acs=false"
		return
	}
	made.reference = a.newID("ofsp")
	made.authorizeURI = base + "/offsites/" + made.reference + "/pay"
}

// sourceOf finds or makes the source that the charge is to be paid with.
func (a *account) sourceOf(c *call) (*source, error) {
	if offsite, ok := c.params.text("offsite"); ok && c.frame.version < version2017 {
		return a.newSource(object{{"type", offsite}}, c.params, chargeWords)
	}
	given, _ := c.params.get("source")
	switch given := given.(type) {
	case nil:
		return nil, withoutSource(c.params)
	case string:
		return a.givenSource(given)
	case object:
		return a.inlineSource(given, c)
	}
	return nil, badRequest("source is invalid")
}

// withoutSource says what is missing: cards, tokens and customers are not
// part of the sandbox, so none of them is ever found.
func withoutSource(params object) error {
	if card, ok := params.text("card"); ok && card != "" {
		return notFound("token", card)
	}
	if customer, ok := params.text("customer"); ok && customer != "" {
		return notFound("customer", customer)
	}
	return refuse("missing_card", "request contains no card parameters")
}

func (a *account) givenSource(id string) (*source, error) {
	if id == "" {
		return nil, badRequest("source is invalid")
	}
	found, ok := a.sources.get(id)
	if !ok {
		return nil, notFound("source", id)
	}
	if a.dials.SingleUseSources && len(a.chargesOf[id]) > 0 {
		return nil, badRequest("source was already used")
	}
	return found, nil
}

func (a *account) inlineSource(params object, c *call) (*source, error) {
	if id, ok := params.text("id"); ok { // a whole source object, as answered
		return a.givenSource(id)
	}
	made, err := a.newSource(params, c.params, chargeWords)
	if err != nil {
		return nil, err
	}
	a.sources.add(made)
	return made, nil
}

// describe reads what the merchant wants to remember.
func (a *account) describe(made *charge, params object) error {
	if text, ok := params.text("description"); ok {
		made.description = text
	}
	if ip, ok := params.text("ip"); ok && ip != "" {
		if net.ParseIP(ip) == nil {
			return badRequest("ip is invalid")
		}
		made.ip = ip
	}
	metadata, err := readMetadata(params)
	made.metadata = metadata
	return err
}

func readMetadata(params object) (object, error) {
	given, _ := params.get("metadata")
	switch given := given.(type) {
	case nil:
		return object{}, nil
	case object:
		return given, nil
	case string:
		if given == "" {
			return object{}, nil
		}
	}
	return nil, badRequest("metadata must be an object")
}

// route reads where the payer comes back to, and where events go.
func (a *account) route(made *charge, params object) error {
	made.returnURI, _ = params.text("return_uri")
	if made.returnURI == "" {
		return badRequest("return_uri is required")
	}
	if !isReturnURI(made.returnURI) {
		return badRequest("return_uri is invalid")
	}
	endpoints, ok := readEndpoints(params)
	if !ok {
		return badRequest("webhook_endpoints is invalid")
	}
	made.endpoints = endpoints
	return nil
}

// isReturnURI takes web pages and the deep links of apps, and nothing that a
// browser would run.
func isReturnURI(text string) bool {
	if len(text) > 2048 {
		return false
	}
	parsed, err := url.Parse(text)
	if err != nil || !parsed.IsAbs() {
		return false
	}
	switch strings.ToLower(parsed.Scheme) {
	case "http", "https":
		return parsed.Host != ""
	case "javascript", "data", "vbscript", "file", "blob", "about":
		return false
	}
	return true
}

const maxEndpoints = 2

func readEndpoints(params object) (endpoints []string, ok bool) {
	given, _ := params.get("webhook_endpoints")
	items, isList := given.([]any)
	if given != nil && !isList || len(items) > maxEndpoints {
		return nil, false
	}
	for _, item := range items {
		text, _ := item.(string)
		if !isEndpoint(text) {
			return nil, false
		}
		if !slices.Contains(endpoints, text) {
			endpoints = append(endpoints, text)
		}
	}
	return endpoints, true
}

// isEndpoint is laxer than Omise, which takes https only: a merchant's server
// on the same machine seldom has a certificate.
func isEndpoint(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || len(text) > 2048 {
		return false
	}
	return parsed.Scheme == "https" || parsed.Scheme == "http"
}

// schedule says until when the payer may pay. What the charge tells of it is
// known to be something else.
func (a *account) schedule(made *charge, params object, now time.Time) error {
	made.dueAt = now.Add(payerTime)
	made.expiresAt = now.Add(a.dials.shownExpiry())
	given, ok := params.text("expires_at")
	if !ok || given == "" {
		return nil
	}
	at, err := time.Parse(time.RFC3339, given)
	if err != nil || !at.After(now) {
		return badRequest("expires_at is invalid")
	}
	made.expiresAt = at.UTC()
	if made.expiresAt.Before(made.dueAt) {
		made.dueAt = made.expiresAt
	}
	return nil
}

// payerTime is how long Omise waits for the payer.
const payerTime = 24 * time.Hour
