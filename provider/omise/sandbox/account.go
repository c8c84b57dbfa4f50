package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// account is a merchant's account in test mode: its keys, its clock and
// everything that was made with those keys. Its lock guards all fields that
// change after it is opened.
type account struct {
	*gateway.AccountBase

	sandbox     *Sandbox
	asOf        time.Time // not zero: the clock during runAsOf
	othersUntil time.Time // until when others have made charges
	keys        *gateway.IDGenerator
	rotatedAt   time.Time // of the webhook secret; zero: never
	dials       *Dials
	description object // what GET /account answers besides the dials

	sources     *store[*source]
	charges     *store[*charge]
	refunds     *store[*refund]
	events      *store[*event]
	due         dueList
	chargesOf   map[string][]string // ids by source id
	byReference map[string]*charge  // of the pay page
	byMetadata  map[string]map[string][]*charge
	queue       webhookQueue
	journal     journal
	served      int           // requests answered with 200
	changed     chan struct{} // closed at the next change, for the dashboard
}

func (s *Sandbox) newAccount(base *gateway.AccountBase) *account {
	keySeed, idSeed := seeds(base)
	keys := newIDs(keySeed)
	base.SecretKey = "skey_test_" + letters(keys, keyLetters)
	base.PublicKey = "pkey_test_" + letters(keys, keyLetters)
	base.WebhookSecret, base.PreviousSecret = webhookSecret(keys), webhookSecret(keys)
	base.IDs = newIDs(idSeed)
	a := &account{
		AccountBase: base,
		sandbox:     s,
		keys:        keys,
		dials:       s.options.Dials.clone(),
		sources:     newStore[*source](s.options.MaxCharges, nil),
		refunds:     newStore[*refund](s.options.MaxCharges, nil),
		events:      newStore[*event](s.options.MaxEvents, nil),
		chargesOf:   make(map[string][]string),
		byReference: make(map[string]*charge),
		byMetadata:  map[string]map[string][]*charge{keyName: {}, referenceName: {}},
		changed:     make(chan struct{}),
	}
	a.charges = newStore(s.options.MaxCharges, a.removeCharge)
	created := timestamp(a.second())
	a.description = object{
		{"id", a.newID("account")}, {"team", "acct_" + letters(a.IDs, keyLetters)}, {"created", created},
	}
	return a
}

// The first account's keys are the same in every sandbox, so that the commands of a
// tutorial can be pasted. Its ids are not, since a merchant's database must not
// see the ids of yesterday's sandbox again.
const (
	firstAccount     = "s1"
	firstAccountSeed = "the first account of every sandbox"
)

// seeds returns the seeds of an account's keys and of its ids; random if empty.
func seeds(base *gateway.AccountBase) (keys, ids string) {
	switch first := base.Name == firstAccount; {
	case first && base.Seed == "":
		return firstAccountSeed, ""
	case first:
		return base.Seed + " keys", base.Seed
	case base.Seed == "":
		return "", ""
	default:
		return "scope keys " + base.Seed, "scope " + base.Seed
	}
}

// second returns the time by the account's clock, in whole seconds as Omise writes
// it.
func (a *account) second() time.Time {
	if !a.asOf.IsZero() {
		return a.asOf
	}
	return a.Now().Truncate(time.Second)
}

// runAsOf calls do with the clock at an earlier moment: what was due then happened
// then, although it is noticed only now.
func (a *account) runAsOf(moment time.Time, do func()) {
	a.asOf = moment
	defer func() { a.asOf = time.Time{} }()
	do()
}

// AdvanceClock implements [gateway.Account], and notifies dashboards.
func (a *account) AdvanceClock(by time.Duration) error {
	defer a.notify()
	return a.AccountBase.AdvanceClock(by)
}

// Release implements [gateway.Account]. It drops what the sandbox keeps of an
// account that was closed.
func (a *account) Release() {
	a.queue = webhookQueue{}
	for _, c := range a.charges.items {
		a.sandbox.pages.drop(c.reference)
	}
}

// getAccount answers GET /account. Before 2019-05-29 the id is that of the team,
// which is the same in both modes.
func getAccount(a *account, c *call) (any, error) {
	id, _ := a.description.get("id")
	team, _ := a.description.get("team")
	created, _ := a.description.get("created")
	v := c.view.version
	ids := object{{"id", id}, {"team", team}}
	if v < version2019 {
		ids = object{{"id", team}}
	}
	own := slices.Concat(object{{"object", "account"}}, ids, object{
		{"livemode", false},
		{"location", "/account"},
		{"country", a.dials.country()},
		{"currency", v.currency(a.dials.currency())},
		{"email", "merchant@example.com"},
		{v.created(), created},
		{"supported_currencies", currencies(v)},
		{"api_version", string(a.dials.version())},
		{"webhook_uri", orNull(a.WebhookURL)},
	})
	if v < version2019 {
		return own, nil
	}
	return slices.Concat(own, object{
		{"auto_activate_recipients", false},
		{"chain_enabled", false},
		{"zero_interest_installments", false},
		{"chain_return_uri", nil},
		{"metadata_export_keys", object{
			{"charge", []any{}}, {"transfer", []any{}}, {"refund", []any{}}, {"dispute", []any{}},
		}},
		{"chaining_allowed", false},
		{"last_updated_api_version", nil},
	}), nil
}

func currencies(v version) []any {
	var codes []any
	for code := range strings.FieldsSeq("THB JPY USD EUR GBP SGD AUD CHF CNY DKK HKD MYR") {
		codes = append(codes, v.currency(code))
	}
	return codes
}

// updateAccount answers PATCH /account, which can change the webhooks' address.
func updateAccount(a *account, c *call) (any, error) {
	if given, present := c.params.get("webhook_uri"); present {
		uri, _ := given.(string)
		if uri != "" && !isEndpoint(uri) {
			return nil, badRequest("webhook_uri is invalid")
		}
		a.WebhookURL = uri
	}
	return getAccount(a, c)
}
