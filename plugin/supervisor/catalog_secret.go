package supervisor

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/trust"
)

// SecretSource says where a secret is to be found. Exactly one is set.
type SecretSource struct {
	// File is a file that holds the secret and nothing else but one newline at
	// its end. It must belong to root or to the host's user and be readable
	// for no other: mode 0600 or stricter.
	File string `yaml:"file"`

	// Env names a variable of the host's environment. Other processes of the
	// same user can read that, so prefer a file.
	Env string `yaml:"env"`

	// StandIn names a credential that the stand-in tells.
	StandIn string `yaml:"stand_in"`
}

func (s *SecretSource) check(standIn bool) error {
	given := 0
	for _, source := range []string{s.File, s.Env, s.StandIn} {
		if source != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return fmt.Errorf("has %d sources; write exactly one of file, env and stand_in", given)
	case s.StandIn != "" && !standIn:
		return errors.New("comes from a stand-in, and the entry has no stand_in; add one, or write file or env")
	default:
		return nil
	}
}

// fetch gets the secret.
func (s *SecretSource) fetch(standIn *StandInFacts, lookupEnv func(string) (string, bool)) (contract.Secret, error) {
	switch {
	case s.File != "":
		return readSecret(s.File)
	case s.Env != "":
		if lookupEnv == nil {
			return contract.Secret{}, errors.New("is to come from the environment, which this host does not allow; use a file")
		}
		value, ok := lookupEnv(s.Env)
		if !ok || value == "" {
			return contract.Secret{}, fmt.Errorf("is not in the environment; set %s, or use a file", s.Env)
		}
		return contract.NewSecret(value), nil
	default:
		if standIn == nil || standIn.Credentials[s.StandIn] == "" {
			return contract.Secret{}, fmt.Errorf("is to come from the stand-in, which told no %q", s.StandIn)
		}
		return contract.NewSecret(standIn.Credentials[s.StandIn]), nil
	}
}

// maxSecret bounds a secret's file; a private key has its place in it.
const maxSecret = 64 << 10

// readSecret reads a secret's file. A link is followed, since that is how
// orchestrators hand secrets out.
func readSecret(path string) (contract.Secret, error) {
	text, err := readPrivate(path, maxSecret)
	if err != nil {
		return contract.Secret{}, whySecretIsNotRead(path, err)
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.TrimSpace(secret) == "" || !utf8.ValidString(secret) {
		return contract.Secret{}, fmt.Errorf("is blank or no text: %s", path)
	}
	return contract.NewSecret(secret), nil
}

// readPrivate reads a file that nobody else may read, nor could have written.
func readPrivate(path string, limit int64) ([]byte, error) {
	file, err := trust.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if err := cmp.Or(file.CheckPrivate(), file.CheckContent()); err != nil {
		return nil, err
	}
	return file.ReadAll(limit)
}

// whySecretIsNotRead returns the error in the words of a catalog, whose reader
// is told about "the secret NAME".
func whySecretIsNotRead(path string, err error) error {
	wrong, ok := errors.AsType[*trust.Error](err)
	if !ok {
		return fmt.Errorf("cannot be read: %w", err)
	}
	switch {
	case errors.Is(err, trust.ErrNotRegular):
		return fmt.Errorf("is not in a regular file: %s", path)
	case errors.Is(err, trust.ErrNotPrivate):
		return fmt.Errorf("is in a file that others may use, mode %#o; chmod 600 %s", wrong.Mode.Perm(), path)
	case errors.Is(err, trust.ErrOwner):
		return fmt.Errorf("is in a file of another user; it must belong to root or to the host's user: %s", path)
	case errors.Is(err, trust.ErrTooLong):
		return fmt.Errorf("is longer than %d bytes: %s", maxSecret, path)
	}
	return fmt.Errorf("cannot be used: %w", err)
}
