package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
)

func TestServeRefusesAddressesThatAreNotLoopback(t *testing.T) {
	t.Parallel()
	build := func(string, string) (*gateway.Service, error) {
		assert.Fail(t, "built although it does not listen")
		return nil, errors.New("unreachable")
	}
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "nonsense"} {
		require.Error(t, gateway.Serve(t.Context(), build, &gateway.ServeOptions{Listen: address}), address)
		require.Error(t, gateway.Serve(t.Context(), build, &gateway.ServeOptions{Manage: address}), address)
	}
}

func TestServeSaysThatAPortIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	err = gateway.Serve(t.Context(), nil, &gateway.ServeOptions{Listen: taken.Addr().String()})
	require.ErrorContains(t, err, "address already in use")
}

func TestServeReportsWhatCannotBeBuilt(t *testing.T) {
	t.Parallel()
	want := errors.New("no memory left")
	err := gateway.Serve(t.Context(), func(string, string) (*gateway.Service, error) { return nil, want }, nil)
	require.ErrorIs(t, err, want)
}

func TestServeAnswersWhenItIsReadyAndClosesWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	closed, ended := make(chan struct{}), make(chan error, 1)
	var address string
	go func() {
		ended <- gateway.Serve(ctx, func(api, manage string) (*gateway.Service, error) {
			address = api
			return &gateway.Service{
				API: http.NotFoundHandler(), Manage: gateway.Handler(&till{}),
				Ready: gateway.Ready{Protocol: gateway.Protocol, Manage: manage},
				Close: func() { close(closed) },
			}, nil
		}, &gateway.ServeOptions{Stdout: in})
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	assert.Regexp(t, `^\{"protocol":"gwctl/1","manage":"http://127\.0\.0\.1:\d+"\}\n$`, line)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	response, err := (&http.Client{}).Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusNotFound, response.StatusCode)

	cancel()
	require.NoError(t, <-ended)
	<-closed
}

func TestServe_LivesThroughSIGHUPWhenSomebodyHoldsIt(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	require.NoError(t, err)
	sandbox := exec.CommandContext(t.Context(), self)
	sandbox.Env = []string{"SANDBOX=fine"}
	stdin, err := sandbox.StdinPipe()
	require.NoError(t, err)
	stdout, err := sandbox.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, sandbox.Start())
	_, err = bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)

	require.NoError(t, sandbox.Process.Signal(syscall.SIGHUP))
	require.NoError(t, stdin.Close())
	require.NoError(t, sandbox.Wait(), "it ends with its standard input, and not of the signal")
}
