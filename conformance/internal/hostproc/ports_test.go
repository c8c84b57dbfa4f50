package hostproc

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPorts_AreTakenFromOtherRunsToo(t *testing.T) {
	t.Parallel()
	var ours, theirs ports
	t.Cleanup(ours.release)
	t.Cleanup(theirs.release)
	address, err := ours.free(t.Context())
	require.NoError(t, err)
	assert.False(t, theirs.take(t.Context(), address), "nobody listens there yet")

	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	require.NoError(t, err, "the host can listen there")
	ours.release()
	assert.False(t, theirs.take(t.Context(), address), "somebody listens there")
	require.NoError(t, listener.Close())
	assert.True(t, theirs.take(t.Context(), address))
}
