package machine

import (
	"fmt"
	"time"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// landlockABI returns the version of the kernel's landlock in words.
func landlockABI() string {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil || abi < 1 {
		return "is missing"
	}
	return fmt.Sprintf("ABI %d", abi)
}

// synchronised looks at whether the kernel knows that its clock is right.
func synchronised() Line {
	const name, remedy = "synchronised", "let a service such as systemd-timesyncd or chrony keep it (timedatectl set-ntp true); within a container this is the machine's business"
	var t unix.Timex
	if _, err := unix.Adjtimex(&t); err != nil {
		return warn("clock", name, remedy, "the kernel does not say: %v", err)
	}
	if t.Status&unix.STA_UNSYNC != 0 {
		return warn("clock", name, remedy, "nothing keeps it right; webhooks are refused and times of payments wrong when it is minutes off")
	}
	return ok("clock", name, "to about %s", (time.Duration(t.Maxerror) * time.Microsecond).Round(time.Millisecond))
}
