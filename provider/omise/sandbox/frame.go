package sandbox

import (
	"slices"
	"time"
)

// A frame is what the look of an object depends on: the version, the moment,
// the dials. One file for each version writes charges; what the versions
// share is here.
type frame struct {
	version version
	now     time.Time
	dials   *Dials
	expand  bool // transactions as objects, not as ids
}

func (f *frame) charge(c *charge) object {
	switch f.version {
	case version2014, version2015:
		return f.charge2015(c)
	case version2017:
		return f.charge2017(c)
	case version2019:
	}
	return f.charge2019(c)
}

// refundList is the list inside a charge.
func (f *frame) refundList(c *charge) object {
	data := []any{}
	for _, r := range c.refunds {
		data = append(data, f.refund(r))
	}
	return wholePage(f.now).answer(f.version, "/charges/"+c.id+"/refunds", len(data), data)
}

func (f *frame) refund(r *refund) object {
	location := "/charges/" + r.chargeID + "/refunds/" + r.id
	if f.version >= version2019 {
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

// source writes a source with the status of the charge made with it.
func (f *frame) source(s *source, chargeStatus string) object {
	if f.version >= version2019 {
		return f.source2019(s, chargeStatus)
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

func (f *frame) source2019(s *source, chargeStatus string) object {
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

// event writes an event: the envelope in the frame's version, the data in the
// event's own.
func (f *frame) event(e *event) object {
	return f.envelope(e, e.deliveryRecords(), member{"data", e.data()})
}

func (f *frame) eventWithoutData(e *event) object {
	return f.envelope(e, e.deliveryRecords())
}

func (f *frame) envelope(e *event, deliveries []any, data ...member) object {
	head := object{
		{"object", "event"},
		{"id", e.id},
		{"livemode", false},
		{"location", "/events/" + e.id},
		{"webhook_deliveries", deliveries},
	}
	if f.version >= version2019 {
		return append(append(head, data...), member{"key", e.key}, member{"created_at", timestamp(e.createdAt)})
	}
	created := e.createdAt.UTC().Format("2006-01-02T15:04:05+00:00")
	return slices.Concat(head, object{{"key", e.key}, {"created", created}}, data)
}
