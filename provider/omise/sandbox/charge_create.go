package sandbox

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// createCharge answers POST /charges, with the id of a source or with the
// parameters of a new one.
func createCharge(a *account, c *call) (any, error) {
	made, err := a.newCharge(c)
	if err != nil {
		return nil, err
	}
	a.addCharge(made)
	a.emit("charge.create", made)
	return c.view.charge(made), nil
}

func (a *account) newCharge(c *call) (*charge, error) {
	amount, currency, reasons := a.readMoney(c.params, accountBounds(a.dials.currency()), chargeMessages)
	if len(reasons) > 0 {
		return nil, refuse(a.dials.chargeMistakeCode(), joinReasons(reasons))
	}
	from, err := a.sourceOf(c)
	if err != nil {
		return nil, err
	}
	if from.amount != amount || from.currency != currency {
		return nil, refuse(a.dials.chargeMistakeCode(), "amount and currency must be those of the source")
	}
	made := &charge{amount: amount, currency: currency, source: from, status: statusPending}
	if err := a.readDetails(made, c.params); err != nil {
		return nil, err
	}
	if err := a.readURLs(made, c.params); err != nil {
		return nil, err
	}
	now := a.second()
	made.createdAt = now
	if err := a.setDeadlines(made, c.params, now); err != nil {
		return nil, err
	}
	a.assignIDs(made, c.base)
	return made, nil
}

// assignIDs is called last, so that a refused charge uses no ids.
func (a *account) assignIDs(made *charge, base string) {
	made.id = a.newID("chrg")
	if made.source.flow() == flowApp {
		made.reference = a.newID("pay2")
		made.authorizeURI = base + "/payments/" + made.reference + "/authorize?acs=false"
		return
	}
	made.reference = a.newID("ofsp")
	made.authorizeURI = base + "/offsites/" + made.reference + "/pay"
}

// sourceOf returns the source that the request names, or makes the one that it
// describes.
func (a *account) sourceOf(c *call) (*source, error) {
	if offsite, ok := c.params.text("offsite"); ok && c.view.version < version2017 {
		return a.newSource(object{{"type", offsite}}, c.params, chargeMessages)
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

// withoutSource returns the error for a request without a source. The sandbox has
// no cards, tokens and customers, so none of them is ever found.
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
	made, err := a.newSource(params, c.params, chargeMessages)
	if err != nil {
		return nil, err
	}
	a.sources.add(made)
	return made, nil
}

// readDetails reads description, ip and metadata.
func (a *account) readDetails(made *charge, params object) error {
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

// readURLs reads where the payer returns to and where events are sent.
func (a *account) readURLs(made *charge, params object) error {
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

// isReturnURI accepts web pages and deep links of apps, but no URL that a browser
// would run as a script, and none that is not ASCII.
func isReturnURI(text string) bool {
	if len(text) > 2048 || !isASCII(text) {
		return false
	}
	parsed, err := url.Parse(text)
	if err != nil || !parsed.IsAbs() {
		return false
	}
	switch strings.ToLower(parsed.Scheme) {
	case "http", "https":
		return parsed.Hostname() != ""
	case "javascript", "data", "vbscript", "file", "blob", "about":
		return false
	}
	return true
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
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

// isEndpoint accepts http, too, which Omise refuses: a server on the same machine
// rarely has a certificate.
func isEndpoint(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || len(text) > 2048 || !isASCII(text) {
		return false
	}
	return parsed.Scheme == "https" || parsed.Scheme == "http"
}

// setDeadlines sets until when the payer may pay, and what the charge shows of it,
// which is not the same.
func (a *account) setDeadlines(made *charge, params object, now time.Time) error {
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

// payerTime is how long a charge can be paid.
const payerTime = 24 * time.Hour
