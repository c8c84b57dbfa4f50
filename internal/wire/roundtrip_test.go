package wire

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// carriage describes how a struct of the contract is encoded and decoded.
type carriage struct {
	encode func(any) proto.Message
	decode func(*reader, proto.Message) any
}

func carry[T any, M proto.Message](encode func(*T) M, decode func(*reader, M) *T) carriage {
	return carriage{
		encode: func(v any) proto.Message { return encode(v.(*T)) },
		decode: func(r *reader, m proto.Message) any { return decode(r, m.(M)) },
	}
}

// at fits a decoder of a nested message.
func at[T any, M proto.Message](decode func(*reader, string, M) *T) func(*reader, M) *T {
	return func(r *reader, m M) *T { return decode(r, "it", m) }
}

var carriages = map[reflect.Type]carriage{
	reflect.TypeFor[contract.Configuration]():        carry(encodeConfiguration, decodeConfiguration),
	reflect.TypeFor[contract.CreatePaymentRequest](): carry(encodeCreatePaymentRequest, decodeCreatePaymentRequest),
	reflect.TypeFor[contract.GetStatusRequest]():     carry(encodeGetStatusRequest, decodeGetStatusRequest),
	reflect.TypeFor[contract.CancelPaymentRequest](): carry(encodeCancelPaymentRequest, decodeCancelPaymentRequest),
	reflect.TypeFor[contract.RefundRequest]():        carry(encodeRefundRequest, decodeRefundRequest),
	reflect.TypeFor[contract.GetRefundRequest]():     carry(encodeGetRefundRequest, decodeGetRefundRequest),
	reflect.TypeFor[contract.ListPaymentsRequest]():  carry(encodeListPaymentsRequest, decodeListPaymentsRequest),
	reflect.TypeFor[contract.WebhookRequest]():       carry(encodeWebhookRequest, decodeWebhookRequest),
	reflect.TypeFor[contract.Descriptor]():           carry(encodeDescriptor, decodeDescriptor),
	reflect.TypeFor[contract.Account]():              carry(encodeAccount, decodeAccount),
	reflect.TypeFor[contract.Payment]():              carry(encodePayment, at(decodePayment)),
	reflect.TypeFor[contract.Refund]():               carry(encodeRefund, at(decodeRefund)),
	reflect.TypeFor[contract.PaymentPage]():          carry(encodePage, decodePage),
	reflect.TypeFor[contract.WebhookResult]():        carry(encodeWebhookResult, decodeWebhookResult),
}

// choices are the structs of which exactly one of some fields is set.
var choices = map[reflect.Type][]string{
	reflect.TypeFor[contract.NextAction]():       {"Redirect", "DisplayQR", "OpenApp"},
	reflect.TypeFor[contract.GetStatusRequest](): {"PaymentID", "Attempt"},
	reflect.TypeFor[contract.GetRefundRequest](): {"RefundID", "Attempt"},
	reflect.TypeFor[contract.Event]():            {"Payment", "Refund"},
}

// filler sets every field to a different value that is not zero.
type filler struct{ n int }

func (f *filler) next() int {
	f.n++
	return f.n
}

func (f *filler) fill(t *testing.T, field string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.word(v.Type(), field))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.next()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, field, v.Elem())
	case reflect.Slice:
		f.fillSlice(t, field, v)
	case reflect.Map:
		f.fillMap(t, v)
	case reflect.Struct:
		f.fillStruct(t, v)
	default:
		require.Fail(t, "a kind of field that this test cannot fill", "%s: %s", field, v.Type())
	}
}

// word returns a valid value of an enum or a currency, or else a unique text.
func (f *filler) word(typ reflect.Type, field string) string {
	if enum := v1.File_paymentprovider_v1_paymentprovider_proto.Enums().ByName(protoreflect.Name(typ.Name())); enum != nil {
		value := enum.Values().Get(1 + f.next()%(enum.Values().Len()-1))
		return strings.TrimPrefix(string(value.Name()), prefix(enum))
	}
	if field == "Currency" {
		return []string{"THB", "JPY", "KWD"}[f.next()%3]
	}
	return "text-" + strconv.Itoa(f.next())
}

func (f *filler) fillSlice(t *testing.T, field string, v reflect.Value) {
	t.Helper()
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	for i := range v.Len() {
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.Index(i).SetUint(uint64(128 + i)) // not UTF-8: bodies are bytes
			continue
		}
		f.fill(t, field, v.Index(i))
	}
}

