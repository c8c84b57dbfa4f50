package supervisor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paysocket/paysocket/internal/text"
)

// A host supports the version of the contract that it was built with and the
// one before, so that hosts and providers need not be upgraded on one day.
//
// Versions of one line understand each other: 1.4.2 is of line 1, and before 1.0,
// where each minor version may break, 0.3.1 is of line 0.3. The first line is 0.1.

// line is the part of a version that decides who understands whom.
type line struct{ major, minor int }

var firstLine = line{0, 1}

func (l line) String() string {
	if l.major > 0 {
		return strconv.Itoa(l.major)
	}
	return fmt.Sprintf("0.%d", l.minor)
}

// lineOf returns the line of a version as semver.org defines it.
func lineOf(version string) (line, error) {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) == 3 {
		major, majorErr := strconv.Atoi(parts[0])
		minor, minorErr := strconv.Atoi(parts[1])
		switch {
		case majorErr != nil || minorErr != nil || major < 0 || minor < 0:
		case major > 0:
			return line{major, 0}, nil
		default:
			return line{0, minor}, nil
		}
	}
	return line{}, fmt.Errorf("version %q is not of the form 1.2.3", text.Truncate(version, 200, "..."))
}

// previous returns the line before, and false for the first. The line before 1 is
// not known yet and has to be written here when it is.
func (l line) previous() (line, bool) {
	switch {
	case l == firstLine || l.major == 1:
		return line{}, false
	case l.major > 1:
		return line{l.major - 1, 0}, true
	default:
		return line{0, l.minor - 1}, true
	}
}

// supports returns an error if a host of one version of the contract does not
// support a provider of another.
func supports(host, provider string) error {
	ours, err := lineOf(host)
	if err != nil {
		return err
	}
	theirs, err := lineOf(provider)
	if err != nil {
		return err
	}
	supported := []line{ours}
	if before, ok := ours.previous(); ok {
		supported = append(supported, before)
	}
	if slices.Contains(supported, theirs) {
		return nil
	}
	remedy := "build the provider against a newer release"
	if theirs.major > ours.major || theirs.major == ours.major && theirs.minor > ours.minor {
		remedy = "upgrade the host first"
	}
	return fmt.Errorf("it was built for contract %s, and this host, of contract %s, supports %s; %s",
		text.Truncate(provider, 200, "..."), host, text.Join(supported, " and "), remedy)
}
