package golive

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

func TestSender_DialsOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	everywhere, sandboxes, only := &senderOptions{}, &senderOptions{loopback: true}, &senderOptions{only: true}
	for address, permits := range map[string][3]bool{ // everywhere, sandboxes, only
		"203.0.113.9:443": {true, true, false}, "[2001:db8::1]:443": {true, true, false},
		"127.0.0.1:80": {false, true, true}, "127.9.9.9:80": {false, true, true}, "[::1]:80": {false, true, true}, "[::ffff:127.0.0.1]:80": {false, true, true},
		"10.0.0.1:443": {}, "192.168.1.1:443": {}, "169.254.169.254:80": {}, "[fe80::1]:443": {}, "[fd00::1]:443": {}, "0.0.0.0:80": {}, "[::]:80": {},
		"224.0.0.1:80": {}, "nowhere": {},
	} {
		got := [3]bool{everywhere.permits(address) == nil, sandboxes.permits(address) == nil, only.permits(address) == nil}
		assert.Equal(t, permits, got, address)
	}
}

// An account that is no sandbox's has its endpoint on the internet.
func TestWebhooks_OfARealAccountGoToNoOtherPlace(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 8)
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked <- r.URL.Path }))
	t.Cleanup(server.Close)
	verifier, err := omise.NewVerifier([]omise.Secret{omise.NewSecret("b3RoZXI=")}, 0)
	require.NoError(t, err)
	o := &Options{Verifier: verifier, Now: time.Now}
	at, err := url.Parse(server.URL)
	require.NoError(t, err)
	report := &Report{Ready: true}
	o.secret(t.Context(), report, at)
	require.Len(t, report.Lines, 1)
	assert.Equal(t, Unknown, report.Lines[0].State)
	assert.Contains(t, report.Lines[0].Remedy, "public address")
	assert.Empty(t, asked)
}

func TestWebhooks_OfARealAccountNeedHTTPS(t *testing.T) {
	t.Parallel()
	client, err := omise.New(omise.Credentials{SecretKey: omise.NewSecret("skey_test_4xs8breq3htbkj03d2x")}, &omise.Options{BaseURL: "http://127.0.0.1:1"})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	ended, end := context.WithCancel(t.Context())
	end() // nothing has to be asked
	for address, says := range map[string]string{"http://shop.example/webhooks": "not https", "https://shop.example/webhooks": "https://shop.example/webhooks"} {
		report := &Report{Ready: true}
		(&Options{Client: client, WebhookURL: address, Now: time.Now}).webhooks(ended, report, &omise.Account{})
		assert.Contains(t, report.Lines[0].Found, says)
		assert.Equal(t, says != "not https", report.Lines[0].State == OK, address)
	}
}
