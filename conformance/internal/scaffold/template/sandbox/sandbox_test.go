package sandbox_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/scaffold/template/sandbox"
)

func newSandbox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.New(nil)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

func TestSandbox_FollowsTheControlProtocol(t *testing.T) {
	t.Parallel()
	for _, finding := range gateway.Check(t.Context(), newSandbox(t), gateway.Money{Amount: 2000, Currency: "THB"}) {
		require.NoError(t, finding.Err, finding.Name)
		assert.Empty(t, finding.Lacks, finding.Name)
	}
}

func TestSandbox_NeedsTheSecretKey(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newSandbox(t).Handler())
	t.Cleanup(server.Close)
	answer, err := server.Client().Get(server.URL + "/v1/bills/b1")
	if assert.NoError(t, err) {
		assert.Equal(t, 401, answer.StatusCode)
		assert.NoError(t, answer.Body.Close())
	}
}
