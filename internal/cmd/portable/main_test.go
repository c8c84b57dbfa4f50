package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutRedaction_KeepsTheRest(t *testing.T) {
	t.Parallel()
	plain, err := withoutRedaction("string path = 3 [debug_redact = true];\nstring id = 4;\n")
	require.NoError(t, err)
	assert.Contains(t, plain, "\nstring path = 3;\nstring id = 4;\n")
	_, err = withoutRedaction("string path = 3 [deprecated = true, debug_redact = true];")
	require.ErrorContains(t, err, "in a form that is not known here")
}

func TestCurrencies_TellsActiveFromRetired(t *testing.T) {
	t.Parallel()
	all := currencies()
	assert.Equal(t, 2, all.Active["THB"])
	assert.Equal(t, 0, all.Active["JPY"])
	assert.Equal(t, 3, all.Active["KWD"])
	assert.Equal(t, 2, all.Retired["HRK"])
	assert.NotContains(t, all.Active, "HRK")
	assert.NotContains(t, all.Retired, "THB")
	assert.NotContains(t, all.Active, "XAU")
}
