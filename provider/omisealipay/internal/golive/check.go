package golive

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// The modes of a report.
const (
	modeTest = "test"
	modeLive = "live"
)

// Options say which account to look at.
type Options struct {
	// Client reads the account. Its keys are those of Configuration.
	Client *omise.Client
	// Configuration is what a host would configure the provider with.
	Configuration *contract.Configuration
	// Verifier has the webhook secrets; nil if the merchant has none.
	Verifier *omise.Verifier
	// WebhookURL replaces the address in the account; blank: the account's.
	WebhookURL string
	// Sandbox permits an endpoint on this machine, over http.
	Sandbox bool
	// Now is time.Now if nil.
	Now func() time.Time
}

// Check looks whether the account can sell. What it finds is in the report; the error
// is about the context alone.
func Check(ctx context.Context, o *Options) (*Report, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	mode := modeTest
	if o.Configuration.Mode == contract.ModeLive {
		mode = modeLive
	}
	report := &Report{Mode: mode, Ready: true}
	report.add("key", OK, "a secret key of "+mode+" mode", "")
	if account := o.account(ctx, report); account != nil {
		o.methods(ctx, report)
		o.webhooks(ctx, report, account)
	}
	return report, ctx.Err()
}

// account reads the account, and compares the clocks. It returns nil if the account
// cannot be read: then nothing else can.
func (o *Options) account(ctx context.Context, report *Report) *omise.Account {
	asked := o.Now()
	account, err := o.Client.RetrieveAccount(ctx)
	if err != nil {
		report.add("account", Failed, err.Error(), remedyOf(err))
		return nil
	}
	found := account.ID
	if account.Country != "" {
		found += ", registered in " + account.Country
	}
	report.add("account", OK, found, "")
	o.clock(report, account.Response.Date, asked.Add(o.Now().Sub(asked)/2))
	return account
}

// remedyOf says what to do about an error of the client.
func remedyOf(err error) string {
	var failure *omise.Error
	if !errors.As(err, &failure) {
		return "run it again"
	}
	switch failure.Kind { //nolint:exhaustive // the rest is the gateway's trouble
	case omise.KindUnauthorized:
		return "copy the secret key (skey_...) again from the keys page of the dashboard; a replaced key ends after an hour"
	case omise.KindUnreachable, omise.KindProxy:
		return "let this machine connect to api.omise.co, port 443"
	case omise.KindRateLimited:
		return "wait a minute, and run it again"
	case omise.KindMalformed:
		return "look whether --api-base is Omise's, and whether the key is of this mode"
	}
	return "run it again; if it stays, ask support@omise.co with this line"
}

// The bounds of a clock's difference: webhooks are refused beyond the second.
const (
	clockWarns = 30 * time.Second
	clockFails = 4 * time.Minute
)

func (o *Options) clock(report *Report, theirs, ours time.Time) {
	const remedy = "set this machine's clock by NTP; a webhook that seems older than five minutes is refused"
	difference := ours.Sub(theirs).Abs().Round(time.Second)
	found := fmt.Sprintf("this machine's clock is %s from the gateway's", difference)
	switch {
	case theirs.IsZero():
		report.add("clock", Unknown, "the gateway's answer has no time", "compare this machine's clock with NTP")
	case difference > clockFails:
		report.add("clock", Failed, found, remedy)
	case difference > clockWarns:
		report.add("clock", Warning, found, remedy)
	default:
		report.add("clock", OK, found, "")
	}
}

// methods configures the provider as a host would, with a probe, and reports what the
// account may sell with.
func (o *Options) methods(ctx context.Context, report *Report) {
	const ask = "ask support@omise.co to enable it for this account, naming its id"
	provider := omisealipay.New(&omisealipay.Options{Logger: slog.New(slog.DiscardHandler)})
	configuration := *o.Configuration
	configuration.Probe = true
	account, err := provider.Configure(ctx, &configuration)
	if err != nil {
		report.add("methods", Failed, err.Error(), "correct the setting or the secret that is named, and run it again")
		return
	}
	if len(account.PaymentMethods) == 0 {
		report.add("methods", Failed, "none of this provider's payment methods is enabled", strings.Replace(ask, "it", "alipay", 1))
		return
	}
	has := false
	for i := range account.PaymentMethods {
		method := &account.PaymentMethods[i]
		has = has || method.Code == "alipay"
		report.add(method.Code, OK, "enabled; "+strings.Join(limitsOf(method), "; "), "")
	}
	if !has {
		report.add("alipay", Warning, "not enabled; the account sells with the methods above alone", ask)
	}
}

// limitsOf returns the amounts that a payment by the method may have, one text for a
// currency.
func limitsOf(method *contract.PaymentMethod) []string {
	var limits []string
	for _, of := range method.Currencies {
		least := contract.Money{Currency: of.Currency, MinorUnits: of.MinMinorUnits}
		most := contract.Money{Currency: of.Currency, MinorUnits: of.MaxMinorUnits}
		switch {
		case of.MinMinorUnits == 0 && of.MaxMinorUnits == 0:
			limits = append(limits, of.Currency+", amounts as the gateway decides")
		case of.MaxMinorUnits == 0:
			limits = append(limits, fmt.Sprintf("from %s, the most as the gateway decides", least))
		default:
			limits = append(limits, fmt.Sprintf("%s to %s", least, most))
		}
	}
	return limits
}
