package checks

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some gateways still sign with it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"regexp"
	"strings"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/contract"
)

// errForeignSignature reports a sandbox that signs with another secret than its
// credentials contain. Only the provider knows the gateway's scheme, so the suite
// tries the common ones.
var errForeignSignature = errors.New("no scheme that the suite knows (HMAC over the body, with or without a time) makes its signature " +
	"from the secret that it gave out; if the scheme is another one, it may be the provider that is wrong")

// withOwnSecret wraps checks so that they do not blame the provider for a wrong
// signature of the sandbox.
func withOwnSecret(all map[string]Check) map[string]Check {
	for id, check := range all {
		all[id] = func(t *harness.T, e *harness.Env) {
			result := t.Try(func(t *harness.T) { check(t, e) })
			if len(result.Failures) > 0 && signed(e) && e.HasFeature(gateway.FeatureWebhookBuild) && e.Unauthenticated() {
				own := t.Try(func(t *harness.T) { checkOwnSignature(t, e) })
				if errors.Is(own.SetupErr, errForeignSignature) {
					t.SetupFailed("look into what failed", own.SetupErr)
				}
			}
			t.Adopt(&result)
		}
	}
	return all
}

// checkOwnSignature ends the check as broken if a genuine webhook is refused for its
// signature, and the signature does not fit the sandbox's own secret.
func checkOwnSignature(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, nil)
	_, hook := paidEvent(t, e, s)
	if _, err := s.Parse(t, hook); errors.Is(err, contract.WebhookSignatureInvalid) && !fitsOwnSecret(s, hook) {
		t.SetupFailed("let the sandbox sign a webhook", errForeignSignature)
	}
}

// numbers are what may be a time, or an id, in a header.
var numbers = regexp.MustCompile(`[0-9]{9,}`)

func fitsOwnSecret(s *harness.Scenario, hook *contract.WebhookRequest) bool {
	var headers strings.Builder
	for _, values := range hook.Headers {
		headers.WriteString(strings.Join(values, "\n") + "\n")
	}
	said := headers.String()
	body := string(hook.Body)
	messages := []string{body}
	for _, number := range numbers.FindAllString(said, -1) {
		messages = append(messages, number+"."+body, number+body, body+number, body+"."+number)
	}
	for _, key := range signingKeys(s) {
		for _, message := range messages {
			for _, algorithm := range []func() hash.Hash{sha256.New, sha512.New, sha1.New} {
				mac := hmac.New(algorithm, key)
				mac.Write([]byte(message))
				sum := mac.Sum(nil)
				if strings.Contains(strings.ToLower(said), hex.EncodeToString(sum)) || strings.Contains(said, base64.StdEncoding.EncodeToString(sum)) {
					return true
				}
			}
		}
	}
	return false
}

// signingKeys are the readings of the secrets for webhooks as keys.
func signingKeys(s *harness.Scenario) [][]byte {
	var keys [][]byte
	for name, secret := range s.Scope.Connection().Credentials {
		if !strings.Contains(name, "webhook") {
			continue
		}
		for item := range strings.SplitSeq(secret, ",") {
			item = strings.TrimSpace(item)
			keys = append(keys, []byte(item))
			for _, text := range []string{item, strings.TrimPrefix(item, "whsec_")} {
				if key, err := base64.StdEncoding.DecodeString(text); err == nil {
					keys = append(keys, key)
				}
				if key, err := hex.DecodeString(text); err == nil {
					keys = append(keys, key)
				}
			}
		}
	}
	return keys
}
