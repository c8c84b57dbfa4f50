package plugin_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// ip runs the command ip, which a system may lack, or the kind of interface.
func ip(t *testing.T, arguments string) {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "ip", strings.Fields(arguments)...).CombinedOutput()
	if err != nil {
		plugintest.Lacks(t, "netns", "ip "+arguments+": "+err.Error()+": "+string(output))
	}
}

// serveNames answers every question for an IPv4 address by that of the server which was
// asked: a gateway that is reached through whatever network there is.
func serveNames(t *testing.T, address string) {
	t.Helper()
	server, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", address+":53")
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		for question := make([]byte, 512); ; {
			n, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(answerTo(question[:n], net.ParseIP(address).To4()), from)
		}
	}()
}

// answerTo returns the answer to a question of DNS, without its other sections.
func answerTo(question []byte, address net.IP) []byte {
	const header, kindA = 12, 1
	end := header
	for end < len(question) && question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // the name's last byte, the kind and the class
	if end > len(question) {
		return nil
	}
	answer := append([]byte(nil), question[:end]...)
	copy(answer[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}) // an answer, one question, nothing else
	if binary.BigEndian.Uint16(question[end-4:]) == kindA {
		answer[7] = 1
		answer = append(answer, 0xc0, header, 0, kindA, 0, 1, 0, 0, 0, 1, 0, 4) // that name, for a second
		answer = append(answer, address...)
	}
	return answer
}

// serveAt serves at an address and port.
func serveAt(t *testing.T, address string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(welcome))
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}

func TestConfinement_FollowsAChangeOfTheNetworkByAnotherProcess(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	if !plugintest.Inside(t, plugintest.Surroundings{Network: true, Prepare: `
mount -t tmpfs none /mnt
mkdir -m 755 /mnt/etc
cp /etc/hosts /etc/passwd /etc/group /mnt/etc
echo 'nameserver 192.0.2.1' > /mnt/etc/resolv.conf
mount --bind /mnt/etc /etc`}) {
		return
	}
	const url = "http://gateway.example:8080"
	connect := func(link, address string) {
		ip(t, "link add "+link+" type veth peer name "+link+"-peer")
		ip(t, "address add "+address+"/24 dev "+link)
		ip(t, "link set "+link+" up")
		serveNames(t, address)
		serveAt(t, address+":8080")
	}
	ip(t, "link set lo up")
	connect("home", "192.0.2.1")
	client := probed(t, url, plugin.OpenOptions{})
	require.Equal(t, "welcome", try(t, client, "get", url))

	ip(t, "link delete home")
	require.NoError(t, os.WriteFile("/etc/resolv.conf.new", []byte("nameserver 198.51.100.1\n"), 0o644))
	require.NoError(t, os.Rename("/etc/resolv.conf.new", "/etc/resolv.conf"))
	connect("away", "198.51.100.1")
	require.ErrorIs(t, client.Health(context.WithoutCancel(t.Context())), plugin.ErrNotServing)

	another := probed(t, url, plugin.OpenOptions{})
	require.NoError(t, another.Health(t.Context()))
	assert.Equal(t, "welcome", try(t, another, "get", url))
}

// Where nothing was replaced the process goes on: a name is asked of the same server
// through the new interface.
func TestConfinement_SurvivesAnotherInterface(t *testing.T) {
	t.Parallel()
	needLandlock(t)
	if !plugintest.Inside(t, plugintest.Surroundings{Network: true}) {
		return
	}
	ip(t, "link set lo up")
	for _, link := range []string{"first", "second"} {
		ip(t, "link add "+link+" type veth peer name "+link+"-peer")
	}
	ip(t, "address add 192.0.2.1/24 dev first")
	ip(t, "link set first up")
	serveAt(t, "0.0.0.0:8080")
	const url = "http://192.0.2.1:8080"
	client := probed(t, url, plugin.OpenOptions{})
	require.Equal(t, "welcome", try(t, client, "get", url))
	ip(t, "link delete first")
	ip(t, "address add 192.0.2.1/24 dev second")
	ip(t, "link set second up")
	require.NoError(t, client.Health(t.Context()))
	assert.Equal(t, "welcome", try(t, client, "get", url))
}
