package plugin

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
)

// discretion keeps the secrets of the host out of what a provider says in one
// call. Texts for people are redacted. What a host decides by, such as an id, an
// amount or a link, is passed on as it is or not at all: with a secret in it, the
// call fails.
type discretion struct {
	secrets *text.Redactor // of all configurations
	payer   *text.Redactor // what the payer entrusted to this call; nil if it is nothing
	call    contract.Call
	before  *contract.Descriptor // what the provider said before it knew a secret; may be nil
}

func newDiscretion(secrets *text.Redactor, call contract.Call, before *contract.Descriptor) *discretion {
	d := &discretion{secrets: secrets, call: call, before: before}
	if request, ok := call.Request.(*contract.CreatePaymentRequest); ok && request != nil && request.Payer != nil {
		if phone := request.Payer.Phone.Reveal(); phone != "" {
			d.payer = &text.Redactor{}
			d.payer.Add(phone, minSecretSize)
			d.payer.Add(strings.TrimPrefix(phone, "+"), minSecretSize)
		}
	}
	return d
}

// text returns a text for people without the secrets, and without what may be a
// part of one at its ends, since providers cut texts.
func (d *discretion) text(said string) string {
	redacted := d.secrets.RedactFragment(said)
	if d.payer != nil {
		redacted = d.payer.RedactFragment(redacted)
	}
	if redacted != said && d.isHosts(said) {
		return said
	}
	return redacted
}

// hasSecret reports whether what a host decides by has a secret in it. What the
// host itself sent, or received before there was a secret, has none.
func (d *discretion) hasSecret(said string) bool {
	_, found := d.secrets.Find(said)
	return found && !d.isHosts(said)
}

// isHosts reports whether a text is the host's own.
func (d *discretion) isHosts(said string) bool {
	return holds(reflect.ValueOf(d.call.Request), said) || holds(reflect.ValueOf(d.before), said)
}

// answer redacts an answer, which nobody else has, in place. The error names what
// has a secret in it and cannot be redacted.
func (d *discretion) answer(answer any) error {
	if answer == nil {
		return nil
	}
	leak := d.redact(reflect.ValueOf(answer), "", false)
	if leak == "" {
		return nil
	}
	e := d.leaks("the provider's answer has a secret of its configuration in " + leak +
		", and was not passed on; report it to the provider's author, and replace that secret")
	switch a := answer.(type) {
	case *contract.Payment:
		e = d.withID(e, contract.MetaPaymentID, a.PaymentID)
	case *contract.Refund:
		e = d.withID(d.withID(e, contract.MetaPaymentID, a.PaymentID), contract.MetaRefundID, a.RefundID)
	}
	return e
}

func (d *discretion) leaks(message string) *contract.Error {
	e := contract.NewError(contract.ProviderBug, message).WithOutcome("")
	if d.call.Operation.MovesMoney() {
		return e.WithOutcome(contract.Indeterminate)
	}
	return e
}

func (d *discretion) withID(e *contract.Error, key, id string) *contract.Error {
	if d.hasSecret(id) {
		return e
	}
	return e.With(key, id)
}

// forPeople are the fields of answers that hold texts for people. A host decides
// by all others.
func forPeople(in reflect.Type, field string) bool {
	switch in {
	case reflect.TypeFor[contract.Payment]():
		return field == "Reference" || field == "ProviderStatus"
	case reflect.TypeFor[contract.Failure]():
		return field == "ProviderCode" || field == "Message"
	case reflect.TypeFor[contract.Refund]():
		return field == "ProviderStatus"
	case reflect.TypeFor[contract.Account]():
		return field == "Name"
	case reflect.TypeFor[contract.Descriptor]():
		return field == "DisplayName"
	case reflect.TypeFor[contract.ConfigField]():
		return field == "Description"
	case reflect.TypeFor[contract.WebhookResult](), reflect.TypeFor[contract.Event]():
		return field == "Kind"
	case reflect.TypeFor[contract.Ack]():
		return true // the event counts, whatever the gateway thinks of the response
	}
	return false
}

