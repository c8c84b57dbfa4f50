package main

import (
	"net/http"
	"testing"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/internal/proxytest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/stripealipay/sandbox"
)

func TestProvider_SellsThroughAProxy(t *testing.T) {
	t.Parallel()
	proxytest.Run(t, &proxytest.Subject{
		Currency: "JPY", PayPath: "/v1/payment_intents",
		Sandbox: func(base string) (gateway.Gateway, http.Handler, error) {
			made, err := sandbox.New(&sandbox.Options{BaseURL: base})
			if err != nil {
				return nil, nil, err
			}
			t.Cleanup(made.Close)
			return made, made.Handler(), nil
		},
		Configuration: func(to *gateway.Connection) *contract.Configuration {
			return kittest.Configuration(to, map[string]string{"secret_key": "secret_key", "webhook_secrets": "webhook_secret"})
		},
	})
}
