package contract

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func validDescriptor() *Descriptor {
	return &Descriptor{
		ProviderID: "memory", Version: "0.1.0", SpecVersion: SpecVersion,
		Operations: []Operation{OperationCreatePayment, OperationGetStatus, OperationRefund, OperationGetRefund, OperationParseWebhook},
		PaymentMethods: []PaymentMethod{{
			Code: "wallet", Flow: FlowRedirect, PayerAction: PayerActionRequired,
			Currencies: []CurrencyLimits{{Currency: "THB", MinMinorUnits: 2000, MaxMinorUnits: 100000}, {Currency: "JPY"}},
		}},
		Refunds:           &RefundTerms{Full: true, Partial: true, Window: &RefundWindow{Months: 3, Zone: "Asia/Bangkok"}},
		CreateIdempotency: &Idempotency{Kind: IdempotencyLookup, LookupByKey: true, SettleTime: time.Minute},
		RefundIdempotency: &Idempotency{Kind: IdempotencyNative, KeyLife: time.Hour},
		Webhooks:          &WebhookTerms{Verifications: []Verification{VerificationSignature}},
		Modes:             []Mode{ModeTest},
		ConfigFields: []ConfigField{
			{Name: "secret_key", Kind: ConfigString, Required: true, Secret: true, Description: "the key"},
			{Name: "timeout", Kind: ConfigDuration, Default: "25s", Description: "the longest a call may take"},
			{Name: "api_base", Kind: ConfigURL, Default: "https://api.example", Description: "where the gateway is"},
			{Name: "retries", Kind: ConfigInteger, Default: "3", Description: "how often"},
			{Name: "strict", Kind: ConfigBoolean, Default: "true", Description: "whether"},
			{Name: "way", Kind: ConfigChoice, Default: "a", Choices: []string{"a", "b"}, Description: "which"},
			{Name: "items", Kind: ConfigList, Default: "a", Description: "several"},
		},
	}
}

func TestDescriptor_ThatContradictsItselfIsAProviderBug(t *testing.T) {
	t.Parallel()
	require.NoError(t, validDescriptor().Validate())
	for field, change := range map[string]func(*Descriptor){
		"provider_id":                        func(d *Descriptor) { d.ProviderID = "Memory" },
		"version":                            func(d *Descriptor) { d.Version = "v1" },
		"operations[0]":                      func(d *Descriptor) { d.Operations[0] = OperationDescribe },
		"operations[1]":                      func(d *Descriptor) { d.Operations[1] = d.Operations[0] },
		"refunds":                            func(d *Descriptor) { d.Refunds = nil },
		"refunds.window.zone":                func(d *Descriptor) { d.Refunds.Window.Zone = "Siam" },
		"create_idempotency":                 func(d *Descriptor) { d.CreateIdempotency = nil },
		"create_idempotency.lookup_by_key":   func(d *Descriptor) { d.CreateIdempotency.LookupByKey = false },
		"refund_idempotency.key_life":        func(d *Descriptor) { d.RefundIdempotency.KeyLife = 0 },
		"refund_idempotency.kind":            func(d *Descriptor) { d.RefundIdempotency.Kind = "" },
		"webhooks":                           func(d *Descriptor) { d.Webhooks = nil },
		"webhooks.verifications[0]":          func(d *Descriptor) { d.Webhooks.Verifications[0] = "" },
		"modes":                              func(d *Descriptor) { d.Modes = nil },
		"payment_methods":                    func(d *Descriptor) { d.PaymentMethods = nil },
		"payment_methods[0].flow":            func(d *Descriptor) { d.PaymentMethods[0].Flow = "" },
		"payment_methods[0].currencies[ABC]": func(d *Descriptor) { d.PaymentMethods[0].Currencies[1].Currency = "ABC" },
		"payment_methods[0].currencies[THB]": func(d *Descriptor) { d.PaymentMethods[0].Currencies[0].MinMinorUnits = 200000 },
		"payment_methods[0].refunds":         func(d *Descriptor) { d.PaymentMethods[0].Refunds = &RefundTerms{MaxCount: 3} },
		"payment_methods[0].refunds.window": func(d *Descriptor) {
			d.PaymentMethods[0].Refunds = &RefundTerms{Full: true, Window: &RefundWindow{Zone: "UTC"}}
		},
		"payment_methods[0].refunds.multiple": func(d *Descriptor) {
			d.PaymentMethods[0].Refunds = &RefundTerms{Full: true, Multiple: true}
		},
		"payment_methods[0].refunds.max_count": func(d *Descriptor) {
			d.PaymentMethods[0].Refunds = &RefundTerms{Full: true, Partial: true, Multiple: true, MaxCount: 1}
		},
		"config_fields[1].name":    func(d *Descriptor) { d.ConfigFields[1].Name = "secret_key" },
		"config_fields[0].default": func(d *Descriptor) { d.ConfigFields[0].Default = "x" },
		"config_fields[5].choices": func(d *Descriptor) { d.ConfigFields[5].Choices = nil },
	} {
		d := validDescriptor()
		change(d)
		reason, fields := violated(t, d.Validate())
		assert.Equal(t, ProviderBug, reason, field)
		assert.Contains(t, fields, field)
	}
}

