package checks

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// givenToPayments has a row for every field of a request for a payment.
func givenToPayments() []given {
	row := func(field, clause string, cases func(*harness.Env) []legal) given {
		return given{operation: contract.OperationCreatePayment, field: field, clause: clause, cases: cases}
	}
	left := func(field, why string) given {
		return given{operation: contract.OperationCreatePayment, field: field, left: why}
	}
	key := row("attempt.key", "CRE-014", eachKey(func(key string) legal {
		return legal{create: func(r *contract.CreatePaymentRequest) { r.Attempt.Key = key }, arrived: func(t *harness.T, what string, k *recorded) {
			harness.Equal(t, what+": at the gateway", key, k.ledger.Key)
			harness.Equal(t, what+": in the answer", key, k.created.IdempotencyKey)
		}}
	}))
	amount := row("amount.minor_units", "CRE-014", func(e *harness.Env) []legal { return amountCases(e, false) })
	key.always, amount.always = true, true
	return append(givenOfPayers(row), []given{
		key, amount,
		row("reference", "CRE-006", eachText(contract.MaxReferenceLength, func(text string) legal {
			return legal{create: func(r *contract.CreatePaymentRequest) { r.Reference = text }, arrived: func(t *harness.T, what string, k *recorded) {
				harness.Equal(t, what+": at the gateway", text, k.ledger.Reference)
				harness.Equal(t, what+": in the answer", text, k.created.Reference)
				harness.Equal(t, what+": on reading", text, k.s.MustStatus(t, k.created.PaymentID).Reference)
			}}
		})),
		row("description", "CRE-006", eachText(contract.MaxDescriptionLength, func(text string) legal {
			return legal{create: func(r *contract.CreatePaymentRequest) { r.Description = text }, arrived: func(t *harness.T, what string, k *recorded) {
				harness.Equal(t, what+": at the gateway", text, k.ledger.Description)
			}}
		})),
		row("metadata", "CRE-014", func(*harness.Env) []legal { return append(metadataCases(false), metadataNames(false)...) }),
		row("return_url", "CRE-014", func(*harness.Env) []legal {
			longest := "https://shop.example/back?order=" + strings.Repeat("a", contract.MaxURLLength-32)
			return []legal{{
				name: "as long as it may be", create: func(r *contract.CreatePaymentRequest) { r.ReturnURL = longest },
				arrived: func(t *harness.T, what string, k *recorded) {
					harness.Equal(t, what+": at the gateway", longest, k.ledger.ReturnURL)
				},
			}}
		}),
		left("account", "it is reserved; DSC-004 sends it with every operation"),
		left("attempt.first_at", "a later call has it; IDM-009 moves it past the settle time"),
		left("attempt.last_unknown_at", "a later call has it; IDM-009 moves it past the settle time"),
		left("amount.currency", "CRE-001 creates a payment in each"),
		left("amount.exponent", "the host library sets it; CRE-005 sends another one"),
		left("method", "CRE-004, CRE-011 and CRE-012 create payments with each"),
	}...)
}

// givenOfPayers has the rows of what a host knows of the payer, and of where it hears of
// the payment.
func givenOfPayers(row func(field, clause string, cases func(*harness.Env) []legal) given) []given {
	rows := []given{
		row("payer.ip", "CRE-014", payers(map[string]contract.Payer{
			"of IPv4": {IP: "203.0.113.7"}, "of IPv6": {IP: "2001:db8::7"}, "of IPv4 within IPv6": {IP: "::ffff:203.0.113.7"},
		})),
		row("payer.locale", "CRE-014", payers(map[string]contract.Payer{
			"Thai": {Locale: "th"}, "Chinese in Taiwan": {Locale: "zh-Hant-TW"}, "as long as it may be": {Locale: "zh-Hans-CN-x-" + strings.Repeat("abcdefgh-", 2) + "abcd"},
		})),
		row("payer.platform", "CRE-014", payers(map[string]contract.Payer{
			"the web": {Platform: contract.PlatformWeb}, "iOS": {Platform: contract.PlatformIOS}, "Android": {Platform: contract.PlatformAndroid},
		})),
		row("payer.phone", "CRE-014", payers(map[string]contract.Payer{
			"Thai": {Phone: contract.NewSecret(harness.Phone)}, "Chinese": {Phone: contract.NewSecret("+8613812345678")},
		})),
		row("webhook_url", "CRE-014", func(e *harness.Env) []legal {
			if e.Descriptor.Webhooks == nil || !e.Descriptor.Webhooks.PerPaymentURL {
				return nil // ERR-009 has it refused
			}
			return []legal{{name: "of the shop", create: func(r *contract.CreatePaymentRequest) { r.WebhookURL = "https://shop.example/webhooks" }}}
		}),
	}
	for i := range rows { // a gateway may not take the phones of every country
		rows[i].always = rows[i].field != "payer.phone"
	}
	return rows
}

// payers returns cases with what is known of the payer. The phone is kept where the method
// needs it.
func payers(known map[string]contract.Payer) func(*harness.Env) []legal {
	return func(*harness.Env) []legal {
		var cases []legal
		for name, payer := range inOrder(known) {
			cases = append(cases, legal{name: name, create: func(r *contract.CreatePaymentRequest) {
				given := payer
				if r.Payer != nil && given.Phone.Reveal() == "" {
					given.Phone = r.Payer.Phone
				}
				r.Payer = &given
			}})
		}
		return cases
	}
}

