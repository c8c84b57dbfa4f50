package supervisor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/trust"
)

// SecretSource says where a secret is. Exactly one field is set.
type SecretSource struct {
	// File is a file that contains the secret and nothing else but one newline
	// at its end. It must belong to root or to the host's user. Nobody else may
	// be able to write to it, and nobody else to read it but a group that the host
	// is in: mode 0640 or stricter. Links to it are followed.
	File string

	// Env names a variable of the host's environment. Other processes of the
	// same user can read that, so prefer a file.
	Env string

	// Sandbox names a credential of the sandbox.
	Sandbox string
}

func (s *SecretSource) check(sandbox bool) error {
	given := 0
	for _, source := range []string{s.File, s.Env, s.Sandbox} {
		if source != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return fmt.Errorf("has %d sources; write exactly one of file, env and sandbox", given)
	case s.Sandbox != "" && !sandbox:
		return errors.New("comes from a sandbox, and the entry has no sandbox; add one, or write file or env")
	default:
		return nil
	}
}

// fetch returns the secret.
func (s *SecretSource) fetch(facts *SandboxFacts, lookupEnv func(string) (string, bool)) (contract.Secret, error) {
	switch {
	case s.File != "":
		return readSecret(s.File)
	case s.Env != "":
		if lookupEnv == nil {
			return contract.Secret{}, errors.New("comes from the environment, which this host does not allow; use a file")
		}
		value, ok := lookupEnv(s.Env)
		if !ok || value == "" {
			return contract.Secret{}, fmt.Errorf("is not in the environment; set %s, or use a file", s.Env)
		}
		return contract.NewSecret(value), nil
	default:
		if facts == nil || facts.Credentials[s.Sandbox] == "" {
			return contract.Secret{}, fmt.Errorf("comes from the sandbox, which has no credential %q", s.Sandbox)
		}
		return contract.NewSecret(facts.Credentials[s.Sandbox]), nil
	}
}

// maxSecret bounds the file of a secret; a private key fits.
const maxSecret = 64 << 10

// readSecret reads the file of a secret. It follows links, since that is how
// orchestrators provide secrets.
func readSecret(path string) (contract.Secret, error) {
	text, err := readPrivate(path, maxSecret)
	if err != nil {
		return contract.Secret{}, secretError(path, err)
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.TrimSpace(secret) == "" || !utf8.ValidString(secret) {
		return contract.Secret{}, fmt.Errorf("is blank or not text: %s", path)
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

// secretError returns an error that continues "secret NAME".
func secretError(path string, err error) error {
	wrong, ok := errors.AsType[*trust.Error](err)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("cannot be read: %w; %s", err, trust.Remedy(path))
	}
	if !ok {
		return fmt.Errorf("cannot be read: %w", err)
	}
	switch {
	case errors.Is(err, trust.ErrNotRegular):
		return fmt.Errorf("is not in a regular file: %s", path)
	case errors.Is(err, trust.ErrNotPrivate):
		return fmt.Errorf("is in a file that others may use, mode %#o: %s; %s", wrong.Mode.Perm(), path, trust.Remedy(path))
	case errors.Is(err, trust.ErrUnmapped):
		return fmt.Errorf("cannot be used: %w", err)
	case errors.Is(err, trust.ErrOwner):
		return fmt.Errorf("is in a file of another user; it must belong to root or to the host's user: %s", path)
	case errors.Is(err, trust.ErrTooLong):
		return fmt.Errorf("is longer than %d bytes: %s", maxSecret, path)
	}
	return fmt.Errorf("cannot be used: %w", err)
}
