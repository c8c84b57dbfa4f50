package kit

import (
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// The names of the settings that providers have in common, which errors of this
// package mention.
const (
	settingAPIBase          = "api_base"
	settingTimeout          = "timeout"
	settingMinTimeLeft      = "min_time_left"
	settingWebhookTolerance = "webhook_tolerance"
)

// APIBaseField declares the setting api_base, the address of the gateway's API,
// with its default. Settings.APIBase reads it.
func APIBaseField(standard string) contract.ConfigField {
	return contract.ConfigField{
		Name: settingAPIBase, Kind: contract.ConfigURL, Default: standard,
		Description: "Scheme, host and port of the gateway's API; https, or http on this machine.",
	}
}

// APIBase returns the setting that APIBaseField declares, without a slash at its
// end. It must satisfy roundtrip.IsSafeBase, since the secret key is sent there.
func (s *Settings) APIBase() string {
	base := strings.TrimRight(s.Text(settingAPIBase), "/")
	s.Require(roundtrip.IsSafeBase(base), settingAPIBase,
		"must be only scheme, host and port, with https, or http on this machine, since the secret key is sent there")
	return base
}

// TimeoutField declares the setting timeout, for Session.Timeout. Settings.Times
// reads it.
func TimeoutField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingTimeout, Kind: contract.ConfigDuration, Default: "25s",
		Description: "How long a call may take at most, 1s to 10m. The caller's deadline applies too.",
	}
}

// MinTimeLeftField declares the setting min_time_left, the argument of TimeLeft
// before a request that moves money. Settings.Times reads it.
func MinTimeLeftField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingMinTimeLeft, Kind: contract.ConfigDuration, Default: "10s",
		Description: "A request that moves money does not begin with less time left than this; less than timeout.",
	}
}

// Times returns the settings that TimeoutField and MinTimeLeftField declare.
func (s *Settings) Times() (timeout, minTimeLeft time.Duration) {
	timeout = s.Duration(settingTimeout, time.Second, 10*time.Minute)
	minTimeLeft = s.Duration(settingMinTimeLeft, 0, 10*time.Minute)
	s.Require(minTimeLeft < timeout, settingMinTimeLeft, "must be less than timeout")
	return timeout, minTimeLeft
}

// WebhookToleranceField declares the setting webhook_tolerance, for
// TimedSignature.Tolerance. Settings.WebhookTolerance reads it.
func WebhookToleranceField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingWebhookTolerance, Kind: contract.ConfigDuration, Default: "5m",
		Description: "How far the time in a webhook's signature may be from its arrival, before or after; 1s to 1h.",
	}
}

// WebhookTolerance returns the setting that WebhookToleranceField declares.
func (s *Settings) WebhookTolerance() time.Duration {
	return s.Duration(settingWebhookTolerance, time.Second, time.Hour)
}
