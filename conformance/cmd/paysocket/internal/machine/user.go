package machine

import (
	"errors"
	"os"

	"github.com/paysocket/paysocket/internal/trust"
)

// user looks at who the host would be.
func user(h *Host) []Line {
	who := ok("user", "root", "user %d", os.Geteuid())
	if os.Geteuid() == 0 {
		who = warn("user", "root", "give the host a user of its own, as User= of systemd does",
			"this is root: a host that is broken into has the whole machine, and nothing of its files is refused")
	}
	space := ok("user", "namespace", "files of root are believed")
	for _, path := range []string{"/etc/passwd", h.Self} {
		if err := believed(path); errors.Is(err, trust.ErrUnmapped) {
			space = bad("user", "namespace", "map root's id into the namespace, or run the host outside of it",
				"no binary, catalog or secret is believed: %v", err)
		}
	}
	return []Line{who, space}
}

// believed returns why a file is not trusted, by the rule for binaries and catalogs.
func believed(path string) error {
	file, err := trust.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return file.CheckPath()
}
