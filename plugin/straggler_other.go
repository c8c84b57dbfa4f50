//go:build unix && !linux

package plugin

func killStragglers(string) {}