// redact redacts what is in a value for people, and returns the path of what is
// not and has a secret in it; "" if nothing has.
func (d *discretion) redact(v reflect.Value, path string, people bool) (leak string) {
	switch v.Kind() { // numbers and truths have no room for a secret
	case reflect.Pointer:
		return d.redact(v.Elem(), path, people)
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				leak = firstOf(leak, d.redact(v.Field(i), joined(path, field.Name), people || forPeople(v.Type(), field.Name)))
			}
		}
	case reflect.Slice:
		if bytes, ok := reflect.TypeAssert[[]byte](v); ok {
			said := string(bytes)
			leak = d.redactString(&said, path, people)
			if people && said != string(bytes) {
				v.SetBytes([]byte(said))
			}
			return leak
		}
		for i := range v.Len() {
			leak = firstOf(leak, d.redact(v.Index(i), fmt.Sprintf("%s[%d]", path, i), people))
		}
	case reflect.Map:
		return d.redactMap(v, path, people)
	case reflect.String:
		if !people && v.Type() != reflect.TypeFor[string]() {
			return "" // a word of the contract
		}
		said := v.String()
		if leak = d.redactString(&said, path, people); said != v.String() {
			v.SetString(said)
		}
	}
	return leak
}

// redactMap redacts the values. The keys are what a host looks for.
func (d *discretion) redactMap(v reflect.Value, path string, people bool) (leak string) {
	for _, key := range v.MapKeys() {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(v.MapIndex(key))
		leak = firstOf(leak, d.redact(value, path+"[...]", people))
		v.SetMapIndex(key, value)
		if d.hasSecret(key.String()) {
			leak = firstOf(leak, path)
		}
	}
	return leak
}

func (d *discretion) redactString(said *string, path string, people bool) (leak string) {
	switch {
	case people:
		*said = d.text(*said)
	case d.hasSecret(*said):
		return path
	}
	return ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// holds reports whether a value has this very text somewhere.
func holds(v reflect.Value, said string) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return holds(v.Elem(), said)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holds(v.Field(i), said) {
				return true
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if holds(v.Index(i), said) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if holds(entries.Key(), said) || holds(entries.Value(), said) {
				return true
			}
		}
	case reflect.String:
		return v.String() == said
	}
	return false
}

// decisive are the details of an error by which a host decides.
func decisive() []string {
	return []string{
		contract.MetaPaymentID, contract.MetaPaymentIDs, contract.MetaRefundID, contract.MetaRefundIDs,
		contract.MetaComplete, contract.MetaSettled, contract.MetaSearchedFrom, contract.MetaSearchedUntil,
	}
}

// error returns the error of a call without the secrets.
func (d *discretion) error(err error) error {
	e, ok := errors.AsType[*contract.Error](err)
	if !ok {
		return d.cause(err)
	}
	c := *e
	if !c.Reason.Known() {
		c.Reason = contract.Reason(d.text(string(c.Reason)))
	}
	c.Message = d.text(c.Message)
	c.Violations = slices.Clone(c.Violations)
	for i, v := range c.Violations {
		c.Violations[i] = contract.Violation{Field: d.text(v.Field), Description: d.text(v.Description)}
	}
	leak := ""
	c.Metadata = nil
	for key, value := range e.Metadata {
		if c.Metadata == nil {
			c.Metadata = make(map[string]string, len(e.Metadata))
		}
		switch {
		case !slices.Contains(decisive(), key):
			c.Metadata[d.text(key)] = d.text(value)
		case d.hasSecret(value):
			leak = key
		default:
			c.Metadata[key] = value
		}
	}
	safe := &c
	if cause := errors.Unwrap(e); cause != nil {
		safe = safe.WithCause(d.cause(cause))
	}
	if leak == "" {
		return safe
	}
	return d.leaks("the provider's error has a secret of its configuration in metadata[" + leak +
		"], which was not passed on; report it to the provider's author, and replace that secret. The error was " + safe.Error())
}

// cause returns an error that was not made for people, as it is or, with a secret in
// it, as nothing but a redacted text.
func (d *discretion) cause(err error) error {
	said := d.text(err.Error())
	if said == err.Error() && !d.hasSecret(inside(err)) {
		return err
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return fmt.Errorf("%s: %w", said, known)
		}
	}
	return errors.New(said)
}

// inside returns what an error of gRPC holds besides its text.
func inside(err error) string {
	var all []string
	if s, ok := status.FromError(err); ok {
		for _, detail := range s.Proto().GetDetails() {
			all = append(all, string(detail.GetValue()))
		}
	}
	return strings.Join(all, "\n")
}
