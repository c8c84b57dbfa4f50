package wire

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// reader collects what in a message the contract has no words for.
type reader struct {
	reason     contract.Reason
	violations []contract.Violation
}

func (r *reader) refuse(reason contract.Reason, field, format string, args ...any) {
	if r.reason != "" && r.reason != reason {
		reason = contract.InvalidRequest
	}
	r.reason = reason
	r.violations = append(r.violations, contract.Violation{Field: field, Description: fmt.Sprintf(format, args...)})
}

// request returns the error for a request that could not be decoded; nil if it
// could.
func (r *reader) request() error {
	if len(r.violations) == 0 {
		return nil
	}
	e := contract.NewError(r.reason, "the request cannot be read; nothing was done")
	e.Violations = r.violations
	return e
}

// answer returns the error for an answer that could not be decoded; nil if it could.
func (r *reader) answer() error {
	if len(r.violations) == 0 {
		return nil
	}
	reason := contract.ProviderBug
	if r.reason == contract.CurrencyExponentMismatch {
		reason = r.reason
	}
	e := contract.NewError(reason, "the provider's answer cannot be read; report it to the provider's author").
		WithOutcome(contract.Indeterminate)
	e.Violations = r.violations
	return e
}

// enum is a generated enum type.
type enum interface {
	~int32
	protoreflect.Enum
}

// prefix returns the prefix of the names of an enum's values. The name of the value
// 0 is this prefix and UNSPECIFIED.
func prefix(d protoreflect.EnumDescriptor) string {
	return strings.TrimSuffix(string(d.Values().ByNumber(0).Name()), "UNSPECIFIED")
}

// encodeEnum returns the value of the same name, or 0 if there is none.
func encodeEnum[E enum, S ~string](word S) E {
	var zero E
	d := zero.Descriptor()
	if v := d.Values().ByName(protoreflect.Name(prefix(d) + string(word))); v != nil {
		return E(v.Number())
	}
	return zero
}

// decodeEnum returns the word of the same name, and "" for 0. Validate decides
// whether the value may be absent.
func decodeEnum[S ~string, E enum](r *reader, field string, value E) S {
	if value == 0 {
		return ""
	}
	d := value.Descriptor()
	v := d.Values().ByNumber(value.Number())
	if v == nil {
		r.refuse(contract.InvalidRequest, field, "is not known to this version: %d", value.Number())
		return ""
	}
	return S(strings.TrimPrefix(string(v.Name()), prefix(d)))
}

func encodeEnums[E enum, S ~string](words []S) []E {
	return encodeAll(words, func(word *S) E { return encodeEnum[E](*word) })
}

func decodeEnums[S ~string, E enum](r *reader, field string, values []E) []S {
	if len(values) == 0 {
		return nil
	}
	words := make([]S, len(values))
	for i, value := range values {
		words[i] = decodeEnum[S](r, fmt.Sprintf("%s[%d]", field, i), value)
	}
	return words
}

// encodeAll encodes every item of a list; an empty one is nil.
func encodeAll[T, M any](items []T, encode func(*T) M) []M {
	if len(items) == 0 {
		return nil
	}
	messages := make([]M, len(items))
	for i := range items {
		messages[i] = encode(&items[i])
	}
	return messages
}

// decodeAll decodes every item of a list; an empty one is nil.
func decodeAll[T, M any](r *reader, field string, messages []M, decode func(*reader, string, M) *T) []T {
	if len(messages) == 0 {
		return nil
	}
	items := make([]T, len(messages))
	for i, message := range messages {
		if item := decode(r, fmt.Sprintf("%s[%d]", field, i), message); item != nil {
			items[i] = *item
		}
	}
	return items
}

// nonEmpty returns nil for an empty map, because the wire cannot tell the two apart.
func nonEmpty[M ~map[K]V, K comparable, V any](m M) M {
	if len(m) == 0 {
		return nil
	}
	return m
}

func encodeTime(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func decodeTime(r *reader, field string, m *timestamppb.Timestamp) time.Time {
	if m == nil {
		return time.Time{}
	}
	if err := m.CheckValid(); err != nil {
		r.refuse(contract.InvalidRequest, field, "is not a time")
		return time.Time{}
	}
	return m.AsTime()
}

func encodeDuration(d time.Duration) *durationpb.Duration {
	if d == 0 {
		return nil
	}
	return durationpb.New(d)
}

func decodeDuration(r *reader, field string, m *durationpb.Duration) time.Duration {
	if m == nil {
		return 0
	}
	d := m.AsDuration()
	if m.CheckValid() != nil || durationpb.New(d).GetSeconds() != m.GetSeconds() {
		r.refuse(contract.InvalidRequest, field, "is not a length of time, or too long")
		return 0
	}
	return d
}

// encodeMoney adds the exponent, so that a peer with another one notices.
func encodeMoney(m contract.Money) *v1.Money {
	if m.IsZero() {
		return nil
	}
	message := &v1.Money{Currency: m.Currency, MinorUnits: m.MinorUnits}
	if exponent, ok := contract.Exponent(m.Currency); ok {
		message.Exponent = new(int32(exponent)) //nolint:gosec // An exponent is 0 to 4.
	}
	return message
}

func decodeMoney(r *reader, field string, m *v1.Money) contract.Money {
	if m == nil {
		return contract.Money{}
	}
	exponent, ok := contract.Exponent(m.GetCurrency())
	if ok && m.Exponent != nil && int64(m.GetExponent()) != int64(exponent) {
		r.refuse(contract.CurrencyExponentMismatch, field+".exponent",
			"is %d for %s, and ISO 4217 has %d: update the side that is older", m.GetExponent(), m.GetCurrency(), exponent)
	}
	return contract.Money{Currency: m.GetCurrency(), MinorUnits: m.GetMinorUnits()}
}
