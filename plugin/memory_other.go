//go:build unix && !linux

package plugin

func residentMemory(int) int64 { return 0 }
