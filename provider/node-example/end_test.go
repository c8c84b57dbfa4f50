package nodeexample_test

import (
	"bufio"
	"net"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

func TestNodeExample_IsAttachedToInADebugger(t *testing.T) {
	t.Parallel()
	program := exec.CommandContext(t.Context(), binary(t), "--debug")
	stdout, err := program.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, program.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	for range 2 { // one host after another
		client, err := plugin.Attach(t.Context(), line, &plugin.OpenOptions{Debug: true, Configuration: configuration("http://127.0.0.1:1", false)})
		require.NoError(t, err)
		assert.Equal(t, "node-example", client.Descriptor().ProviderID)
		require.NoError(t, client.Close())
	}
	require.NoError(t, program.Process.Signal(syscall.SIGINT))
	require.NoError(t, program.Wait(), "Ctrl-C ends it with 0")
}

func TestNodeExample_SaysThatItEndsWhileACallIsInFlight(t *testing.T) {
	t.Parallel()
	gateway, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	provider := opened(t, &plugin.OpenOptions{Configuration: configuration("http://"+gateway.Addr().String(), false)})
	assert.Contains(t, provider.Confinement().Why, "a program in JavaScript does not confine itself")
	answered := make(chan error, 1)
	go func() {
		_, err := provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: "pay_1"})
		answered <- err
	}()
	held, err := gateway.Accept() // and never answered
	require.NoError(t, err)
	require.NoError(t, provider.Health(t.Context()))
	require.NoError(t, syscall.Kill(provider.Process().PID, syscall.SIGTERM))
	require.Eventually(t, func() bool { return provider.Health(t.Context()) != nil }, patience, 10*time.Millisecond)
	require.ErrorIs(t, provider.Health(t.Context()), plugin.ErrNotServing)
	require.NoError(t, held.Close())
	require.ErrorIs(t, <-answered, contract.ConnectionLost)
	<-provider.Done()
}