func TestDescriptor_MethodsHaveRefundTermsOnlyIfRefundIsDeclared(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	d.Operations, d.Refunds, d.RefundIdempotency = []Operation{OperationCreatePayment, OperationGetStatus, OperationParseWebhook}, nil, nil
	require.NoError(t, d.Validate())
	d.PaymentMethods[0].Refunds = &RefundTerms{}
	_, fields := violated(t, d.Validate())
	assert.Equal(t, "payment_methods[0].refunds", fields)
}

func TestRefundTerms_AreThoseOfTheMethodOrElseOfTheProvider(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	whole := &RefundTerms{Full: true, MaxCount: 1}
	d.PaymentMethods = append(d.PaymentMethods,
		PaymentMethod{Code: "qr", Refunds: &RefundTerms{}}, PaymentMethod{Code: "card", Refunds: whole})
	account := &Account{PaymentMethods: []PaymentMethod{
		{Code: "wallet", Refunds: &RefundTerms{Full: true}}, {Code: "qr"}, {Code: "card", Refunds: &RefundTerms{}},
	}}
	for _, c := range []struct {
		method  string
		account *Account
		want    *RefundTerms
	}{
		{"wallet", nil, d.Refunds},
		{"wallet", account, account.PaymentMethods[0].Refunds},
		{"qr", nil, nil},
		{"qr", account, nil}, // an account that says nothing does not allow what the descriptor does not
		{"card", nil, whole},
		{"card", &Account{}, whole},
		{"card", account, nil},
		{"", account, d.Refunds},
		{"unknown", nil, d.Refunds},
	} {
		assert.Same(t, c.want, d.RefundTerms(c.method, c.account), "%s", c.method)
	}
	assert.Nil(t, (&Descriptor{}).RefundTerms("wallet", nil), "Refund is not declared")
}

func TestAccount_RefundTermsOfAMethodMustNotContradictThemselves(t *testing.T) {
	t.Parallel()
	account := &Account{PaymentMethods: validDescriptor().PaymentMethods}
	account.PaymentMethods[0].Refunds = &RefundTerms{}
	require.NoError(t, account.Validate())
	account.PaymentMethods[0].Refunds = &RefundTerms{Multiple: true}
	_, fields := violated(t, account.Validate())
	assert.Equal(t, "payment_methods[0].refunds", fields)
}

func TestCheckCreatePayment_AllowsTheLimitsThemselves(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	r := validCreate()
	r.Method = "wallet"
	for units, want := range map[int64]Reason{1999: AmountOutOfRange, 2000: "", 100000: "", 100001: AmountOutOfRange} {
		r.Amount = Money{"THB", units}
		assert.Equal(t, want, ReasonOf(d.CheckCreatePayment(r, nil)), units)
	}
	r.Amount = Money{"JPY", 1}
	require.NoError(t, d.CheckCreatePayment(r, nil), "a bound that is not known refuses nothing")
	r.Amount = Money{"USD", 5000}
	assert.Equal(t, CurrencyUnsupported, ReasonOf(d.CheckCreatePayment(r, nil)))
	r.Method = "alipay"
	assert.Equal(t, MethodUnsupported, ReasonOf(d.CheckCreatePayment(r, nil)))
}

func TestCheckCreatePayment_PrefersTheLimitsOfTheAccount(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	r := validCreate()
	r.Method = "wallet"
	account := &Account{PaymentMethods: []PaymentMethod{{Code: "wallet", Currencies: []CurrencyLimits{{Currency: "THB", MaxMinorUnits: 5000}}}}}
	r.Amount = Money{"THB", 5001}
	assert.Equal(t, AmountOutOfRange, ReasonOf(d.CheckCreatePayment(r, account)))
	assert.Equal(t, MethodNotEnabled, ReasonOf(d.CheckCreatePayment(r, &Account{})))
	r.WebhookURL = "https://shop.example/w"
	require.ErrorContains(t, d.CheckCreatePayment(r, nil), "webhook_url")
}

