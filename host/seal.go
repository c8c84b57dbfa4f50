package host

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/paysocket/paysocket/contract"
)

// seal keeps what is known of payers unreadable in the database, and makes the
// fingerprints of secrets, with keys that are not in the database.
type seal struct {
	// Functions, because fmt prints the unexported fields of a struct.
	aead        func() cipher.AEAD
	fingerprint func() []byte

	mark string // tells whether a database was made with the same key
}

const keySize = 32

// readOrMakeKey returns the key of a file, and whether it has made the file.
func readOrMakeKey(path string) (key []byte, made bool, err error) {
	if path == "" {
		return nil, false, errors.New("Options.KeyFile is empty: name a file that is not kept with the database")
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if key, made, err = makeKey(path); err != nil || made {
			return key, made, err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, fmt.Errorf("reading the key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, false, fmt.Errorf("the key file %s can be read by others: chmod 600 %s", path, path)
	}
	key, err = os.ReadFile(path) //nolint:gosec // Likewise.
	if err != nil {
		return nil, false, fmt.Errorf("reading the key file: %w", err)
	}
	if len(key) != keySize {
		return nil, false, fmt.Errorf("the key file %s has %d bytes, and a key has %d: restore the file, or name one that does not exist for a new database",
			path, len(key), keySize)
	}
	return key, false, nil
}

// makeKey makes a file with a new key, unless it is there: another process may have made
// it in the same moment. No process sees a file that is not whole.
func makeKey(path string) (key []byte, made bool, err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-") // readable by its owner only
	if err != nil {
		return nil, false, fmt.Errorf("making the key file: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	key = make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	_, err = file.Write(key)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return nil, false, fmt.Errorf("writing the key file: %w", err)
	}
	err = os.Link(file.Name(), path)
	if errors.Is(err, fs.ErrExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("making the key file: %w", err)
	}
	return key, true, nil
}

func newSeal(key []byte) (*seal, error) {
	derive := func(purpose string) []byte {
		derived, err := hkdf.Key(sha256.New, key, nil, "paysocket host "+purpose, keySize)
		if err != nil {
			panic(err) // the size is legal
		}
		return derived
	}
	block, err := aes.NewCipher(derive("payer"))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	fingerprint := derive("fingerprint")
	return &seal{
		aead: func() cipher.AEAD { return aead }, fingerprint: func() []byte { return fingerprint }, mark: hex.EncodeToString(derive("mark")),
	}, nil
}

// payer is a contract.Payer as it is sealed.
type payer struct {
	IP       string            `json:"ip,omitempty"`
	Locale   string            `json:"locale,omitempty"`
	Platform contract.Platform `json:"platform,omitempty"`
	Phone    string            `json:"phone,omitempty"`
}

// payer returns a payer sealed for one key; nil for none.
func (s *seal) payer(p *contract.Payer, key string) ([]byte, error) {
	if p == nil {
		return nil, nil
	}
	plain, err := json.Marshal(&payer{IP: p.IP, Locale: p.Locale, Platform: p.Platform, Phone: p.Phone.Reveal()})
	if err != nil {
		return nil, err
	}
	return s.aead().Seal(nil, nil, plain, []byte(key)), nil //nolint:gosec // The nonce is random, and made by Seal.
}

func (s *seal) openPayer(sealed []byte, key string) (*contract.Payer, error) {
	if len(sealed) == 0 {
		return nil, nil //nolint:nilnil // Nothing is known of the payer.
	}
	plain, err := s.aead().Open(nil, nil, sealed, []byte(key))
	if err != nil {
		return nil, fmt.Errorf("what is known of the payer of %s cannot be opened: %w", key, err)
	}
	var p payer
	if err := json.Unmarshal(plain, &p); err != nil {
		return nil, err
	}
	opened := &contract.Payer{IP: p.IP, Locale: p.Locale, Platform: p.Platform}
	if p.Phone != "" {
		opened.Phone = contract.NewSecret(p.Phone)
	}
	return opened, nil
}
