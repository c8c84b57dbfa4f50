package fit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// expected is what a pointer of the manifest should lead to.
type expected struct {
	key, pointer string         // of the manifest, such as "fields.id" and "/id"
	what         string         // in words
	fits         func(any) bool // whether a value can be it
	sure         func(any) bool // whether a value elsewhere is certainly it; nil: none is
}

// always are the keys of fields that every gateway has.
var always = []string{"fields.id", "fields.amount", "fields.currency", "fields.status", "fields.list", "fields.refund.amount"}

// check reports a pointer that leads to nothing or to something else. If the answer
// has the value elsewhere, the remedy says where.
func (r *Result) check(d *document, in string, e *expected) {
	if !says(e.pointer) {
		return
	}
	value, there := d.at(e.pointer)
	if there && e.fits(value) {
		return
	}
	got := "leads to nothing"
	if there {
		got = "leads to " + show(value)
	}
	remedy := "write the pointer to " + e.what
	if !slices.Contains(always, e.key) {
		remedy += ", or none if the gateway has no such field"
	}
	if e.sure != nil {
		if at := d.find(e.sure); at != "" {
			remedy = "write " + at + ", where the answer has it"
		}
	}
	r.missed(e.key, remedy, "%s %s in %s, and should lead to %s", e.pointer, got, in, e.what)
}

// payment checks the pointers to what each answer with one payment has.
func (w *walk) payment(d *document, in string) {
	f, id := &w.e.Manifest.Fields, w.made.PaymentID
	ok := strconv.FormatInt(w.request.Amount.MinorUnits, 10)
	currency := func(value any) bool {
		text, isText := value.(string)
		return isText && strings.EqualFold(text, w.request.Amount.Currency)
	}
	for _, e := range []*expected{
		{"fields.id", f.ID, fmt.Sprintf("the payment's id, %q", id), is(id), is(id)},
		{"fields.amount", f.Amount, "the amount, " + ok, w.amount(d, ok), is(ok)},
		{"fields.currency", f.Currency, "the currency, " + w.request.Amount.Currency, currency, currency},
		{"fields.status", f.Status, "the payment's status", isScalar, nil},
		{"fields.method", f.Method, "the payment method", isScalar, nil},
		{"fields.live", f.Live, "the mode, as true or false", isBool, nil},
		{"fields.key", f.Key, fmt.Sprintf("the idempotency key, %q", w.request.Attempt.Key), is(w.request.Attempt.Key), is(w.request.Attempt.Key)},
	} {
		w.r.check(d, in, e)
	}
	w.changes(d, in, "fields.decline", f.Decline)
	w.changes(d, in, "fields.timeout", f.Timeout)
}

// amount returns what fields.amount can lead to: the number of smallest units, or
// another number if the gateway counts otherwise.
func (w *walk) amount(d *document, units string) func(any) bool {
	if d.find(is(units)) != "" {
		return is(units)
	}
	return func(value any) bool {
		_, err := strconv.ParseFloat(fmt.Sprint(value), 64)
		return err == nil
	}
}

func isBool(value any) bool {
	_, ok := value.(bool)
	return ok
}

func isNumber(value any) bool {
	_, ok := value.(json.Number)
	return ok
}

// changes checks that changes can be made to an answer.
func (w *walk) changes(d *document, in, key string, changes manifest.Changes) {
	body, err := json.Marshal(d.root)
	if err != nil {
		return
	}
	for _, pointer := range slices.Sorted(maps.Keys(changes)) {
		if _, err := gateway.Patch(body, []gateway.PatchOp{{Op: "add", Path: pointer, Value: changes[pointer]}}); err != nil {
			w.r.missed(key, "correct the pointer "+pointer, "%s cannot be set in %s: %v", pointer, in, err)
		}
	}
}