// metadataCases are as many pairs as there may be, each as long as it may be, in each
// script; of a refund or of a payment.
func metadataCases(ofRefund bool) []legal {
	var cases []legal
	for name, text := range inOrder(scripts(contract.MaxMetadataValueLength)) {
		pairs := make(map[string]string, contract.MaxMetadataPairs)
		for i := range contract.MaxMetadataPairs {
			pairs[fmt.Sprintf("%02d_%s", i, strings.Repeat("k", contract.MaxMetadataKeyLength-3))] = text
		}
		cases = append(cases, metadataCase("full, "+name, pairs, ofRefund))
	}
	return cases
}

// metadataNames are pairs whose names are changed by who cuts, escapes, sorts or guesses.
// A gateway that cannot keep a name has to say so.
func metadataNames(ofRefund bool) []legal {
	var cases []legal
	for what, name := range inOrder(map[string]string{
		"in Thai": "รหัสสินค้า", "with capitals": "OrderId", "with a blank": "order id", "with a dot": "order.id", "with brackets": "order[id]", "with a list's brackets": "order[]", "with brackets turned": "order][id",
		"with a dollar": "$order", "that others use": "reason", "that is a word": "null", "that is a number": "7",
	}) {
		cases = append(cases, metadataCase("of a name "+what, map[string]string{name: "tea"}, ofRefund))
	}
	return append(cases, metadataCase("without a value", map[string]string{"gift": "", "wrap": "yes"}, ofRefund))
}

func metadataCase(name string, pairs map[string]string, ofRefund bool) legal {
	return legal{
		name:   name,
		create: func(r *contract.CreatePaymentRequest) { r.Metadata = maps.Clone(pairs) },
		refund: func(r *contract.RefundRequest) { r.Metadata = maps.Clone(pairs) },
		arrived: func(t *harness.T, what string, k *recorded) {
			if !k.needsDetails(t) {
				return
			}
			kept := k.ledger.Metadata
			if ofRefund {
				kept = k.refund.Metadata
			}
			for key, want := range inOrder(pairs) {
				value, there := kept[key]
				if !harness.True(t, there, "%s: %s is not at the gateway", what, key) || !harness.Equal(t, what+": "+key+" at the gateway", want, value) {
					return // the others are alike
				}
			}
		},
	}
}

// eachKey returns a case for each form of key that somebody may take for something else.
func eachKey(value func(key string) legal) func(*harness.Env) []legal {
	return func(e *harness.Env) []legal {
		key := e.Key()
		var cases []legal
		for name, form := range inOrder(map[string]string{
			"as long as it may be": strings.Repeat("k", contract.MaxKeyLength-len(key)) + key, "begun with a dash": "-" + key,
			"begun with zeros": "00" + key, "of capitals": strings.ToUpper(key), "ended with an underscore": key + "_",
		}) {
			with := value(form)
			with.name = name
			cases = append(cases, with)
		}
		return cases
	}
}

// amountCases are amounts that floating point spoils.
func amountCases(e *harness.Env, ofRefund bool) []legal {
	most := e.Manifest.Fixtures.Amounts.OK
	var cases []legal
	for amount := e.Manifest.Fixtures.Amounts.Min; amount <= most && len(cases) < 2; amount++ {
		if !spoilt(amount) {
			continue
		}
		value := legal{
			name:   strconv.FormatInt(amount, 10),
			create: func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = amount },
			refund: func(r *contract.RefundRequest) { r.Amount.MinorUnits = amount },
			arrived: func(t *harness.T, what string, k *recorded) {
				if ofRefund {
					harness.Equal(t, what+": at the gateway", amount, k.refund.Amount)
					harness.Equal(t, what+": in the answer", amount, k.refunded.Amount.MinorUnits)
					return
				}
				harness.Equal(t, what+": at the gateway", amount, k.ledger.Amount)
				harness.Equal(t, what+": in the answer", amount, k.created.Amount.MinorUnits)
				harness.Equal(t, what+": on reading", amount, k.s.MustStatus(t, k.created.PaymentID).Amount.MinorUnits)
			},
		}
		cases = append(cases, value)
	}
	return cases
}

// givenToRefunds has a row for every field of a request for a refund.
func givenToRefunds() []given {
	left := func(field, why string) given {
		return given{operation: contract.OperationRefund, field: field, left: why}
	}
	key := given{operation: contract.OperationRefund, field: "attempt.key", clause: "REF-019", always: true, cases: eachKey(func(key string) legal {
		return legal{refund: func(r *contract.RefundRequest) { r.Attempt.Key = key }, arrived: func(t *harness.T, what string, k *recorded) {
			harness.Equal(t, what+": at the gateway", key, k.refund.Key)
			harness.Equal(t, what+": in the answer", key, k.refunded.IdempotencyKey)
		}}
	})}
	amount := given{operation: contract.OperationRefund, field: "amount.minor_units", clause: "REF-019", always: true, cases: func(e *harness.Env) []legal {
		if !slices.Contains(e.Capabilities, "refunds.partial") {
			return nil
		}
		return amountCases(e, true)
	}}
	return []given{
		key, amount,
		{
			operation: contract.OperationRefund, field: "reason", clause: "REF-019",
			cases: eachText(contract.MaxDescriptionLength, func(text string) legal {
				return legal{refund: func(r *contract.RefundRequest) { r.Reason = text }}
			}),
		},
		{
			operation: contract.OperationRefund, field: "metadata", clause: "REF-019",
			cases: func(*harness.Env) []legal { return append(metadataCases(true), metadataNames(true)...) },
		},
		left("account", "it is reserved; DSC-004 sends it with every operation"),
		left("attempt.first_at", "a later call has it; REF-012 moves it past the settle time"),
		left("attempt.last_unknown_at", "a later call has it; REF-012 moves it past the settle time"),
		left("payment_id", "REF-004 and REF-005 ask for others"),
		left("amount.currency", "REF-005 asks for another"),
		left("amount.exponent", "the host library sets it; REF-005 sends another one"),
	}
}
