package kit

import (
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

// The names of the settings that providers have in common. Errors of this
// package name them, too.
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

// APIBase reads the setting that APIBaseField declares, without a slash at its
// end. It must be an address that a secret key may be sent to; see
// roundtrip.IsSafeBase.
func (s *Settings) APIBase() string {
	base := strings.TrimRight(s.Text(settingAPIBase), "/")
	s.Require(roundtrip.IsSafeBase(base), settingAPIBase,
		"must be scheme, host and port alone; https, or http on this machine, since the secret key goes there")
	return base
}

// TimeoutField declares the setting timeout, a Session's Timeout. Settings.Times
// reads it.
func TimeoutField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingTimeout, Kind: contract.ConfigDuration, Default: "25s",
		Description: "The longest that a call may take, 1s to 10m; the caller's deadline counts too.",
	}
}

// MinTimeLeftField declares the setting min_time_left, which TimeLeft is asked
// about before money moves. Settings.Times reads it.
func MinTimeLeftField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingMinTimeLeft, Kind: contract.ConfigDuration, Default: "10s",
		Description: "No request that moves money is begun with less time left than this; less than timeout.",
	}
}

// Times reads the settings that TimeoutField and MinTimeLeftField declare.
func (s *Settings) Times() (timeout, minTimeLeft time.Duration) {
	timeout = s.Duration(settingTimeout, time.Second, 10*time.Minute)
	minTimeLeft = s.Duration(settingMinTimeLeft, 0, 10*time.Minute)
	s.Require(minTimeLeft < timeout, settingMinTimeLeft, "must be less than timeout")
	return timeout, minTimeLeft
}

// WebhookToleranceField declares the setting webhook_tolerance, the Tolerance
// of a TimedSignature. Settings.WebhookTolerance reads it.
func WebhookToleranceField() contract.ConfigField {
	return contract.ConfigField{
		Name: settingWebhookTolerance, Kind: contract.ConfigDuration, Default: "5m",
		Description: "How far a webhook's signature may be from its arrival, before or after; 1s to 1h.",
	}
}

// WebhookTolerance reads the setting that WebhookToleranceField declares.
func (s *Settings) WebhookTolerance() time.Duration {
	return s.Duration(settingWebhookTolerance, time.Second, time.Hour)
}
