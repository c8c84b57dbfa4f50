package kit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/paysocket/paysocket/contract"
)

// A KeyScope says for which account the idempotency keys of a session are, and how
// long it takes until their calls have settled.
type KeyScope struct {
	// Base is the address of the gateway. Secrets are what a request proves itself
	// with, such as the secret key, and what else selects the account, such as the
	// id of a merchant whom a platform acts for. What webhooks are signed with is
	// not among them. Sessions with the same Base and Secrets are of one account.
	// Nothing follows from different ones, because an account can have several keys;
	// [Sessions.Prove] finds out whether it has.
	Base    string
	Secrets []contract.Secret

	// SettleTime is how long after a call of unknown result a look-up that finds
	// nothing proves nothing.
	SettleTime time.Duration
}

// credentials are a base and secrets in a form that can be kept and compared.
type credentials struct {
	base string
	sum  [sha256.Size]byte
}

func (s *KeyScope) credentials() credentials {
	c := credentials{base: s.Base}
	sum := sha256.New()
	for _, secret := range s.Secrets {
		shown := secret.Reveal()
		_ = binary.Write(sum, binary.BigEndian, uint64(len(shown))) // a hash takes everything
		_, _ = sum.Write([]byte(shown))
	}
	sum.Sum(c.sum[:0])
	return c
}

// secretsIn returns what authorize adds to a request: to its headers, which may have
// a signature, or to its address. If it adds nothing, nothing tells accounts apart,
// and the secret is one that nobody else has.
func secretsIn(base string, authorize func(*http.Request)) []contract.Secret {
	at, err := url.Parse(base)
	if err != nil { // then no request can be sent either
		return nil
	}
	body := func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("{}")), nil }
	request := &http.Request{Method: http.MethodPost, URL: at, Host: at.Host, Header: make(http.Header), GetBody: body}
	request.Body, _ = body()
	address := request.URL.String()
	authorize(request)
	var added []contract.Secret
	for _, name := range slices.Sorted(maps.Keys(request.Header)) {
		added = append(added, contract.NewSecret(name))
		for _, value := range request.Header[name] {
			added = append(added, contract.NewSecret(value))
		}
	}
	if changed := request.URL.String(); changed != address {
		added = append(added, contract.NewSecret(changed))
	}
	if len(added) == 0 {
		added = append(added, contract.NewSecret(rand.Text()))
	}
	return added
}
