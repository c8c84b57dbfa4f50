package confine

import (
	"path/filepath"
	"strings"
)

// SystemPaths returns the paths that a process has to read for TLS, DNS and time
// zones, in Go and in the C library. Whole folders like /etc are not among them,
// because they hold the secrets of others. Getenv is asked for what leads the
// libraries elsewhere, and is [os.Getenv] in a program.
func SystemPaths(getenv func(string) string) []string {
	paths := []string{
		// The roots of TLS, where Go looks for them, and where links from
		// there lead.
		"/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/certs", "/etc/pki/tls/cacert.pem", "/etc/pki/ca-trust/extracted", "/etc/ca-certificates/extracted",
		"/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
		// Names and ports. The last three are for the C library's resolver.
		"/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/protocols",
		"/etc/host.conf", "/etc/gai.conf", "/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64",
		// Time zones.
		"/etc/localtime", "/usr/share/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
		// What the Go runtime asks the kernel.
		"/dev/urandom", "/proc/sys/net/core/somaxconn", "/sys/kernel/mm/transparent_hugepage",
	}
	for _, name := range []string{"SSL_CERT_FILE", "ZONEINFO"} {
		paths = append(paths, getenv(name))
	}
	paths = append(paths, filepath.SplitList(getenv("SSL_CERT_DIR"))...)
	// A resolv.conf that a service keeps is replaced from time to time, and the
	// new one can be read only by a right on its folder.
	if target, err := filepath.EvalSymlinks("/etc/resolv.conf"); err == nil && strings.HasPrefix(target, "/run/") {
		paths = append(paths, filepath.Dir(target))
	}
	return paths
}