func (f *filler) fillMap(t *testing.T, v reflect.Value) {
	t.Helper()
	v.Set(reflect.MakeMap(v.Type()))
	for range 2 {
		value := reflect.New(v.Type().Elem()).Elem()
		f.fill(t, "", value)
		v.SetMapIndex(reflect.ValueOf("Name-"+strconv.Itoa(f.next())), value)
	}
}

func (f *filler) fillStruct(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(int64(1_700_000_000+f.next()), 123456789).UTC()))
		return
	case reflect.TypeFor[contract.Secret]():
		v.Set(reflect.ValueOf(contract.NewSecret("secret-" + strconv.Itoa(f.next()))))
		return
	}
	exclusive := choices[v.Type()]
	chosen := ""
	if len(exclusive) > 0 {
		chosen = exclusive[f.next()%len(exclusive)]
	}
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if strings.Contains(" "+strings.Join(exclusive, " ")+" ", " "+name+" ") && name != chosen {
			continue
		}
		f.fill(t, name, v.Field(i))
		require.False(t, v.Field(i).IsZero(), "%s.%s was not filled", v.Type(), name)
	}
}

func TestEveryFieldOfEveryStructCrossesTheWireBothWays(t *testing.T) {
	t.Parallel()
	seen := map[protoreflect.FullName]bool{}
	for typ, c := range carriages {
		for round := range 12 { // so that every choice and enum value has its turn
			filled := reflect.New(typ)
			(&filler{n: round}).fill(t, "", filled.Elem())

			message := c.encode(filled.Interface())
			noteFields(message.ProtoReflect(), seen)
			bytes, err := proto.Marshal(message)
			require.NoError(t, err)
			arrived := message.ProtoReflect().New().Interface()
			require.NoError(t, proto.Unmarshal(bytes, arrived))

			var r reader
			decoded := c.decode(&r, arrived)
			require.Empty(t, r.violations)
			require.Equal(t, filled.Interface(), decoded, typ.Name())
		}
	}
	for _, field := range carriedFields() {
		assert.True(t, seen[field], "%s is in the .proto, and nothing of the contract sets it", field)
	}
}

// noteFields notes the fields that are set in a message and what is in it.
func noteFields(m protoreflect.Message, seen map[protoreflect.FullName]bool) {
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		seen[field.FullName()] = true
		switch {
		case field.IsMap() || field.Message() == nil:
		case field.IsList():
			for i := range value.List().Len() {
				noteFields(value.List().Get(i).Message(), seen)
			}
		default:
			noteFields(value.Message(), seen)
		}
		return true
	})
}

// carriedFields are all fields of the .proto that structs of the contract
// stand behind: those of errors and the envelopes have tests of their own.
func carriedFields() []protoreflect.FullName {
	var fields []protoreflect.FullName
	messages := v1.File_paymentprovider_v1_paymentprovider_proto.Messages()
	for i := range messages.Len() {
		message := messages.Get(i)
		envelope := strings.HasSuffix(string(message.Name()), "Response") && message.Fields().Len() == 1
		if envelope || message.Name() == "OperationOutcome" {
			continue
		}
		for j := range message.Fields().Len() {
			if field := message.Fields().Get(j); field.Name() != "account" {
				fields = append(fields, field.FullName())
			}
		}
	}
	return fields
}

func TestEveryStructOfTheInterfaceIsCarried(t *testing.T) {
	t.Parallel()
	provider := reflect.TypeFor[contract.PaymentProvider]()
	for i := range provider.NumMethod() {
		method := provider.Method(i).Type
		for _, typ := range append(parameters(method), method.Out(0)) {
			assert.Contains(t, carriages, typ.Elem(), provider.Method(i).Name)
		}
	}
}

// parameters are those of a method but for its context.
func parameters(method reflect.Type) []reflect.Type {
	var types []reflect.Type
	for i := 1; i < method.NumIn(); i++ {
		types = append(types, method.In(i))
	}
	return types
}

