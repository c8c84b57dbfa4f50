package main

import (
	"net/http"
	"testing"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/internal/proxytest"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func TestProvider_SellsThroughAProxy(t *testing.T) {
	t.Parallel()
	proxytest.Run(t, &proxytest.Subject{
		Currency: "THB", PayPath: "/charges",
		Sandbox: func(base string) (gateway.Gateway, http.Handler, error) {
			made, err := sandbox.New(&sandbox.Options{ServerOptions: gateway.ServerOptions{BaseURL: base}})
			if err != nil {
				return nil, nil, err
			}
			t.Cleanup(made.Close)
			return made, made.Handler(), nil
		},
		Configuration: func(to *gateway.Connection) *contract.Configuration {
			return kittest.Configuration(to, map[string]string{
				"secret_key": "secret_key", "public_key": "public_key", "webhook_secrets": "webhook_secret",
			})
		},
	})
}
