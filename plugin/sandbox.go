package plugin

import (
	"fmt"
	"strconv"
	"strings"
)

// Sandbox is how much a provider's process has to give up before it works. What
// it gave up it cannot get back, so a bug in it, or in a library that it uses,
// can do less harm.
type Sandbox string

const (
	// SandboxFull is the default. The process can read what TLS, DNS and time
	// zones need, write nothing but its socket, and execute nothing. With its
	// first configuration it also keeps only the TCP ports that are in it, the
	// one for https and the one for DNS.
	SandboxFull Sandbox = "full"

	// SandboxFiles leaves the ports out, for a process that is to be
	// configured for several gateways one after another.
	SandboxFiles Sandbox = "files"

	// SandboxOff takes nothing from the process: for a provider that needs
	// more, and for looking into it with a debugger.
	SandboxOff Sandbox = "off"
)

// orDefault gives the sandbox by its word. A word that is not known asks for
// all there is: whoever wrote it wanted a sandbox.
func (s Sandbox) orDefault() Sandbox {
	switch s {
	case SandboxFiles, SandboxOff:
		return s
	case SandboxFull:
	}
	return SandboxFull
}

// Hardening is what a provider's process gave up, by its own word: it tells
// whether the system could do what was asked for, and proves nothing of a
// process that lies.
type Hardening struct {
	// Level is how far it went.
	Level HardeningLevel

	// Ports are the TCP ports that it can still connect to, in order; nil if
	// that is all of them.
	Ports []uint16

	// Why says what kept the process from giving up more; empty if nothing
	// did. It is at most 200 bytes of printable ASCII.
	Why string
}

// HardeningLevel is how far a process went in giving rights up.
type HardeningLevel string

const (
	// HardeningUnreported is that of a provider which says nothing of it, as
	// those do that were made without this package, and of InProcess.
	HardeningUnreported HardeningLevel = ""

	// HardeningNone has the rights of the host's user.
	HardeningNone HardeningLevel = "none"

	// HardeningFiles is confined in the files that it can use.
	HardeningFiles HardeningLevel = "files"

	// HardeningFull is confined in its TCP ports, too.
	HardeningFull HardeningLevel = "full"
)

// String gives it in one line, such as "full (TCP to 53, 443 only)".
func (h Hardening) String() string {
	text := string(h.Level)
	if h.Level == HardeningUnreported {
		text = "not reported"
	}
	var more []string
	if h.Ports != nil {
		ports := make([]string, len(h.Ports))
		for i, port := range h.Ports {
			ports[i] = strconv.Itoa(int(port))
		}
		more = append(more, fmt.Sprintf("TCP to %s only", strings.Join(ports, ", ")))
	}
	if h.Why != "" {
		more = append(more, h.Why)
	}
	if len(more) == 0 {
		return text
	}
	return text + " (" + strings.Join(more, "; ") + ")"
}

// asked reports whether the level is what the sandbox asks for.
func (h Hardening) asked(s Sandbox) bool {
	switch s.orDefault() {
	case SandboxOff:
		return true
	case SandboxFiles:
		return h.Level == HardeningFiles || h.Level == HardeningFull
	case SandboxFull:
	}
	return h.Level == HardeningFull
}
