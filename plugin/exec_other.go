//go:build unix && !linux

package plugin

// descriptorPath gives nothing: elsewhere a file is executed by its path, and
// the permissions of its folders keep others from exchanging it.
func descriptorPath(int) string { return "" }

func nameProcess(string) {}