func TestCheckCreatePayment_NeedsThePhoneThatTheMethodNeeds(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	r := validCreate()
	r.Method, r.Amount = "wallet", Money{"THB", 5000}
	account := &Account{PaymentMethods: []PaymentMethod{{Code: "wallet", Currencies: []CurrencyLimits{{Currency: "THB"}}}}}
	require.NoError(t, d.CheckCreatePayment(r, account))
	assert.False(t, d.NeedsPhone("wallet", account))
	for _, needs := range []*bool{&d.PaymentMethods[0].NeedsPhone, &account.PaymentMethods[0].NeedsPhone} {
		*needs = true
		assert.True(t, d.NeedsPhone("wallet", account))
		for _, payer := range []*Payer{nil, {Locale: "th"}, {Phone: NewSecret("")}} {
			r.Payer = payer
			reason, fields := violated(t, d.CheckCreatePayment(r, account))
			assert.Equal(t, InvalidRequest, reason)
			assert.Equal(t, "payer.phone", fields)
		}
		r.Payer = &Payer{Phone: NewSecret("+66812345678")}
		require.NoError(t, d.CheckCreatePayment(r, account))
		*needs = false
	}
	assert.False(t, d.NeedsPhone("unknown", nil))
}

func TestCheckGetRefund_NeedsLookupByKeyToBeDeclared(t *testing.T) {
	t.Parallel()
	d := validDescriptor()
	attempt := &Attempt{Key: "k", FirstAt: time.Now()}
	require.NoError(t, d.CheckGetStatus(&GetStatusRequest{Attempt: attempt}))
	require.NoError(t, d.CheckGetRefund(&GetRefundRequest{PaymentID: "p", RefundID: "r"}))
	assert.Equal(t, CapabilityUnsupported, ReasonOf(d.CheckGetRefund(&GetRefundRequest{PaymentID: "p", Attempt: attempt})))
}

func TestCheckConfiguration_NamesKeysAndNeverShowsValues(t *testing.T) {
	t.Parallel()
	const canary = "skey_canary_5fzcso1ns6"
	valid := func() *Configuration {
		return &Configuration{
			Mode:     ModeTest,
			Settings: map[string]string{"timeout": "3s", "api_base": "http://127.0.0.1:1", "way": "b", "items": "a,b"},
			Secrets:  map[string]Secret{"secret_key": NewSecret(canary)},
		}
	}
	require.NoError(t, validDescriptor().CheckConfiguration(valid()))
	for field, change := range map[string]func(*Configuration){
		"mode":                 func(c *Configuration) { c.Mode = ModeLive },
		"secrets[secret_key]":  func(c *Configuration) { c.Secrets = nil },
		"secrets[secret_kye]":  func(c *Configuration) { c.Secrets["secret_kye"] = NewSecret(canary) },
		"settings[secret_key]": func(c *Configuration) { c.Settings["secret_key"] = canary; delete(c.Secrets, "secret_key") },
		"settings[timeout]":    func(c *Configuration) { c.Settings["timeout"] = "soon" + canary },
		"settings[api_base]":   func(c *Configuration) { c.Settings["api_base"] = "ftp://" + canary },
		"settings[retries]":    func(c *Configuration) { c.Settings["retries"] = "-1" },
		"settings[strict]":     func(c *Configuration) { c.Settings["strict"] = "yes" },
		"settings[way]":        func(c *Configuration) { c.Settings["way"] = "c" },
		"settings[items]":      func(c *Configuration) { c.Settings["items"] = "a,,b" },
		"settings[nonsense]":   func(c *Configuration) { c.Settings["nonsense"] = "x" },
	} {
		c := valid()
		change(c)
		err := validDescriptor().CheckConfiguration(c)
		reason, fields := violated(t, err)
		assert.Equal(t, InvalidConfig, reason)
		assert.Equal(t, field, fields)
		assert.NotContains(t, err.Error(), canary)
	}
	for _, foreign := range []*Configuration{
		{Settings: map[string]string{"api_base": "\xff"}}, {Secrets: map[string]Secret{"secret_key": NewSecret("\xff")}},
	} {
		assert.Equal(t, InvalidConfig, ReasonOf(foreign.Validate()))
	}
	for _, blank := range []Secret{NewSecret(""), NewSecret("   "), NewSecret("\t"), NewSecret("a\n"), NewSecret(" a")} {
		c := valid()
		c.Secrets["secret_key"] = blank
		_, fields := violated(t, validDescriptor().CheckConfiguration(c))
		assert.Equal(t, "secrets[secret_key]", fields, "%q", blank)
	}
}
