package confine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPortOf_ReadsWhatLeadsToAPort(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]uint16{
		"https://a.example": 443, "http://a.example": 80, "https://a.example:8443/path?q": 8443, "http://[::1]:80": 80,
		"socks5://proxy.example": 1080, "a.example:25": 25, "[::1]:99": 99, "https:443": 443,
		"": 0, "30s": 0, ":80": 0, "a.example": 0, "a.example:": 0, "a.example:http": 0, "https://a.example:70000": 0,
		"https://a.example:0": 0, "ftp://a.example": 0, "\x7f://": 0,
	} {
		port, ok := PortOf(value)
		assert.Equal(t, want != 0, ok, "%q", value)
		if ok {
			assert.Equal(t, want, port, "%q", value)
		}
	}
}
