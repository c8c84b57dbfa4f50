package plugin

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	goplugin "github.com/hashicorp/go-plugin"

	"github.com/paysocket/paysocket/internal/text"
)

// The constants by which host and plugin recognise each other, for authors of
// providers in other languages; docs/other-languages.md explains them. They never
// change, with one exception: a contract that old plugins do not support gets the
// next ProtocolVersion.
const (
	// MagicCookieKey and MagicCookieValue are set in a plugin's environment. From
	// them a plugin knows that a host started it, and not a person. They are not
	// secret.
	MagicCookieKey   = "PAYSOCKET_PLUGIN"
	MagicCookieValue = "b1f0c9e47a2d4d86a35b6c1de8f27409"

	// ProtocolVersion is the version of the protocol after the handshake.
	ProtocolVersion = 1

	// HostFDKey names the variable with the number of an inherited file
	// descriptor. It is the reading end of a pipe that nobody writes to and
	// that closes when the host is gone; the plugin must end then.
	HostFDKey = "PAYSOCKET_HOST_FD"

	// LogLevelKey names the variable with the lowest level that a plugin logs:
	// trace, debug, info (the default), warn or error. Secrets must not be
	// logged at any level.
	LogLevelKey = "PAYSOCKET_LOG_LEVEL"

	// ConfinementKey names the variable with the [Confinement] that a host asks
	// for: full (the default), files or off.
	ConfinementKey = "PAYSOCKET_SANDBOX"
)

const (
	pluginName    = "paymentprovider"
	healthService = goplugin.GRPCServiceName
	coreProtocol  = goplugin.CoreProtocolVersion
	hostFD        = "3" // the first after the standard ones
)

// maxMessage bounds every message in both directions. The largest legal message, a
// full page of payments, is well below it.
const maxMessage = 4 << 20

// protocolsOf returns the versions that a host of this version supports: its own
// and the one before, so that hosts and providers need not be upgraded on one day.
// The first is 1.
func protocolsOf(version int) []int {
	if version <= 1 {
		return []int{version}
	}
	return []int{version, version - 1}
}

func handshakeConfig() goplugin.HandshakeConfig {
	return goplugin.HandshakeConfig{MagicCookieKey: MagicCookieKey, MagicCookieValue: MagicCookieValue}
}

// maxHandshake bounds the line, of which a certificate takes about a kilobyte.
const maxHandshake = 16 << 10

// checkHandshake checks the one line that a plugin prints when it is ready:
//
//	core protocol|protocol version|network|address|rpc protocol|certificate
//
// go-plugin, which reads it next, trusts it: a certificate that was not asked for
// makes it panic, and it connects to whatever address the line names.
func checkHandshake(line, socketFolder string, wantCertificate bool) (Failure, error) {
	parts := strings.Split(strings.TrimSpace(line), "|")
	if len(parts) < 5 || parts[0] != strconv.Itoa(coreProtocol) {
		return FailureHandshake, fmt.Errorf("it printed %q where the handshake should be; "+
			"is this a provider's binary, and does it print nothing before plugin.Serve?", excerpt(line))
	}
	version, network, address, protocol := parts[1], parts[2], parts[3], parts[4]
	supported := protocolsOf(ProtocolVersion)
	switch {
	case !slices.ContainsFunc(supported, func(v int) bool { return version == strconv.Itoa(v) }):
		return FailureProtocol, fmt.Errorf("it uses protocol version %q, and this host version %s; "+
			"build both against the same release", excerpt(version), text.Join(supported, " and "))
	case protocol != string(goplugin.ProtocolGRPC):
		return FailureProtocol, fmt.Errorf("it serves %q; it must serve grpc", excerpt(protocol))
	case network != "unix" || !within(socketFolder, address):
		return FailureProtocol, fmt.Errorf("it listens on %q; a plugin must make a unix socket in the folder that %s names",
			excerpt(network+" "+address), goplugin.EnvUnixSocketDir)
	}
	return certificateFailure(parts[5:], wantCertificate)
}

func certificateFailure(rest []string, want bool) (Failure, error) {
	got := len(rest) > 0 && rest[0] != ""
	switch {
	case want && !got:
		return FailureProtocol, errors.New("it sent no certificate; " +
			"if it cannot make one, open it with DisableAutoMTLS, and only the mode of the socket's folder keeps others out")
	case got && !want:
		return FailureProtocol, errors.New("it sent a certificate although none was asked for; " +
			"it must send one only when PLUGIN_CLIENT_CERT is set")
	case got:
		return readableCertificate(rest[0])
	default:
		return "", nil
	}
}

// readableCertificate checks the form of a certificate: go-plugin ends the process
// without saying what it could not read.
func readableCertificate(encoded string) (Failure, error) {
	der, err := base64.RawStdEncoding.DecodeString(encoded)
	if err == nil {
		_, err = x509.ParseCertificate(der)
	}
	if err != nil {
		return FailureProtocol, fmt.Errorf("its certificate cannot be read: %w; "+
			"it must be X.509 in DER, in standard base64 without padding", err)
	}
	return "", nil
}

// within reports whether path is below the folder, by name.
func within(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsAbs(path) && filepath.IsLocal(relative) && relative != "."
}

// excerpt shortens what a plugin printed for an error.
func excerpt(printed string) string { return text.Truncate(printed, 200, "...") }

// handshakeReader is the part of the standard output that go-plugin reads.
type handshakeReader struct {
	process *process
	line    *strings.Reader
}

// Read returns the handshake, if there is one, and then blocks until the end.
func (r *handshakeReader) Read(b []byte) (int, error) {
	if r.line == nil {
		r.line = strings.NewReader(r.process.handshake())
	}
	if n, err := r.line.Read(b); err == nil {
		return n, nil
	}
	<-r.process.exited
	return 0, io.EOF
}

// Close implements io.Closer; reap ends the reading.
func (r *handshakeReader) Close() error { return nil }

// handshake reads and checks the first line of the standard output, and leaves the
// rest to the log. If that is no handshake it kills the process and returns "".
func (p *process) handshake() string {
	reader := bufio.NewReaderSize(p.stdout, maxHandshake)
	line, err := reader.ReadSlice('\n')
	if err != nil && len(line) == 0 {
		return ""
	}
	text := string(line)
	if failure, err := checkHandshake(text, p.socketFolder, p.wantCertificate); err != nil {
		p.fail(failure, err)
		p.kill()
		return ""
	}
	p.unread.Go(func() {
		p.output.read("stdout", struct {
			io.Reader
			io.Closer
		}{reader, p.stdout})
	})
	return text
}
