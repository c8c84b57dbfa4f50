package plugin

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/text"
)

// spoil puts a text into the nth string in a value, making whatever leads there,
// and returns its path; "" if there are fewer.
func spoil(v reflect.Value, path string, n *int, said string) string {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return spoil(v.Elem(), path, n, said)
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				if found := spoil(v.Field(i), joined(path, field.Name), n, said); found != "" {
					return found
				}
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if *n--; *n < 0 {
				v.SetBytes([]byte(said))
				return path
			}
			return ""
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return spoil(v.Index(0), path+"[0]", n, said)
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		found := spoil(value, path+"[...]", n, said)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), value)
		return found
	case reflect.String:
		if v.Type() != reflect.TypeFor[string]() {
			return "" // a word of the contract
		}
		if *n--; *n < 0 {
			v.SetString(said)
			return path
		}
	}
	return ""
}

// Every text that an answer can have, those of later versions of the contract
// included.
func TestDiscretion_LetsNoFieldOfAnyAnswerPassWithASecret(t *testing.T) {
	t.Parallel()
	const secret = "skey_live_0123456789"
	known := &text.Redactor{}
	known.Add(secret, minSecretSize)
	d := newDiscretion(known, contract.Call{Operation: contract.OperationCreatePayment}, nil)
	fields := 0
	for _, answer := range []any{
		&contract.Account{}, &contract.Descriptor{}, &contract.Payment{}, &contract.PaymentPage{}, &contract.Refund{}, &contract.WebhookResult{},
	} {
		for nth := 0; ; nth++ {
			n, fresh := nth, reflect.New(reflect.TypeOf(answer).Elem())
			path := spoil(fresh.Elem(), "", &n, "a "+secret+" b")
			if path == "" {
				break
			}
			fields++
			err := d.answer(fresh.Interface())
			if err != nil {
				assert.ErrorContains(t, err, path)
				assert.NotContains(t, err.Error(), secret)
				continue
			}
			assert.NotContains(t, fmt.Sprintf("%+v", fresh.Elem().Interface()), secret, path)
			assert.True(t, holds(fresh, "a [redacted] b") || reflect.DeepEqual(fresh.Elem().Interface(), contract.WebhookResult{
				Events: fresh.Elem().Interface().(contract.WebhookResult).Events,
				Ack:    contract.Ack{Headers: map[string][]string{"key": {""}}, Body: []byte("a [redacted] b")},
			}), path)
		}
	}
	assert.Greater(t, fields, 60, "or this test proves nothing")
}

func TestDiscretion_KeepsTheCauseThatHasNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "skey_live_0123456789"
	known := &text.Redactor{}
	known.Add(secret, minSecretSize)
	d := newDiscretion(known, contract.Call{Operation: contract.OperationCreatePayment}, nil)
	base := contract.NewError(contract.ConnectionLost, "it broke")
	clean := status.Error(codes.Unavailable, "broken pipe")
	assert.Equal(t, clean, errors.Unwrap(d.error(base.WithCause(clean))))
	leaky := status.Error(codes.Unavailable, "no "+secret)
	assert.EqualError(t, errors.Unwrap(d.error(base.WithCause(leaky))), "rpc error: code = Unavailable desc = no [redacted]")
	canceled := fmt.Errorf("%s: %w", secret, context.Canceled)
	got := errors.Unwrap(d.error(base.WithCause(canceled)))
	assert.ErrorIs(t, got, context.Canceled)
	assert.NotContains(t, got.Error(), secret)
}
