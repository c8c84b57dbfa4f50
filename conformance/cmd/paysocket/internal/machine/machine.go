package machine

import (
	"context"
	"slices"
	"time"
)

// Host is what a host is to run on this machine.
type Host struct {
	// Providers is how many processes of providers it runs.
	Providers int

	// Confined is whether one of them is to be confined.
	Confined bool

	// Names are the names of machines that providers talk to directly, and Proxies
	// the proxies that others use, by the provider.
	Names   []string
	Proxies map[string]string

	// Newest is the latest time at which one of the host's files was changed.
	Newest time.Time

	// Getenv is os.Getenv.
	Getenv func(string) string

	// Self is the program whose main calls [Serve]; the path of this one.
	Self string
}

// Look looks at the machine. It asks the DNS for names, connects to the proxies, and sends
// nothing else. It takes seconds, and at most about a minute.
func Look(ctx context.Context, h *Host) []Line {
	return slices.Concat(
		probed(ctx, h),
		[]Line{temporary(), files(h), processes(h), memory(h), core()},
		user(h),
		[]Line{synchronised(), plausible(time.Now(), h.Newest), resolver()},
		names(ctx, h.Names),
		variables(h.Getenv),
		proxies(ctx, h.Proxies),
	)
}
