package main

import (
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestChart_IsThatOfDecide(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("../../../docs/states.svg")
	require.NoError(t, err)
	assert.Equal(t, chart(), string(committed), "make generate")
	decoder := xml.NewDecoder(strings.NewReader(chart()))
	for err == nil {
		_, err = decoder.Token()
	}
	assert.ErrorIs(t, err, io.EOF, "it is XML")
}

func TestChart_HasEveryStatusAndTheRightVerdicts(t *testing.T) {
	t.Parallel()
	want := map[string]contract.Action{
		"no call": contract.ActionCall, "called": contract.ActionWait, "not attempted": contract.ActionCall,
		"rejected": contract.ActionNothing, "indeterminate": contract.ActionLookUp,
		string(contract.PaymentPending): contract.ActionRead, string(contract.PaymentUnknown): contract.ActionRead,
		string(contract.PaymentSucceeded): contract.ActionNothing, string(contract.PaymentFailed): contract.ActionNothing,
		string(contract.PaymentExpired): contract.ActionNothing, string(contract.PaymentCanceled): contract.ActionNothing,
	}
	all := nodes()
	assert.Len(t, all, len(want))
	for i := range all {
		assert.Equal(t, want[all[i].name], verdictOf(&all[i]).Do, all[i].name)
	}
}

func TestReasonTable_RefusesAnOutcomeThatTheContractDoesNotAllow(t *testing.T) {
	t.Parallel()
	_, err := reasonTable("   PROVIDER_TIMEOUT            DEADLINE_EXCEEDED     R    sent\n")
	require.ErrorContains(t, err, "PROVIDER_TIMEOUT may not be REJECTED")
	_, err = reasonTable("nothing")
	require.ErrorContains(t, err, "not recognised")
}
