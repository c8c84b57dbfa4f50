package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCreatePaymentRequest_ShowsNoPhone(t *testing.T) {
	t.Parallel()
	const digits = "66819064572"
	for _, phone := range []string{"+" + digits, digits + " ext. 1"} { // the second is refused
		request := &CreatePaymentRequest{
			Attempt: Attempt{Key: "k"}, Reference: "r", Method: "phone", ReturnURL: "https://shop.example/",
			Amount: Money{Currency: "THB", MinorUnits: 2000}, Payer: &Payer{Phone: NewSecret(phone)},
		}
		call := Call{Operation: OperationCreatePayment, Request: request}
		var shown bytes.Buffer
		fmt.Fprint(&shown, request.Validate(), (&Descriptor{}).CheckCreatePayment(request, nil))
		for _, value := range []any{request, *request, request.Payer, *request.Payer, call, []any{call}, map[string]any{"a": *request.Payer}} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
				fmt.Fprintf(&shown, verb, value)
			}
			encoded, err := json.Marshal(value)
			require.NoError(t, err)
			shown.Write(encoded)
			slog.New(slog.NewTextHandler(&shown, nil)).Info("x", slog.Any("value", value))
			slog.New(slog.NewJSONHandler(&shown, nil)).Info("x", slog.Any("value", value))
		}
		assert.Contains(t, shown.String(), redacted)
		assert.NotContains(t, shown.String(), digits)
		assert.NotContains(t, shown.String(), fmt.Sprintf("%x", digits))
	}
}

func FuzzSecret_NeverShows(f *testing.F) {
	f.Add("skey_test_5fzcso1ns6fh4cf2ijz")
	f.Add("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
	f.Fuzz(func(t *testing.T, value string) {
		if len(value) < 6 || strings.Contains("[redacted] configuration secrets", value) {
			t.Skip("too short to tell from the text around it")
		}
		secret := NewSecret(value)
		assert.Equal(t, value, secret.Reveal())
		shown := fmt.Sprintf("%v %+v %#v %s %q %x %X %d %t %10v", secret, secret, secret, secret, secret, secret, secret, secret, secret, secret)
		shown += fmt.Sprint(secret, []Secret{secret}, map[string]Secret{"a": secret}, &Configuration{Secrets: map[string]Secret{"a": secret}})
		shown += fmt.Sprintf("%v %+v %#v", struct{ hidden Secret }{secret}, &struct{ hidden []Secret }{[]Secret{secret}}, struct{ hidden any }{secret})
		shown += errors.Join(fmt.Errorf("bad: %v", secret)).Error()
		encoded, err := json.Marshal(Configuration{Secrets: map[string]Secret{"a": secret}})
		require.NoError(t, err)
		var logged bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&logged, nil))
		logger.Info("x", slog.Any("secret", secret), slog.Any("all", Configuration{Secrets: map[string]Secret{"a": secret}}))
		shown += string(encoded) + logged.String()
		assert.NotContains(t, shown, value)
		assert.NotContains(t, shown, fmt.Sprintf("%x", value))
	})
}
