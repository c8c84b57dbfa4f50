package sandbox

import (
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/conformance/gateway"
)

// An account is a merchant's account in test mode, with keys of its own, its
// own clock and everything that was made with those keys. Its lock guards all
// of it but what is set when it is opened.
type account struct {
	*gateway.AccountBase

	sandbox     *Sandbox
	as          time.Time // not zero: the moment that is being lived through
	keys        *gateway.IDGenerator
	rotatedAt   time.Time // of the webhook secret; zero: never
	dials       *Dials
	description object // what GET /account says beyond the dials

	sources     *shelf[*source]
	charges     *shelf[*charge]
	refunds     *shelf[*refund]
	events      *shelf[*event]
	due         dueList
	chargesOf   map[string][]string // ids by source id
	byReference map[string]*charge  // of the pay page
	byMetadata  map[string]map[string][]*charge
	outbox      outbox
	journal     journal
	served      int           // requests answered well
	changed     chan struct{} // closed at the next change, for the dashboard
}

func (s *Sandbox) newAccount(base *gateway.AccountBase) *account {
	keySeed, idSeed := seeds(base)
	keys, dials := newIDs(keySeed), s.dials
	base.SecretKey = "skey_test_" + letters(keys, keyLetters)
	base.PublicKey = "pkey_test_" + letters(keys, keyLetters)
	base.WebhookSecret, base.PreviousSecret = webhookSecret(keys), webhookSecret(keys)
	base.IDs = newIDs(idSeed)
	a := &account{
		AccountBase: base,
		sandbox:     s,
		keys:        keys,
		dials:       &dials,
		sources:     newShelf[*source](s.maxCharges, nil),
		refunds:     newShelf[*refund](s.maxCharges, nil),
		events:      newShelf[*event](s.maxEvents, nil),
		chargesOf:   make(map[string][]string),
		byReference: make(map[string]*charge),
		byMetadata:  map[string]map[string][]*charge{keyName: {}, referenceName: {}},
		changed:     make(chan struct{}),
	}
	a.charges = newShelf(s.maxCharges, a.forget)
	created := timestamp(a.second())
	a.description = object{
		{"id", a.newID("account")}, {"team", "acct_" + letters(a.IDs, keyLetters)}, {"created", created},
	}
	return a
}

// The first account's keys are the same in every sandbox, so that a tutorial
// can be pasted; its ids are not, because a merchant's database must not meet
// the ids of yesterday's sandbox again.
const (
	firstAccount     = "s1"
	firstAccountSeed = "the first account of every sandbox"
)

// seeds are those of an account's keys and ids; an empty one stands for chance.
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

// second is the account's clock as Omise writes times.
func (a *account) second() time.Time {
	if !a.as.IsZero() {
		return a.as
	}
	return a.Now().Truncate(time.Second)
}

// at lives through a moment that the clock went past: what was due while
// nobody looked has happened then, not now.
func (a *account) at(moment time.Time, do func()) {
	a.as = moment
	defer func() { a.as = time.Time{} }()
	do()
}

// AdvanceClock puts the clock forward, which dashboards show.
func (a *account) AdvanceClock(by time.Duration) error {
	defer a.tell()
	return a.AccountBase.AdvanceClock(by)
}

// Release forgets what the sandbox keeps of an account that is closed.
func (a *account) Release() {
	a.outbox = outbox{}
	for _, c := range a.charges.items {
		a.sandbox.pages.drop(c.reference)
	}
}

// getAccount answers GET /account.
func getAccount(a *account, c *call) (any, error) {
	id, _ := a.description.get("id")
	team, _ := a.description.get("team")
	created, _ := a.description.get("created")
	v := c.frame.version
	own := object{
		{"object", "account"},
		{"id", id},
		{"team", team},
		{"livemode", false},
		{"location", "/account"},
		{"country", a.dials.country()},
		{"currency", v.currency(a.dials.currency())},
		{"email", "merchant@example.com"},
		{v.created(), created},
		{"supported_currencies", currencies(v)},
		{"api_version", string(a.dials.version())},
		{"webhook_uri", orNull(a.WebhookURL)},
	}
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

// updateAccount answers PATCH /account, for the address of webhooks.
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
