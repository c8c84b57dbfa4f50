package omise

import "strings"

func readCharge(f *fields) Charge {
	f.is("charge")
	charge := Charge{Response: f.response, ID: f.id(ChargePrefix), Live: f.flag("livemode")}
	if deleted := f.flag("deleted"); deleted != nil && *deleted {
		charge.Deleted = true
		return charge
	}
	charge.Amount, charge.Currency = f.amount("amount"), f.required("currency", f.currency("currency"))
	charge.Status = f.text("status")
	charge.Authorized, charge.Paid = f.flag("authorized"), f.flag("paid", "captured")
	charge.Expired, charge.Reversed, charge.Voided = f.flag("expired"), f.flag("reversed"), f.flag("voided")
	charge.FailureCode, charge.FailureMessage = f.text("failure_code"), f.text("failure_message")

	charge.Source, charge.Offsite = sourceWithin(f), f.text("offsite")
	charge.AuthorizeURI, charge.ReturnURI = f.text("authorize_uri"), f.text("return_uri")
	charge.Description, charge.Metadata = f.text("description"), f.metadata()
	charge.Transaction = f.reference("transaction")

	charge.RefundedAmount = f.number("refunded_amount", "refunded")
	charge.Refundable, charge.PartiallyRefundable = f.flag("refundable"), f.flag("partially_refundable")
	charge.Refunds = refundsWithin(f)
	charge.Settlement = Settlement{
		Currency: f.currency("funding_currency"),
		Gross:    f.figure("funding_amount"),
		Net:      f.figure("net"),
		Fee:      f.figure("fee"),
		FeeVAT:   f.figure("fee_vat"),
	}
	charge.CreatedAt, charge.PaidAt = f.time("created_at", "created"), f.time("paid_at", "captured_at")
	charge.ExpiresAt, charge.ExpiredAt = f.time("expires_at"), f.time("expired_at")
	return charge
}

func refundsWithin(f *fields) *List[Refund] {
	raw := f.find("refunds")
	if raw == nil {
		return nil
	}
	inner := within(raw)
	list := listOf(readRefund)(inner)
	if inner.err != nil {
		f.fail("refunds: " + inner.err.Error())
	}
	return &list
}

func readRefund(f *fields) Refund {
	f.is("refund")
	refund := Refund{Response: f.response, ID: f.id(RefundPrefix), Live: f.flag("livemode")}
	if deleted := f.flag("deleted"); deleted != nil && *deleted {
		refund.Deleted = true
		return refund
	}
	refund.Charge = f.reference("charge")
	if !ValidID(refund.Charge, ChargePrefix) {
		f.fail("charge does not have the form " + ChargePrefix + "…")
	}
	refund.Amount, refund.Currency = f.amount("amount"), f.required("currency", f.currency("currency"))
	refund.Status, refund.Voided = f.text("status"), f.flag("voided")
	refund.Transaction, refund.Metadata = f.reference("transaction"), f.metadata()
	refund.CreatedAt = f.time("created_at", "created")
	return refund
}

func readSource(f *fields) Source {
	f.is("source")
	return Source{
		Response:  f.response,
		ID:        f.id(SourcePrefix),
		Live:      f.flag("livemode"),
		Type:      f.required("type", f.text("type")),
		Flow:      f.text("flow"),
		Amount:    f.number("amount"),
		Currency:  f.currency("currency"),
		CreatedAt: f.time("created_at", "created"),
	}
}

// sourceWithin reads the source of a charge: an object, an id, or nothing.
func sourceWithin(f *fields) *Source {
	raw := f.find("source")
	if raw == nil {
		return nil
	}
	if raw[0] == '"' {
		return &Source{ID: f.text("source")}
	}
	inner := within(raw)
	source := readSource(inner)
	if inner.err != nil {
		f.fail("source: " + inner.err.Error())
	}
	return &source
}

func readCapability(f *fields) Capability {
	f.is("capability")
	capability := Capability{Response: f.response, Country: f.text("country")}
	if limits := f.find("limits"); limits != nil {
		if bounds := within(limits).find("charge_amount"); bounds != nil {
			capability.MinAmount, capability.MaxAmount = within(bounds).figure("min"), within(bounds).figure("max")
		}
	}
	methods, ok := elementsOf(f.find("payment_methods"))
	if !ok {
		f.fail("payment_methods is not an array")
	}
	for _, raw := range methods {
		capability.PaymentMethods = append(capability.PaymentMethods, readPaymentMethod(within(raw)))
	}
	return capability
}

func readPaymentMethod(f *fields) PaymentMethod {
	method := PaymentMethod{Name: f.text("name")}
	currencies, _ := elementsOf(f.find("currencies"))
	for _, raw := range currencies {
		if raw[0] == '"' {
			method.Currencies = append(method.Currencies, strings.ToUpper(string(unescape(raw))))
		}
	}
	return method
}

func readEvent(f *fields) Event {
	f.is("event")
	event := Event{
		Response:  f.response,
		ID:        f.id(EventPrefix),
		Live:      f.flag("livemode"),
		Key:       f.required("key", f.text("key")),
		CreatedAt: f.time("created_at", "created"),
	}
	if data := f.find("data"); data != nil {
		event.Data = data
	}
	return event
}

// listOf gives the reader of a list. An element that cannot be read makes the whole page unreadable: a look-up that
// left it out could miss the very object it seeks.
func listOf[T any](read func(*fields) T) func(*fields) List[T] {
	return func(f *fields) List[T] {
		f.is("list")
		list := List[T]{Response: f.response, Total: int(f.amount("total"))}
		if offset := f.number("offset"); offset != nil {
			list.Offset = int(*offset)
		}
		elements, ok := elementsOf(f.find("data"))
		if !ok {
			f.fail("data is not an array")
		}
		list.Data = make([]T, 0, len(elements))
		for _, raw := range elements {
			element := within(raw)
			list.Data = append(list.Data, read(element))
			if element.err != nil {
				f.fail("an element of the list is unreadable: " + element.err.Error())
			}
		}
		return list
	}
}
