package confine

import (
	"errors"
	"fmt"
	"os"
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

// maxOpenFiles bounds a leak of file descriptors; a process that serves has one
// or two for each call.
const maxOpenFiles = 4096

// Process keeps the memory of the process from core dumps and from other
// processes of the user, and bounds its open files. It does all that it can, and
// its error says what it could not.
func Process() error {
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

// Files leaves the process the rights, /dev/null, and the right to execute
// nothing.
func Files(rights *FileRights) error {
	if abi, err := ll.LandlockGetABIVersion(); err != nil || abi < 1 {
		return errors.New("this kernel has no landlock, or keeps it from this process")
	}
	folders, files := sortPaths(rights.Read)
	err := landlock.V7.BestEffort().RestrictPaths(
		landlock.PathAccess(readFolder, folders...).IgnoreIfMissing(),
		landlock.PathAccess(readFiles, files...).IgnoreIfMissing(),
		landlock.PathAccess(readFiles|landlock.AccessFSSet(ll.AccessFSWriteFile), "/dev/null").IgnoreIfMissing(),
		landlock.PathAccess(makeSockets, rights.Sockets),
		landlock.PathAccess(removeFolders, rights.RemoveFolders...),
	)
	if err != nil {
		return fmt.Errorf("the files cannot be confined: %w", err)
	}
	return nil
}

// Ports leaves the process the TCP ports to connect to, and none to listen at, and
// keeps it from signalling other processes and from their abstract sockets. UDP stays
// free. What listens already goes on. Lacking is what this system cannot do of that.
func Ports(ports []uint16) (lacking, err error) {
	lacking, err = restrictPorts(ports)
	if err != nil { // it is tried again, and filters add up
		return nil, err
	}
	return errors.Join(lacking, lastCalls()), nil
}

func restrictPorts(ports []uint16) (lacking, err error) {
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
		return fmt.Errorf("abstract sockets are not confined by landlock ABI %d", abi), nil
	}
	return nil, nil
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
