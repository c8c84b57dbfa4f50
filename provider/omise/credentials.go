package omise

import (
	"errors"
	"regexp"
)

// Credentials are the keys of one Omise account in one mode. Test and live share a host, so that the keys decide the mode.
type Credentials struct {
	// SecretKey is skey_test_… or skey_…; required.
	SecretKey Secret
	// PublicKey is pkey_test_… or pkey_…; optional. If it is set, sources are made with it, so that the secret key is
	// sent only where it is needed.
	PublicKey Secret
}

var (
	secretKeyForm = regexp.MustCompile(`^skey_(test_)?[0-9a-z]{1,64}$`)
	publicKeyForm = regexp.MustCompile(`^pkey_(test_)?[0-9a-z]{1,64}$`)
)

// mode checks the form of the keys and reports whether they are live. Its errors never quote a key.
func (c Credentials) mode() (live bool, err error) {
	secret := secretKeyForm.FindStringSubmatch(c.SecretKey.Reveal())
	if secret == nil {
		return false, errors.New("omise: the secret key must have the form skey_test_… or skey_…")
	}
	live = secret[1] == ""
	if c.PublicKey.isBlank() {
		return live, nil
	}
	public := publicKeyForm.FindStringSubmatch(c.PublicKey.Reveal())
	if public == nil {
		return false, errors.New("omise: the public key must have the form pkey_test_… or pkey_…")
	}
	if live != (public[1] == "") {
		return false, errors.New("omise: one key is a test key and the other is a live key; use two keys of one mode")
	}
	return live, nil
}