// open checks what only a payment has that nobody has paid.
func (w *walk) open(d *document, in string) {
	f, url := &w.e.Manifest.Fields, w.request.ReturnURL
	at := d.find(is(url))
	w.r.check(d, in, &expected{"fields.return_url", f.ReturnURL, fmt.Sprintf("the return URL, %q", url), func(value any) bool {
		return is(url)(value) || at == "" && isScalar(value)
	}, is(url)})
	for _, flag := range f.Paid {
		if value, there := d.at(flag); there && isSet(value) {
			w.r.missed("fields.paid", "write flags that are true, or present, exactly for paid payments",
				"%s leads to %s in %s, when nobody has paid", flag, show(value), in)
		}
	}
}

// paid checks what only a paid payment has, and what differs from an open one.
func (w *walk) paid(d, before *document, in string) {
	f := &w.e.Manifest.Fields
	for _, flag := range f.Paid {
		if value, there := d.at(flag); !there || !isSet(value) {
			w.r.missed("fields.paid", "write flags that are true, or present, exactly for paid payments",
				"%s leads to %s in %s about a paid payment", flag, show(value), in)
		}
	}
	now, there := d.at(f.Status)
	if was, had := before.at(f.Status); says(f.Status) && there && had && now == was {
		w.r.missed("fields.status", "write the pointer to the field that changes",
			"%s leads to %s before and after the payer has paid", f.Status, show(now))
	}
	w.r.check(d, in, &expected{"fields.refunded", f.Refunded, "the sum of refunds, a number", isNumber, nil})
	w.changes(d, in, "fields.no_refunds", f.NoRefunds)
}

// refunded checks the gateway's answer with one refund.
func (w *walk) refunded(d *document, in string, amount int64, key string) {
	f, units := &w.e.Manifest.Fields.Refund, strconv.FormatInt(amount, 10)
	currency := func(value any) bool {
		text, isText := value.(string)
		return isText && strings.EqualFold(text, w.request.Amount.Currency)
	}
	for _, e := range []*expected{
		{"fields.refund.amount", f.Amount, "the refund's amount, " + units, w.amount(d, units), is(units)},
		{"fields.refund.currency", f.Currency, "the refund's currency, " + w.request.Amount.Currency, currency, currency},
		{"fields.refund.payment", f.Payment, fmt.Sprintf("the id of its payment, %q", w.made.PaymentID), is(w.made.PaymentID), is(w.made.PaymentID)},
		{"fields.refund.key", f.Key, fmt.Sprintf("the refund's idempotency key, %q", key), is(key), is(key)},
		{"fields.refund.live", f.Live, "the mode, as true or false", isBool, nil},
	} {
		w.r.check(d, in, e)
	}
}

// list checks the gateway's answer with many payments, and the one without any.
func (w *walk) list(d *document, in string) {
	f := &w.e.Manifest.Fields
	isList := func(value any) bool { _, ok := value.([]any); return ok }
	w.r.check(d, in, &expected{"fields.list", f.List, "the list of payments", isList, func(value any) bool {
		items, ok := value.([]any)
		return ok && len(items) > 0 && (&document{items[0]}).find(is(w.made.PaymentID)) != ""
	}})
	w.r.check(d, in, &expected{"fields.total", f.Total, "the number of payments", isNumber, nil})
	if f.EmptyList == "" || f.List == "" {
		return
	}
	if items, there := parse([]byte(f.EmptyList)).at(f.List); !there || !isList(items) || len(items.([]any)) > 0 {
		w.r.missed("fields.empty_list", "write a body in which "+f.List+" is []", "at %s (fields.list) it has no empty list", f.List)
	}
}

// event checks the body of a webhook about the payment.
func (w *walk) event(d *document) {
	f, id := &w.e.Manifest.Fields, w.made.PaymentID
	at := cmp.Or(w.first.find(is(id)), f.ID)
	isPayment := func(value any) bool {
		found, there := (&document{value}).at(at)
		return there && is(id)(found)
	}
	w.r.check(d, "the body of a webhook", &expected{"fields.event", f.Event, fmt.Sprintf("the payment %q", id), isPayment, isPayment})
	w.r.check(d, "the body of a webhook", &expected{"fields.event_live", f.EventLive, "the webhook's mode, as true or false", isBool, nil})
}
