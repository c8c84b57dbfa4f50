package link

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// Stamp is what a plugin knows: where the suite is, and as what it answers. A host may
// see it in the binary; it opens nothing but the suite.
type Stamp struct {
	Control string `json:"control"` // host:port of the suite
	Token   string `json:"token"`
	Version string `json:"version"`
	Serial  string `json:"serial"` // makes two stamps of one version two binaries
}

// A stamped binary ends with the stamp as JSON, its length, and this.
const magic = "\x00scripted-stamp\x01"

const (
	lengthSize = 8
	maxStamp   = 64 << 10
)

// ErrNoStamp is returned for a binary that has no stamp.
var ErrNoStamp = errors.New("the binary has no stamp; the suite makes one of it for each run")

// Write copies the plugin's binary, and appends the stamp to the copy, which must not
// exist.
//
// No child process of this one is forked meanwhile: it would inherit the descriptor that
// writes, and the system executes no file that anybody can write to.
func Write(binary, to string, stamp *Stamp) error {
	content, err := json.Marshal(stamp)
	if err != nil {
		return fmt.Errorf("encoding the stamp: %w", err)
	}
	from, err := os.Open(binary) //nolint:gosec // The suite names its own plugin.
	if err != nil {
		return fmt.Errorf("opening the scripted plugin: %w", err)
	}
	defer func() { _ = from.Close() }() // was only read
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700) //nolint:gosec // A program is executable.
	if err != nil {
		return fmt.Errorf("making the stamped plugin: %w", err)
	}
	_, err = io.Copy(out, from)
	if err == nil {
		_, err = out.Write(trailer(content))
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("writing the stamped plugin %s: %w", to, errors.Join(err, os.Remove(to)))
	}
	return nil
}

func trailer(content []byte) []byte {
	return append(binary.BigEndian.AppendUint64(append([]byte(nil), content...), uint64(len(content))), magic...)
}

// Read returns the stamp of a binary; ErrNoStamp if it has none.
func Read(path string) (*Stamp, error) {
	f, err := os.Open(path) //nolint:gosec // The plugin reads itself.
	if err != nil {
		return nil, fmt.Errorf("opening the binary for its stamp: %w", err)
	}
	defer func() { _ = f.Close() }() // was only read
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("reading the binary's size: %w", err)
	}
	const end = int64(lengthSize + len(magic))
	tail := make([]byte, end)
	if info.Size() < end {
		return nil, ErrNoStamp
	}
	if _, err := f.ReadAt(tail, info.Size()-end); err != nil {
		return nil, fmt.Errorf("reading the end of the binary: %w", err)
	}
	length := binary.BigEndian.Uint64(tail)
	if string(tail[lengthSize:]) != magic || length > maxStamp || int64(length) > info.Size()-end {
		return nil, ErrNoStamp
	}
	content := make([]byte, length)
	if _, err := f.ReadAt(content, info.Size()-end-int64(length)); err != nil {
		return nil, fmt.Errorf("reading the stamp: %w", err)
	}
	stamp := &Stamp{}
	if err := json.Unmarshal(content, stamp); err != nil {
		return nil, fmt.Errorf("the binary's stamp cannot be read: %w", err)
	}
	return stamp, nil
}
