package wire

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

func TestOperations_AreTheMethodsOfTheService(t *testing.T) {
	t.Parallel()
	service := v1.File_paymentprovider_v1_paymentprovider_proto.Services().ByName("PaymentProvider")
	require.Len(t, operations, service.Methods().Len())
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		path := "/" + string(service.FullName()) + "/" + string(method.Name())
		at := slices.IndexFunc(operations, func(o operation) bool { return o.method == path })
		require.GreaterOrEqual(t, at, 0, "no row for %s", path)
		o := &operations[at]
		assert.Equal(t, method.Input().FullName(), o.newRequest().ProtoReflect().Descriptor().FullName(), path)
		assert.Equal(t, method.Output().FullName(), o.newAnswer().ProtoReflect().Descriptor().FullName(), path)
	}
}

func TestOperations_AreTheMethodsOfTheContract(t *testing.T) {
	t.Parallel()
	provider := reflect.TypeFor[contract.PaymentProvider]()
	require.Len(t, operations, provider.NumMethod())
	for i := range operations {
		o := &operations[i]
		method, ok := provider.MethodByName(o.method[strings.LastIndex(o.method, "/")+1:])
		require.True(t, ok, o.method)
		var request any
		if method.Type.NumIn() > 1 {
			request = reflect.New(method.Type.In(1).Elem()).Interface()
			for _, no := range []any{nil, reflect.Zero(method.Type.In(1)).Interface(), struct{}{}} {
				_, ok = o.encode(no)
				assert.False(t, ok, "%s takes a %T", o.method, no)
			}
		}
		in, ok := o.encode(request)
		require.True(t, ok, o.method)
		assert.Equal(t, reflect.TypeOf(request), reflect.TypeOf(o.decode(&reader{}, in)), o.method)
		out, ok := o.encodeAnswer(reflect.New(method.Type.Out(0).Elem()).Interface())
		require.True(t, ok, o.method)
		assert.Equal(t, reflect.TypeOf(o.newAnswer()), reflect.TypeOf(out), o.method)
		for _, no := range []any{nil, reflect.Zero(method.Type.Out(0)).Interface(), struct{}{}} {
			_, ok = o.encodeAnswer(no)
			assert.False(t, ok, "%s answers with a %T", o.method, no)
		}
	}
}

func TestHeader_TakesOnlyWhatCanTravel(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Traceparent", "grpc-timeout", "trace-bin", ":authority", "content-type", "a b", "té"} {
		require.Error(t, checkHeader(map[string]string{name: "x"}), name)
	}
	for _, value := range []string{"\n", "é", "\x00"} {
		require.Error(t, checkHeader(map[string]string{"traceparent": value}), "%q", value)
	}
	require.Error(t, checkHeader(map[string]string{"traceparent": strings.Repeat("x", maxHeaderSize)}))
	require.NoError(t, checkHeader(map[string]string{"traceparent": "00-1", "tracestate": ""}))
}
