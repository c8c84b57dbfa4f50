package plugin

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/landlock-lsm/go-landlock/landlock"
	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// The landlock interfaces of kernels (ABI) that brought what is used here. What
// newer ones add is not used, so that all kernels from abiScopes on confine
// alike.
const (
	abiPorts  = 4 // Linux 6.7
	abiScopes = 6 // Linux 6.12
)

// maxOpenFiles bounds a leak of file descriptors; every call has one or two.
const maxOpenFiles = 4096

// limitProcess keeps the memory of the process, in which the secrets are, from
// core dumps and from other processes of the user.
func limitProcess() error {
	var errs []error
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		errs = append(errs, fmt.Errorf("core dumps cannot be switched off: %w", err))
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		errs = append(errs, fmt.Errorf("the memory cannot be hidden: %w", err))
	}
	var files syscall.Rlimit // package syscall, which remembers that the limit was chosen
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files)
	if err == nil && files.Max > maxOpenFiles {
		err = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: maxOpenFiles, Max: maxOpenFiles})
	}
	if err != nil {
		errs = append(errs, fmt.Errorf("open files cannot be limited: %w", err))
	}
	return errors.Join(errs...)
}

const (
	readFiles  = landlock.AccessFSSet(ll.AccessFSReadFile)
	readFolder = landlock.AccessFSSet(ll.AccessFSReadFile | ll.AccessFSReadDir)

	// A socket's folder: go-plugin tries a name with a plain file.
	makeSockets = landlock.AccessFSSet(ll.AccessFSReadFile | ll.AccessFSReadDir | ll.AccessFSWriteFile |
		ll.AccessFSMakeReg | ll.AccessFSMakeSock | ll.AccessFSRemoveFile)

	removeFolders = landlock.AccessFSSet(ll.AccessFSRemoveDir)
)

// confineFiles leaves the process the files that are listed here, and the right
// to execute none. Files and folders that are not there are left out: one that
// comes later cannot be read.
func confineFiles(socketFolder string, more []string) error {
	if abi, err := ll.LandlockGetABIVersion(); err != nil || abi < 1 {
		return errors.New("this kernel has no landlock, or keeps it from this process")
	}
	folders, files := sortPaths(append(readable(), more...))
	rules := []landlock.Rule{
		landlock.PathAccess(readFolder, folders...).IgnoreIfMissing(),
		landlock.PathAccess(readFiles, files...).IgnoreIfMissing(),
		landlock.PathAccess(readFiles|landlock.AccessFSSet(ll.AccessFSWriteFile), "/dev/null").IgnoreIfMissing(),
		landlock.PathAccess(makeSockets, socketFolder),
	}
	// The last one to go removes the folders. A folder is removed by a right on
	// the one above it, and with it go only empty ones.
	parent := filepath.Dir(socketFolder)
	rules = append(rules, landlock.PathAccess(removeFolders, parent))
	if strings.HasPrefix(filepath.Base(parent), socketFolderPattern) {
		rules = append(rules, landlock.PathAccess(removeFolders, filepath.Dir(parent)))
	}
	if err := landlock.V7.BestEffort().RestrictPaths(rules...); err != nil {
		return fmt.Errorf("the files cannot be confined: %w", err)
	}
	return nil
}

// confinePorts leaves the process the TCP ports to connect to, none to listen
// at, and keeps it from signalling other processes and from their abstract
// sockets. Lacking is what an older kernel cannot do of that.
func confinePorts(ports []uint16) (lacking, err error) {
	abi, err := ll.LandlockGetABIVersion()
	if err != nil || abi < abiPorts {
		return nil, fmt.Errorf("this kernel's landlock (ABI %d) cannot confine TCP ports; that came with ABI %d", abi, abiPorts)
	}
	rules := make([]landlock.Rule, len(ports))
	for i, port := range ports {
		rules[i] = landlock.ConnectTCP(port)
	}
	confined := landlock.V7
	confined.HandledAccessFS = 0
	if err := confined.BestEffort().Restrict(rules...); err != nil {
		return nil, fmt.Errorf("the ports cannot be confined: %w", err)
	}
	if abi < abiScopes {
		return fmt.Errorf("signals and abstract sockets are not confined by landlock ABI %d", abi), nil
	}
	return nil, nil
}

// readable are the paths that a provider has to read: what TLS, DNS and time
// zones need. Whole folders like /etc are not among them, because they hold the
// secrets of others.
func readable() []string {
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
		paths = append(paths, os.Getenv(name))
	}
	paths = append(paths, filepath.SplitList(os.Getenv("SSL_CERT_DIR"))...)
	// A resolv.conf that a service keeps is replaced from time to time, and the
	// new one can be read only by a right on its folder.
	if target, err := filepath.EvalSymlinks("/etc/resolv.conf"); err == nil && strings.HasPrefix(target, "/run/") {
		paths = append(paths, filepath.Dir(target))
	}
	return paths
}

// sortPaths tells folders from files, and leaves out what is neither.
func sortPaths(paths []string) (folders, files []string) {
	for _, path := range paths {
		if path == "" {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
		case info.IsDir():
			folders = append(folders, path)
		default:
			files = append(files, path)
		}
	}
	return folders, files
}