func TestEnumsHaveTheSameValuesInGoAndOnTheWire(t *testing.T) {
	t.Parallel()
	words := wordsInGo(t)
	enums := v1.File_paymentprovider_v1_paymentprovider_proto.Enums()
	for i := range enums.Len() {
		enum := enums.Get(i)
		var onWire []string
		for j := 1; j < enum.Values().Len(); j++ {
			onWire = append(onWire, strings.TrimPrefix(string(enum.Values().Get(j).Name()), prefix(enum)))
		}
		assert.Equal(t, onWire, words[string(enum.Name())], "%s, in order", enum.Name())
	}
}

// wordsInGo reads the typed string constants of package contract.
func wordsInGo(t *testing.T) map[string][]string {
	t.Helper()
	words := map[string][]string{}
	files, err := filepath.Glob("../../contract/*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok || spec.Type == nil || len(spec.Values) != 1 {
				return true
			}
			literal, isLiteral := spec.Values[0].(*ast.BasicLit)
			if typ, isName := spec.Type.(*ast.Ident); isName && isLiteral && literal.Kind == token.STRING {
				word, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				words[typ.Name] = append(words[typ.Name], word)
			}
			return true
		})
	}
	return words
}

func TestEveryReasonHasACode(t *testing.T) {
	t.Parallel()
	reasons := wordsInGo(t)["Reason"]
	require.Len(t, reasons, len(reasonCodes))
	for _, reason := range reasons {
		assert.Contains(t, reasonCodes, contract.Reason(reason))
		assert.True(t, contract.Reason(reason).Known(), "%s has no row in the table of outcomes", reason)
	}
}

func TestWhatTheContractHasNoWordForIsRefused(t *testing.T) {
	t.Parallel()
	for want, message := range map[string]*v1.Payment{
		"it.status":                  {Status: 99},
		"it.failure.code":            {Failure: &v1.Failure{Code: -1}},
		"it.amount.exponent":         {Amount: &v1.Money{Currency: "THB", MinorUnits: 1, Exponent: new(int32(0))}},
		"it.settlement.fee.exponent": {Settlement: &v1.Settlement{Fee: &v1.Money{Currency: "JPY", Exponent: new(int32(2))}}},
	} {
		var r reader
		decodePayment(&r, "it", message)
		require.Len(t, r.violations, 1)
		assert.Equal(t, want, r.violations[0].Field)
	}
	var c reader
	decodeConfiguration(&c, &v1.ConfigureRequest{Mode: 99})
	assert.Equal(t, contract.InvalidConfig, contract.ReasonOf(c.request()), "as of any other configuration that is invalid")
	var r reader
	decodeLimits(&r, "it", &v1.CurrencyLimits{Currency: "THB", MaxMinorUnits: new(int64(0))})
	require.Len(t, r.violations, 1, "a bound of 0 would refuse every payment")
}

func TestHeadersCrossTheWireByteForByte(t *testing.T) {
	t.Parallel()
	headers := map[string][]string{"X-Signature": {"\xff\x00", "é"}}
	bytes, err := proto.Marshal(encodeWebhookRequest(&contract.WebhookRequest{Headers: headers}))
	require.NoError(t, err)
	var arrived v1.ParseWebhookRequest
	require.NoError(t, proto.Unmarshal(bytes, &arrived))
	assert.Equal(t, headers, decodeHeaders(arrived.GetHeaders()))
}

func TestAnAbsentExponentIsNotChecked(t *testing.T) {
	t.Parallel()
	var r reader
	assert.Equal(t, contract.Money{Currency: "THB", MinorUnits: 5}, decodeMoney(&r, "it", &v1.Money{Currency: "THB", MinorUnits: 5}))
	assert.Empty(t, r.violations)
}

// FuzzDecodingIsStable decodes arbitrary bytes as every message. What decodes
// without an error must be the same after it was encoded and decoded again.
func FuzzDecodingIsStable(f *testing.F) {
	for typ, c := range carriages {
		filled := reflect.New(typ)
		(&filler{}).fill(&testing.T{}, "", filled.Elem())
		bytes, err := proto.Marshal(c.encode(filled.Interface()))
		require.NoError(f, err)
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		for typ, c := range carriages {
			message := c.encode(reflect.New(typ).Interface()).ProtoReflect().New().Interface()
			if proto.Unmarshal(bytes, message) != nil {
				continue
			}
			var first, second reader
			decoded := c.decode(&first, message)
			if len(first.violations) > 0 {
				continue
			}
			again := c.decode(&second, c.encode(decoded))
			assert.Empty(t, second.violations)
			assert.Equal(t, decoded, again)
		}
	})
}
