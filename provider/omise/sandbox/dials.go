package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Dials choose, for one account, among behaviours that Omise may show. The zero
// value is an ordinary Thai test account. Faults of networks and servers are not
// here: use a fault proxy for those.
type Dials struct {
	// APIVersion is the account's default: 2014-07-27, 2015-11-17, 2017-11-02
	// or 2019-05-29. Empty: 2017-11-02, as for new accounts.
	APIVersion string `json:"api_version,omitempty"`

	// Country is TH, SG, MY or JP, and decides currency and methods. Empty: TH.
	// An account in JP has no method of the Alipay family.
	Country string `json:"country,omitempty"`

	// Merchant is the name on the pay page. Empty: Example Shop.
	Merchant string `json:"merchant,omitempty"`

	// WithoutAlipay makes it an account for which no method of the Alipay family
	// was enabled.
	WithoutAlipay bool `json:"without_alipay,omitempty"`

	// Methods are the methods that were enabled, such as alipay_hk. Empty: all
	// that the country has.
	Methods []string `json:"methods,omitempty"`

	// MethodLimits are the limits of single methods, by their names. They are told
	// in versions before 2019-05-29 alone. Absent: the account's.
	MethodLimits map[string]AmountLimits `json:"method_limits,omitempty"`

	// UnpaidEnds is how a charge ends that nobody pays within 24 hours: "expired",
	// with the event charge.expire, or "failed", with the failure code timeout and
	// the event charge.complete. Empty: expired.
	UnpaidEnds string `json:"unpaid_ends,omitempty"`

	// ShownExpiry is the time from a charge's creation to its expires_at, which
	// need not be when it ends: Omise's charges have said 7 days. 0: 168h.
	ShownExpiry Duration `json:"shown_expiry,omitempty"`

	// ErrorCodes chooses the error code of POST /charges for a wrong amount or
	// currency: "recorded" (invalid_charge) or "guide" (bad_request). Empty:
	// recorded.
	ErrorCodes string `json:"error_codes,omitempty"`

	// SingleUseSources refuses a second charge with the same source.
	SingleUseSources bool `json:"single_use_sources,omitempty"`

	// SettleAfter is how long after the payment a full refund is still a
	// void. 0: 24h.
	SettleAfter Duration `json:"settle_after,omitempty"`

	// ListLag hides the newest charges, refunds and events from lists and
	// search for that long; reading them by id works at once. 0: no lag.
	ListLag Duration `json:"list_lag,omitempty"`

	// Others is how many charges others make with the account each second, from
	// the first request on, as at a busy merchant. They cause no webhooks.
	Others int `json:"others,omitempty"`

	// ListTakes is how long a list takes, by the machine's clock. Other requests
	// are answered meanwhile.
	ListTakes Duration `json:"list_takes,omitempty"`

	// Webhooks are the dials of deliveries.
	Webhooks WebhookDials `json:"webhooks,omitzero"`

	// Trouble are the dials of rarely seen forms of answers.
	Trouble Trouble `json:"trouble,omitzero"`
}

// AmountLimits bound a charge, in the smallest unit of the account's currency. 0:
// as the account's.
type AmountLimits struct {
	Min int64 `json:"min,omitempty"`
	Max int64 `json:"max,omitempty"`
}

// WebhookDials choose how events reach the merchant. The zero value delivers
// each once, in order, signed, after the answer to the request.
type WebhookDials struct {
	Lose         int      `json:"lose,omitempty"`          // how many of the next are lost
	Twice        bool     `json:"twice,omitempty"`         // each is delivered twice
	Late         Duration `json:"late,omitempty"`          // each waits that long, by the account's clock
	OutOfOrder   bool     `json:"out_of_order,omitempty"`  // each second one overtakes the first
	BeforeAnswer bool     `json:"before_answer,omitempty"` // delivered before the request is answered
	Unsigned     bool     `json:"unsigned,omitempty"`      // the account has no webhook secret
}

// A Duration is text in JSON, such as "15m".
type Duration time.Duration

// MarshalText returns text such as "24h0m0s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads text such as "24h". It refuses a negative duration.
func (d *Duration) UnmarshalText(text []byte) error {
	read, err := time.ParseDuration(string(text))
	if err != nil || read < 0 {
		return fmt.Errorf("duration %q is not valid; write one such as \"15m\"", text)
	}
	*d = Duration(read)
	return nil
}

// The values of the dials.
const (
	endsExpired   = "expired"
	endsFailed    = "failed"
	codesRecorded = "recorded"
	codesGuide    = "guide"
)

// maxOthers bounds Dials.Others.
const maxOthers = 1000

// check returns an error that names the first dial with an unknown value.
func (d *Dials) check() error {
	switch {
	case !d.version().known():
		return fmt.Errorf("api_version %q is unknown; write 2014-07-27, 2015-11-17, 2017-11-02 or 2019-05-29", d.APIVersion)
	case d.currency() == "":
		return fmt.Errorf("country %q is unknown; write TH, SG, MY or JP", d.Country)
	case d.unknownMethod() != "":
		return fmt.Errorf("methods: %q is not a method of %s accounts", d.unknownMethod(), d.country())
	case d.UnpaidEnds != "" && d.UnpaidEnds != endsExpired && d.UnpaidEnds != endsFailed:
		return fmt.Errorf("unpaid_ends %q is unknown; write expired or failed", d.UnpaidEnds)
	case d.ErrorCodes != "" && d.ErrorCodes != codesRecorded && d.ErrorCodes != codesGuide:
		return fmt.Errorf("error_codes %q is unknown; write recorded or guide", d.ErrorCodes)
	case d.Others < 0 || d.Others > maxOthers:
		return fmt.Errorf("others must be 0 to %d, as %d is not", maxOthers, d.Others)
	case d.Webhooks.Lose < 0:
		return fmt.Errorf("webhooks.lose must not be negative, as %d is", d.Webhooks.Lose)
	}
	return nil
}

// unknownMethod returns the first name among the dials that is no method of the
// country.
func (d *Dials) unknownMethod() string {
	names := slices.Concat(d.Methods, slices.Sorted(maps.Keys(d.MethodLimits)))
	at := slices.IndexFunc(names, func(name string) bool { w := walletOf(name); return !w.soldIn(d.country()) })
	if at < 0 {
		return ""
	}
	return cmp.Or(names[at], "an empty name")
}

// clone returns a copy that shares nothing.
func (d *Dials) clone() *Dials {
	copied := *d
	copied.Methods, copied.MethodLimits = slices.Clone(d.Methods), maps.Clone(d.MethodLimits)
	return &copied
}

func (d *Dials) version() version { return cmp.Or(version(d.APIVersion), version2017) }

func (d *Dials) country() string { return cmp.Or(d.Country, "TH") }

// currency returns the account's currency; empty for an unknown country.
func (d *Dials) currency() string {
	return map[string]string{"TH": "THB", "SG": "SGD", "MY": "MYR", "JP": "JPY"}[d.country()]
}

func (d *Dials) merchant() string { return cmp.Or(d.Merchant, "Example Shop") }

func (d *Dials) shownExpiry() time.Duration {
	return cmp.Or(time.Duration(d.ShownExpiry), 7*24*time.Hour)
}

func (d *Dials) settlement() time.Duration { return cmp.Or(time.Duration(d.SettleAfter), 24*time.Hour) }

func (d *Dials) listLag() time.Duration { return time.Duration(d.ListLag) }

func (d *Dials) chargeMistakeCode() string {
	if d.ErrorCodes == codesGuide {
		return "bad_request"
	}
	return "invalid_charge"
}
