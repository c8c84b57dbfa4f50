package sandbox

import (
	"slices"
	"time"
)

// view renders objects as one API version shows them, at one moment and under one
// account's dials. Charges have a file for each version (charge_2019.go).
type view struct {
	version version
	now     time.Time
	dials   *Dials
	expand  bool // transactions as objects, not as ids
}

func (v *view) charge(c *charge) object {
	switch v.version {
	case version2014, version2015:
		return v.charge2015(c)
	case version2017:
		return v.charge2017(c)
	case version2019:
	}
	return v.charge2019(c)
}

// refundList renders the list of refunds in a charge.
func (v *view) refundList(c *charge) object {
	data := []any{}
	for _, r := range c.refunds {
		data = append(data, v.refund(r))
	}
	return wholePage(v.now).answer(v.version, "/charges/"+c.id+"/refunds", len(data), data)
}

func (v *view) refund(r *refund) object {
	location := "/charges/" + r.chargeID + "/refunds/" + r.id
	if v.version >= version2019 {
		return object{
			{"object", "refund"},
			{"id", r.id},
			{"livemode", false},
			{"location", location},
			{"created_at", timestamp(r.createdAt)},
			{"status", string(r.status)},
			{"amount", r.amount},
			{"currency", r.currency},
			{"funding_amount", r.amount},
			{"funding_currency", r.currency},
			{"voided", r.voided},
			{"charge", r.chargeID},
			{"transaction", r.transaction},
			{"metadata", r.metadata},
		}
	}
	return object{
		{"object", "refund"},
		{"id", r.id},
		{"location", location},
		{"amount", r.amount},
		{"currency", lower(r.currency)},
		{"voided", r.voided},
		{"charge", r.chargeID},
		{"transaction", r.transaction},
		{"created", timestamp(r.createdAt)},
		{"metadata", r.metadata},
	}
}

// source renders a source with the status of the charge that was made with it.
func (v *view) source(s *source, chargeStatus string) object {
	if v.version >= version2019 {
		return v.source2019(s, chargeStatus)
	}
	return object{
		{"object", "source"},
		{"id", s.id},
		{"type", s.kind},
		{"flow", s.flow()},
		{"amount", s.amount},
		{"currency", lower(s.currency)},
	}
}

func (v *view) source2019(s *source, chargeStatus string) object {
	detail := func(name string) any {
		value, _ := s.details.get(name)
		return value
	}
	return object{
		{"object", "source"},
		{"id", s.id},
		{"livemode", false},
		{"location", "/sources/" + s.id},
		{"amount", s.amount},
		{"barcode", nil},
		{"bank", nil},
		{"created_at", timestamp(s.createdAt)},
		{"currency", s.currency},
		{"email", detail("email")},
		{"flow", s.flow()},
		{"installment_term", nil},
		{"ip", detail("ip")},
		{"absorption_type", nil},
		{"name", detail("name")},
		{"mobile_number", nil},
		{"phone_number", detail("phone_number")},
		{"platform_type", s.platformType},
		{"scannable_code", nil},
		{"qr_settings", nil},
		{"billing", nil},
		{"shipping", nil},
		{"items", []any{}},
		{"references", nil},
		{"provider_references", nil},
		{"store_id", nil},
		{"store_name", nil},
		{"terminal_id", nil},
		{"type", s.kind},
		{"zero_interest_installments", nil},
		{"charge_status", chargeStatus},
		{"receipt_amount", nil},
		{"discounts", []any{}},
		{"promotion_code", nil},
	}
}

// event renders an event: the envelope in the view's version, the data in the
// version that the event was made in.
func (v *view) event(e *event) object {
	return v.envelope(e, e.deliveryRecords(), member{"data", e.data()})
}

func (v *view) eventWithoutData(e *event) object {
	return v.envelope(e, e.deliveryRecords())
}

func (v *view) envelope(e *event, deliveries []any, data ...member) object {
	head := object{
		{"object", "event"},
		{"id", e.id},
		{"livemode", false},
		{"location", "/events/" + e.id},
		{"webhook_deliveries", deliveries},
	}
	if v.version >= version2019 {
		return append(append(head, data...), member{"key", e.key}, member{"created_at", timestamp(e.createdAt)})
	}
	created := e.createdAt.UTC().Format("2006-01-02T15:04:05+00:00")
	return slices.Concat(head, object{{"key", e.key}, {"created", created}}, data)
}

// transaction renders the transaction of a paid charge: its id, or the whole object
// if the client asked to expand it, and in search results of the newest version.
// It is null before the charge is paid.
func (v *view) transaction(c *charge) any {
	if c.transaction == "" || !v.expand {
		return orNull(c.transaction)
	}
	location := "/transactions/" + c.transaction
	if v.version >= version2019 {
		return object{
			{"object", "transaction"},
			{"id", c.transaction},
			{"livemode", false},
			{"location", location},
			{"created_at", timestamp(c.paidAt)},
			{"direction", "credit"},
			{"key", "charge.captured.net"},
			{"origin", c.id},
			{"amount", c.net()},
			{"currency", c.currency},
			{"transferable_at", timestamp(c.paidAt)},
		}
	}
	return object{
		{"object", "transaction"},
		{"id", c.transaction},
		{"location", location},
		{"type", "credit"},
		{"amount", c.net()},
		{"currency", lower(c.currency)},
		{"transferable", timestamp(c.paidAt)},
		{"source", c.id},
		{"created", timestamp(c.paidAt)},
	}
}
