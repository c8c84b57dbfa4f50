package sandbox_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/scaffold/template/sandbox"
)

func TestTheStandInDoesWhatItSays(t *testing.T) {
	t.Parallel()
	for _, finding := range gateway.Check(t.Context(), sandbox.New("http://127.0.0.1:1"), gateway.Money{Amount: 2000, Currency: "THB"}) {
		assert.Equal(t, gateway.CheckPassed, finding.Status, "%s: %s", finding.Name, finding.Detail)
	}
}

func TestNobodyGetsInWithoutAKey(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(sandbox.New("http://127.0.0.1:1").Handler())
	t.Cleanup(server.Close)
	answer, err := server.Client().Get(server.URL + "/v1/bills/b1")
	if assert.NoError(t, err) {
		assert.Equal(t, 401, answer.StatusCode)
		assert.NoError(t, answer.Body.Close())
	}
}
