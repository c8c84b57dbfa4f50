package plugin

import (
	"fmt"
	"strings"

	"github.com/paysocket/paysocket/internal/text"
)

// Confinement is how much the process of a provider gives up before it works. It
// cannot get back what it gave up, so a bug in it, or in a library that it uses,
// can do less harm.
type Confinement string

const (
	// ConfinementFull is the default. The process can read only the files that
	// TLS, DNS and time zones need, write only its socket, and begin no process.
	// On Linux, on amd64 and arm64, a filter refuses the system calls with which it
	// would do more.
	// After its first configuration it can connect only to the TCP ports that
	// the configuration names and to those of https and DNS.
	ConfinementFull Confinement = "full"

	// ConfinementFiles does not confine the ports, for a process that is
	// configured for several gateways one after another.
	ConfinementFiles Confinement = "files"

	// ConfinementOff confines nothing, for a provider that needs more than the
	// others leave it, and for a debugger.
	ConfinementOff Confinement = "off"
)

// orDefault returns c, or ConfinementFull for an unknown word: whoever wrote one
// wanted some confinement.
func (c Confinement) orDefault() Confinement {
	switch c {
	case ConfinementFiles, ConfinementOff:
		return c
	case ConfinementFull:
	}
	return ConfinementFull
}

// ConfinementReport is what the process of a provider says that it gave up. It
// shows whether the system could do what was asked for. It proves nothing about
// a process that lies.
type ConfinementReport struct {
	// Level is how far it went.
	Level ConfinementLevel

	// Ports are the TCP ports that it can still connect to, in order; nil if
	// that is all of them.
	Ports []uint16

	// Why says what kept the process from giving up more; empty if nothing
	// did. It is at most 200 bytes of printable ASCII.
	Why string
}

// ConfinementLevel is how far a process is confined.
type ConfinementLevel string

const (
	// ConfinementLevelUnreported is the level of a provider that reports none:
	// one that was made without this package, and one of InProcess.
	ConfinementLevelUnreported ConfinementLevel = ""

	// ConfinementLevelNone is that of a process with all rights of the host's
	// user.
	ConfinementLevelNone ConfinementLevel = "none"

	// ConfinementLevelFiles is that of a process confined in the files that it
	// can use.
	ConfinementLevelFiles ConfinementLevel = "files"

	// ConfinementLevelFull is that of a process confined in its TCP ports, too.
	ConfinementLevelFull ConfinementLevel = "full"
)

// String returns the report in one line, such as "full (TCP to 53, 443 only)".
func (r ConfinementReport) String() string {
	level := string(r.Level)
	if r.Level == ConfinementLevelUnreported {
		level = "not reported"
	}
	var more []string
	if r.Ports != nil {
		more = append(more, fmt.Sprintf("TCP to %s only", text.Join(r.Ports, ", ")))
	}
	if r.Why != "" {
		more = append(more, r.Why)
	}
	if len(more) == 0 {
		return level
	}
	return level + " (" + strings.Join(more, "; ") + ")"
}

// satisfies reports whether the process gave up at least what was asked for.
func (r ConfinementReport) satisfies(asked Confinement) bool {
	switch asked.orDefault() {
	case ConfinementOff:
		return true
	case ConfinementFiles:
		return r.Level == ConfinementLevelFiles || r.Level == ConfinementLevelFull
	case ConfinementFull:
	}
	return r.Level == ConfinementLevelFull && r.Why == ""
}
