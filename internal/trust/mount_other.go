//go:build unix && !linux

package trust

func isReadOnly(string) bool { return false }

func isUnmapped(uint32) bool { return false }
