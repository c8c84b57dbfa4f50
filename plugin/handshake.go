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

// The constants by which host and plugin recognise each other. A provider in
// another language needs them, and none of them ever changes, except that a
// contract which old plugins cannot speak gets the next ProtocolVersion.
const (
	// MagicCookieKey and MagicCookieValue are set in a plugin's environment.
	// They are no secret: they tell a plugin that it was started by a host and
	// not by hand.
	MagicCookieKey   = "PAYSOCKET_PLUGIN"
	MagicCookieValue = "b1f0c9e47a2d4d86a35b6c1de8f27409"

	// ProtocolVersion is the version of what is spoken after the handshake.
	ProtocolVersion = 1

	// HostFDKey names the variable that holds the number of an inherited file
	// descriptor. It is the reading end of a pipe which nobody writes to and
	// which closes when the host is gone; the plugin must end then.
	HostFDKey = "PAYSOCKET_HOST_FD"

	// LogLevelKey names the variable by which a host asks for more or less of
	// the plugin's log: trace, debug, info (the default), warn or error. A
	// secret must not be printed at any of them.
	LogLevelKey = "PAYSOCKET_LOG_LEVEL"

	// SandboxKey names the variable by which a host says how much the plugin's
	// process has to give up: full, which is also what its absence means, files
	// or off. See [Sandbox].
	SandboxKey = "PAYSOCKET_SANDBOX"
)

const (
	pluginName    = "paymentprovider"
	healthService = goplugin.GRPCServiceName
	coreProtocol  = goplugin.CoreProtocolVersion
	hostFD        = "3" // the first after the standard ones
)

// maxMessage bounds every message in both directions. The largest legal one, a
// full page of payments, is well below it.
const maxMessage = 4 << 20

// protocolsOf gives the versions that a host of this one speaks: it and the one
// before, if there was one, so that hosts and providers need not be upgraded on
// one day. The first was 1.
func protocolsOf(version int) []int {
	if version <= 1 {
		return []int{version}
	}
	return []int{version, version - 1}
}

func handshakeConfig() goplugin.HandshakeConfig {
	return goplugin.HandshakeConfig{MagicCookieKey: MagicCookieKey, MagicCookieValue: MagicCookieValue}
}

// maxHandshake bounds the line; a certificate takes about a kilobyte of it.
const maxHandshake = 16 << 10

// checkHandshake reads the one line that a plugin prints when it is ready:
//
//	core protocol|protocol version|network|address|rpc protocol|certificate
//
// It is checked before go-plugin sees it, which trusts it further: a
// certificate that was not asked for makes it panic, and an address leads the
// host wherever the plugin likes.
func checkHandshake(line, socketFolder string, wantCertificate bool) (Failure, error) {
	parts := strings.Split(strings.TrimSpace(line), "|")
	if len(parts) < 5 || parts[0] != strconv.Itoa(coreProtocol) {
		return FailureHandshake, fmt.Errorf("it printed %q where the handshake should be; "+
			"is this a provider's binary, and does it print nothing before plugin.Serve?", excerpt(line))
	}
	version, network, address, protocol := parts[1], parts[2], parts[3], parts[4]
	spoken := protocolsOf(ProtocolVersion)
	switch {
	case !slices.ContainsFunc(spoken, func(v int) bool { return version == strconv.Itoa(v) }):
		return FailureProtocol, fmt.Errorf("it speaks protocol version %q, and this host version %s; "+
			"build both against the same release", excerpt(version), text.Join(spoken, " and "))
	case protocol != string(goplugin.ProtocolGRPC):
		return FailureProtocol, fmt.Errorf("it speaks %q; only grpc is spoken here", excerpt(protocol))
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
		return FailureProtocol, errors.New("it gave no certificate; " +
			"if it cannot make one, open it with DisableAutoMTLS, which leaves the socket's folder as the only guard")
	case got && !want:
		return FailureProtocol, errors.New("it gave a certificate although none was asked for; " +
			"it may do so only when PLUGIN_CLIENT_CERT is set")
	case got:
		return readableCertificate(rest[0])
	default:
		return "", nil
	}
}

// readableCertificate spares the author of a plugin in another language a guess:
// go-plugin ends the process without a word about what it could not read.
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

// within reports whether path lies in the folder, by name.
func within(folder, path string) bool {
	relative, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsAbs(path) && filepath.IsLocal(relative) && relative != "."
}

// excerpt keeps what a plugin printed short in an error.
func excerpt(printed string) string { return text.Truncate(printed, 200, "...") }

// handshakeReader is the plugin's standard output as go-plugin may see it.
type handshakeReader struct {
	process *process
	line    *strings.Reader
}

// Read gives the handshake, if it is one, and blocks then until the end.
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

// handshake reads and checks the first line of the standard output, and leaves
// the rest to the log. It gives "" if there is no handshake, and ends the
// process then.
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
