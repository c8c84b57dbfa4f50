// Package confine takes rights from this process that it does not need, for as
// long as it lives and for all its threads. A bug in it, or in a library that it
// uses, can do less harm then.
//
// It is what the system can do and nothing else: which rights a process needs is
// for its caller to know. [Process] and [Descriptors] do what they can on every Unix;
// [Files] is made of landlock, [Calls] of a seccomp filter, and [Ports] of both, which
// only Linux has. What is taken cannot be given back: a second call can only take more, and a
// test calls them in a process of its own.
package confine

// FileRights are what a process can still do with files after [Files]. It can
// execute none.
type FileRights struct {
	// Read are files, and folders with all below them, that can be read. What
	// is not there when the rights are taken is left out: what comes later
	// cannot be read.
	Read []string

	// Sockets is the folder in which, and below which, sockets and plain files
	// can be made, read, written and removed. It must be there.
	Sockets string

	// RemoveFolders are folders from which empty folders can be removed. They
	// must be there.
	RemoveFolders []string
}
