//go:build unix && !linux

package plugin

import "os"

// descriptorPath returns "": elsewhere a file is executed by its path, and the
// permissions of its folders keep others from replacing it.
func descriptorPath(int) string { return "" }

func isOnNoexec(*os.File) bool { return false }

func nameProcess(string) {}
