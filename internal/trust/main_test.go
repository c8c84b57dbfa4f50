package trust

import (
	"fmt"
	"os"
	"testing"
)

// roleKey names what the test binary is to do in place of the tests.
const roleKey = "PAYSOCKET_TRUST_TEST_ROLE"

func TestMain(m *testing.M) {
	switch role := os.Getenv(roleKey); role {
	case "":
		os.Exit(m.Run())
	case roleSetuid:
		os.Exit(judgeAsSetuid(os.Stdout, os.Args[1:]))
	default:
		fmt.Fprintln(os.Stderr, "there is no role "+role)
		os.Exit(2)
	}
}

// needRoot skips a test of files of several users.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can give a file away")
	}
}
