package sandbox

import (
	"slices"
	"strings"
	"sync"
)

// An account is a merchant's account in test mode, with keys of its own, its
// own clock and everything that was made with those keys. Its lock guards all
// of it but what is set when it is opened.
type account struct {
	sandbox   *Sandbox
	name      string // in the control protocol
	secretKey string
	publicKey string

	mu          sync.Mutex
	closed      bool
	clock       *clock
	keys        *mint // makes secrets
	ids         *mint
	dials       *Dials
	secrets     secrets
	webhookURI  string
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

// opening is what an account is opened with.
type opening struct {
	keySeed    string // of the keys and secrets; empty: by chance
	idSeed     string // of the ids; empty: by chance
	webhookURI string
	dials      Dials
}

func (s *Sandbox) newAccount(name string, o *opening) *account {
	keys := newMint(o.keySeed)
	a := &account{
		sandbox:    s,
		name:       name,
		secretKey:  "skey_test_" + keys.letters(keyLetters),
		publicKey:  "pkey_test_" + keys.letters(keyLetters),
		clock:      &clock{real: s.now},
		keys:       keys,
		ids:        newMint(o.idSeed),
		dials:      &o.dials,
		secrets:    secrets{current: keys.webhookSecret(), previous: keys.webhookSecret()},
		webhookURI: o.webhookURI,

		changed:     make(chan struct{}),
		chargesOf:   make(map[string][]string),
		byReference: make(map[string]*charge),
		byMetadata:  map[string]map[string][]*charge{keyName: {}, referenceName: {}},
	}
	a.sources = newShelf[*source](s.maxCharges, nil)
	a.charges = newShelf(s.maxCharges, a.forget)
	a.refunds = newShelf[*refund](s.maxCharges, nil)
	a.events = newShelf[*event](s.maxEvents, nil)
	created := timestamp(a.clock.second())
	a.description = object{
		{"id", a.newID("account")}, {"team", "acct_" + a.ids.letters(keyLetters)}, {"created", created},
	}
	return a
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
		{"webhook_uri", orNull(a.webhookURI)},
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
		a.webhookURI = uri
	}
	return getAccount(a, c)
}
