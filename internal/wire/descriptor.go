package wire

import (
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func encodeDescriptor(d *contract.Descriptor) *v1.Descriptor {
	return &v1.Descriptor{
		ProviderId:        d.ProviderID,
		DisplayName:       d.DisplayName,
		Version:           d.Version,
		SpecVersion:       d.SpecVersion,
		Operations:        encodeEnums[v1.Operation](d.Operations),
		PaymentMethods:    encodeAll(d.PaymentMethods, encodeMethod),
		Refunds:           encodeRefundTerms(d.Refunds),
		CreateIdempotency: encodeIdempotency(d.CreateIdempotency),
		RefundIdempotency: encodeIdempotency(d.RefundIdempotency),
		Webhooks:          encodeWebhookTerms(d.Webhooks),
		Modes:             encodeEnums[v1.Mode](d.Modes),
		ConfigFields:      encodeAll(d.ConfigFields, encodeConfigField),
	}
}

func decodeDescriptor(r *reader, m *v1.Descriptor) *contract.Descriptor {
	if m == nil {
		return nil
	}
	return &contract.Descriptor{
		ProviderID:        m.GetProviderId(),
		DisplayName:       m.GetDisplayName(),
		Version:           m.GetVersion(),
		SpecVersion:       m.GetSpecVersion(),
		Operations:        decodeEnums[contract.Operation](r, "operations", m.GetOperations()),
		PaymentMethods:    decodeAll(r, "payment_methods", m.GetPaymentMethods(), decodeMethod),
		Refunds:           decodeRefundTerms(m.GetRefunds()),
		CreateIdempotency: decodeIdempotency(r, "create_idempotency", m.GetCreateIdempotency()),
		RefundIdempotency: decodeIdempotency(r, "refund_idempotency", m.GetRefundIdempotency()),
		Webhooks:          decodeWebhookTerms(r, m.GetWebhooks()),
		Modes:             decodeEnums[contract.Mode](r, "modes", m.GetModes()),
		ConfigFields:      decodeAll(r, "config_fields", m.GetConfigFields(), decodeConfigField),
	}
}

func encodeAccount(a *contract.Account) *v1.Account {
	return &v1.Account{
		Id:             a.ID,
		Name:           a.Name,
		Country:        a.Country,
		Live:           a.Live,
		PaymentMethods: encodeAll(a.PaymentMethods, encodeMethod),
	}
}

func decodeAccount(r *reader, m *v1.Account) *contract.Account {
	if m == nil {
		return nil
	}
	return &contract.Account{
		ID:             m.GetId(),
		Name:           m.GetName(),
		Country:        m.GetCountry(),
		Live:           m.GetLive(),
		PaymentMethods: decodeAll(r, "payment_methods", m.GetPaymentMethods(), decodeMethod),
	}
}

func encodeMethod(p *contract.PaymentMethod) *v1.PaymentMethod {
	return &v1.PaymentMethod{
		Code:            p.Code,
		Flow:            encodeEnum[v1.Flow](p.Flow),
		Currencies:      encodeAll(p.Currencies, encodeLimits),
		PayerAction:     encodeEnum[v1.PayerAction](p.PayerAction),
		PaymentLifetime: encodeDuration(p.PaymentLifetime),
		PayerCountries:  p.PayerCountries,
		Refunds:         encodeRefundTerms(p.Refunds),
		NeedsPhone:      p.NeedsPhone,
	}
}

func decodeMethod(r *reader, field string, m *v1.PaymentMethod) *contract.PaymentMethod {
	return &contract.PaymentMethod{
		Code:            m.GetCode(),
		Flow:            decodeEnum[contract.Flow](r, field+".flow", m.GetFlow()),
		Currencies:      decodeAll(r, field+".currencies", m.GetCurrencies(), decodeLimits),
		PayerAction:     decodeEnum[contract.PayerAction](r, field+".payer_action", m.GetPayerAction()),
		PaymentLifetime: decodeDuration(r, field+".payment_lifetime", m.GetPaymentLifetime()),
		PayerCountries:  m.GetPayerCountries(),
		Refunds:         decodeRefundTerms(m.GetRefunds()),
		NeedsPhone:      m.GetNeedsPhone(),
	}
}

func encodeLimits(l *contract.CurrencyLimits) *v1.CurrencyLimits {
	m := &v1.CurrencyLimits{Currency: l.Currency}
	if l.MinMinorUnits != 0 {
		m.MinMinorUnits = &l.MinMinorUnits
	}
	if l.MaxMinorUnits != 0 {
		m.MaxMinorUnits = &l.MaxMinorUnits
	}
	return m
}

// decodeLimits refuses a bound of 0. A provider that sends 0 means "not known",
// for which the field has to be absent. As a bound, 0 would refuse every payment.
func decodeLimits(r *reader, field string, m *v1.CurrencyLimits) *contract.CurrencyLimits {
	if m.MinMinorUnits != nil && m.GetMinMinorUnits() == 0 || m.MaxMinorUnits != nil && m.GetMaxMinorUnits() == 0 {
		r.refuse(contract.InvalidRequest, field, "has a bound of 0; a bound that is not known must be absent")
	}
	return &contract.CurrencyLimits{
		Currency:      m.GetCurrency(),
		MinMinorUnits: m.GetMinMinorUnits(),
		MaxMinorUnits: m.GetMaxMinorUnits(),
	}
}

func encodeRefundTerms(t *contract.RefundTerms) *v1.RefundTerms {
	if t == nil {
		return nil
	}
	m := &v1.RefundTerms{
		Full: t.Full, Partial: t.Partial, Multiple: t.Multiple,
		MaxCount: int32(t.MaxCount), //nolint:gosec // Validate bounds it.
	}
	if w := t.Window; w != nil {
		m.Window = &v1.RefundWindow{Months: int32(w.Months), Days: int32(w.Days), Zone: w.Zone} //nolint:gosec // Validate bounds them.
	}
	return m
}

func decodeRefundTerms(m *v1.RefundTerms) *contract.RefundTerms {
	if m == nil {
		return nil
	}
	t := &contract.RefundTerms{
		Full: m.GetFull(), Partial: m.GetPartial(), Multiple: m.GetMultiple(), MaxCount: int(m.GetMaxCount()),
	}
	if w := m.GetWindow(); w != nil {
		t.Window = &contract.RefundWindow{Months: int(w.GetMonths()), Days: int(w.GetDays()), Zone: w.GetZone()}
	}
	return t
}

func encodeIdempotency(i *contract.Idempotency) *v1.Idempotency {
	if i == nil {
		return nil
	}
	return &v1.Idempotency{
		Kind:        encodeEnum[v1.IdempotencyKind](i.Kind),
		KeyLife:     encodeDuration(i.KeyLife),
		SettleTime:  encodeDuration(i.SettleTime),
		LookupByKey: i.LookupByKey,
	}
}

func decodeIdempotency(r *reader, field string, m *v1.Idempotency) *contract.Idempotency {
	if m == nil {
		return nil
	}
	return &contract.Idempotency{
		Kind:        decodeEnum[contract.IdempotencyKind](r, field+".kind", m.GetKind()),
		KeyLife:     decodeDuration(r, field+".key_life", m.GetKeyLife()),
		SettleTime:  decodeDuration(r, field+".settle_time", m.GetSettleTime()),
		LookupByKey: m.GetLookupByKey(),
	}
}

func encodeWebhookTerms(w *contract.WebhookTerms) *v1.WebhookTerms {
	if w == nil {
		return nil
	}
	return &v1.WebhookTerms{
		Verifications:  encodeEnums[v1.Verification](w.Verifications),
		SecretRotation: w.SecretRotation,
		PerPaymentUrl:  w.PerPaymentURL,
		Kinds:          w.Kinds,
		AttentionKinds: w.AttentionKinds,
	}
}

func decodeWebhookTerms(r *reader, m *v1.WebhookTerms) *contract.WebhookTerms {
	if m == nil {
		return nil
	}
	return &contract.WebhookTerms{
		Verifications:  decodeEnums[contract.Verification](r, "webhooks.verifications", m.GetVerifications()),
		SecretRotation: m.GetSecretRotation(),
		PerPaymentURL:  m.GetPerPaymentUrl(),
		Kinds:          m.GetKinds(),
		AttentionKinds: m.GetAttentionKinds(),
	}
}

func encodeConfigField(f *contract.ConfigField) *v1.ConfigField {
	return &v1.ConfigField{
		Name: f.Name, Kind: encodeEnum[v1.ConfigKind](f.Kind), Required: f.Required, Secret: f.Secret,
		Default: f.Default, Description: f.Description, Choices: f.Choices,
	}
}

func decodeConfigField(r *reader, field string, m *v1.ConfigField) *contract.ConfigField {
	return &contract.ConfigField{
		Name: m.GetName(), Kind: decodeEnum[contract.ConfigKind](r, field+".kind", m.GetKind()),
		Required: m.GetRequired(), Secret: m.GetSecret(),
		Default: m.GetDefault(), Description: m.GetDescription(), Choices: m.GetChoices(),
	}
}
