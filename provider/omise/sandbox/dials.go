package sandbox

import (
	"fmt"
	"time"
)

// Dials choose, for one account, between things that Omise itself may do. The
// zero value is an ordinary Thai test account. Faults of networks and servers
// are not here: a fault proxy makes those.
type Dials struct {
	// APIVersion is the account's default: 2014-07-27, 2015-11-17, 2017-11-02
	// or 2019-05-29. Empty: 2017-11-02, a new account's.
	APIVersion string `json:"api_version,omitempty"`

	// Country is TH, SG or JP. Empty: TH. Only Thai accounts take Alipay.
	Country string `json:"country,omitempty"`

	// Merchant is the name on the pay page. Empty: Example Shop.
	Merchant string `json:"merchant,omitempty"`

	// WithoutAlipay is an account for which Alipay was not enabled.
	WithoutAlipay bool `json:"without_alipay,omitempty"`

	// UnpaidEnds says how a charge ends that nobody pays within 24 hours:
	// "expired", with charge.expire, or "failed", with the failure code
	// timeout and charge.complete. Empty: expired.
	UnpaidEnds string `json:"unpaid_ends,omitempty"`

	// ShownExpiry is how long after its creation a charge says that it
	// expires, which need not be true: real ones have said 7 days. 0: 168h.
	ShownExpiry Duration `json:"shown_expiry,omitempty"`

	// ErrorCodes says which code POST /charges gives for a wrong amount or
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

	// Webhooks are the dials of deliveries.
	Webhooks WebhookDials `json:"webhooks,omitzero"`

	// Trouble are the dials of seldom-seen looks.
	Trouble Trouble `json:"trouble,omitzero"`
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

// A Duration is written in JSON as Go writes it, such as "15m".
type Duration time.Duration

// MarshalText writes such as "24h0m0s".
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads such as "24h", and refuses a negative time.
func (d *Duration) UnmarshalText(text []byte) error {
	read, err := time.ParseDuration(string(text))
	if err != nil || read < 0 {
		return fmt.Errorf("%q is not a duration such as \"15m\"", text)
	}
	*d = Duration(read)
	return nil
}

// The words of the dials.
const (
	endsExpired   = "expired"
	endsFailed    = "failed"
	codesRecorded = "recorded"
	codesGuide    = "guide"
)

// check names the first dial that has a word it does not know.
func (d *Dials) check() error {
	switch {
	case !d.version().known():
		return fmt.Errorf("api_version %q is not one of 2014-07-27, 2015-11-17, 2017-11-02, 2019-05-29", d.APIVersion)
	case d.currency() == "":
		return fmt.Errorf("country %q is not one of TH, SG, JP", d.Country)
	case d.UnpaidEnds != "" && d.UnpaidEnds != endsExpired && d.UnpaidEnds != endsFailed:
		return fmt.Errorf("unpaid_ends %q is not expired or failed", d.UnpaidEnds)
	case d.ErrorCodes != "" && d.ErrorCodes != codesRecorded && d.ErrorCodes != codesGuide:
		return fmt.Errorf("error_codes %q is not recorded or guide", d.ErrorCodes)
	case d.Webhooks.Lose < 0:
		return fmt.Errorf("webhooks.lose %d is negative", d.Webhooks.Lose)
	}
	return nil
}

func (d *Dials) version() version {
	if d.APIVersion == "" {
		return version2017
	}
	return version(d.APIVersion)
}

func (d *Dials) country() string {
	if d.Country == "" {
		return "TH"
	}
	return d.Country
}

// currency is the account's own, empty for a country that is not known.
func (d *Dials) currency() string {
	switch d.country() {
	case "TH":
		return "THB"
	case "SG":
		return "SGD"
	case "JP":
		return "JPY"
	}
	return ""
}

func (d *Dials) merchant() string {
	if d.Merchant == "" {
		return "Example Shop"
	}
	return d.Merchant
}

func (d *Dials) takesAlipay() bool { return d.country() == "TH" && !d.WithoutAlipay }

// accepts says whether the account takes sources of that type.
func (d *Dials) accepts(kind string) bool {
	return d.takesAlipay() && (kind == "alipay" || kind == "alipay_cn")
}

func (d *Dials) shownExpiry() time.Duration {
	if d.ShownExpiry == 0 {
		return 7 * 24 * time.Hour
	}
	return time.Duration(d.ShownExpiry)
}

func (d *Dials) settlement() time.Duration {
	if d.SettleAfter == 0 {
		return 24 * time.Hour
	}
	return time.Duration(d.SettleAfter)
}

func (d *Dials) listLag() time.Duration { return time.Duration(d.ListLag) }

func (d *Dials) chargeMistakeCode() string {
	if d.ErrorCodes == codesGuide {
		return "bad_request"
	}
	return "invalid_charge"
}
