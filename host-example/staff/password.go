package staff

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/argon2"
)

// cost is what one hash of a password costs. It is stored with each hash, so that it can
// be raised: a password is hashed anew when its owner logs in.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

// current is the first choice of OWASP's password storage cheat sheet for argon2id.
var current = cost{memory: 46 << 10, passes: 1, threads: 1}

// What a stored hash may ask for, so that a row that somebody wrote cannot use up the
// machine.
const (
	maxMemory  = 1 << 20 // KiB
	maxPasses  = 16
	maxThreads = 16
)

const (
	saltLength = 16
	hashLength = 32
)

// The lengths of a password that a person chooses. One that is made here has 130 bits.
const (
	minPassword = 12
	maxPassword = 256
)

// errPassword says what a password must be.
var errPassword = errors.New("a password must have 12 to 256 characters")

// hasher hashes passwords, a few at once: each takes memory and a core.
type hasher struct {
	slots chan struct{}
	none  string // a hash of no password, for users that there are not
}

const (
	hashesAtOnce = 2
	hashWait     = 5 * time.Second
)

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, hashesAtOnce)}
	h.none = encodeHash(current, randomBytes(saltLength), randomBytes(hashLength))
	return h
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}

// errBusy says that too many passwords are being checked at once.
var errBusy = errors.New("too many logins at once")

// begin waits for a slot until end is called.
func (h *hasher) begin(ctx context.Context) (end func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, hashWait)
	defer cancel()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, errBusy
	}
}

// hash returns the hash of a password in the form of the Password Hashing Competition.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if n := len([]rune(password)); n < minPassword || n > maxPassword || len(password) > 4*maxPassword {
		return "", errPassword
	}
	end, err := h.begin(ctx)
	if err != nil {
		return "", err
	}
	defer end()
	salt := randomBytes(saltLength)
	return encodeHash(current, salt, derive(password, salt, current)), nil
}

// verify reports whether a password has a hash, and whether that is to be made anew with
// the present cost. An empty hash, of nobody, costs as much as another one.
func (h *hasher) verify(ctx context.Context, password, stored string) (right, stale bool, err error) {
	nobody := stored == ""
	if nobody {
		stored = h.none
	}
	c, salt, want, err := decodeHash(stored)
	if err != nil {
		return false, false, err
	}
	end, err := h.begin(ctx)
	if err != nil {
		return false, false, err
	}
	defer end()
	if len(password) > 4*maxPassword {
		password = "" // too long to have been accepted
	}
	return subtle.ConstantTimeCompare(derive(password, salt, c), want) == 1 && !nobody, c != current, nil
}

func derive(password string, salt []byte, c cost) []byte {
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, hashLength)
}

func encodeHash(c cost, salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(hash))
}

// errHash says that a stored hash was not written by this program.
var errHash = errors.New("the stored hash of a password cannot be read: set the password anew")

func decodeHash(stored string) (c cost, salt, hash []byte, err error) {
	var version int
	var rest string
	n, err := fmt.Sscanf(stored, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memory, &c.passes, &c.threads, &rest)
	const fields = 5
	if err != nil || n != fields || version != argon2.Version {
		return c, nil, nil, errHash
	}
	if c.memory == 0 || c.memory > maxMemory || c.passes == 0 || c.passes > maxPasses || c.threads == 0 || c.threads > maxThreads {
		return c, nil, nil, errHash
	}
	saltLen := base64.RawStdEncoding.EncodedLen(saltLength)
	if len(rest) != saltLen+1+base64.RawStdEncoding.EncodedLen(hashLength) || rest[saltLen] != '$' {
		return c, nil, nil, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(rest[:saltLen])
	hash, hashErr := base64.RawStdEncoding.DecodeString(rest[saltLen+1:])
	if saltErr != nil || hashErr != nil {
		return c, nil, nil, errHash
	}
	return c, salt, hash, nil
}
