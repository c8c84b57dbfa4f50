package conformance_test

import (
	"context"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/contract"
)

// junit is what a build server reads of JUnit's XML.
type junit struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
	Suites   []struct {
		Name     string `xml:"name,attr"`
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Cases    []struct {
			Class   string    `xml:"classname,attr"`
			Name    string    `xml:"name,attr"`
			Failure *struct { /* there or not */
				Message string `xml:"message,attr"`
				Text    string `xml:",chardata"`
			} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func readJUnit(t *testing.T, report *conformance.Report, allowPartial bool) *junit {
	t.Helper()
	var text strings.Builder
	require.NoError(t, conformance.WriteJUnit(&text, report, allowPartial))
	var read junit
	require.NoError(t, xml.Unmarshal([]byte(text.String()), &read), text.String())
	return &read
}

// hostile is a provider whose errors are meant to break reports.
func hostile() contract.PaymentProvider {
	return &defective{PaymentProvider: sound(), create: func(contract.PaymentProvider, context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
		return nil, contract.NewError(contract.ProviderBug, "<script>alert(1)</script> \x1b[31m ]]> \ufffe &amp;")
	}}
}

func TestJUnitHoldsRealFailures(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(hostile), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001,IDM-008,REF-007", Seed: 7})
	read := readJUnit(t, report, false)
	assert.Equal(t, len(report.Clauses)+1, read.Tests, "a case for each clause and one for the verdict")
	assert.Equal(t, report.Counts.Fail+1, read.Failures)
	assert.Equal(t, report.Counts.Skipped+report.Counts.NotApplied+report.Counts.Unverified, read.Skipped)
	assert.Zero(t, read.Errors)
	found := false
	for _, suite := range read.Suites {
		for _, c := range suite.Cases {
			if strings.HasPrefix(c.Name, "CRE-001 ") {
				found = true
				require.NotNil(t, c.Failure)
				assert.Equal(t, "CRE", c.Class)
				assert.Contains(t, c.Failure.Text, "reproduce: paysocket conformance run")
				assert.Contains(t, c.Failure.Text, "<script>")
			}
		}
	}
	assert.True(t, found)
}

func TestJUnitIsNeverGreenForARunThatProvedTooLittle(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(sound), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-002", Seed: 7})
	require.Equal(t, conformance.Partial, report.Verdict)
	assert.Equal(t, 1, readJUnit(t, report, false).Failures)
	allowed := readJUnit(t, report, true)
	assert.Zero(t, allowed.Failures)
	last := allowed.Suites[len(allowed.Suites)-1].Cases[0]
	assert.Equal(t, "verdict", last.Name)
	assert.NotNil(t, last.Skipped, "it is reported as skipped")

	nothing := conformance.NoReport(assert.AnError, &conformance.Options{})
	assert.Equal(t, 1, readJUnit(t, nothing, true).Errors)
}

func TestThePageHoldsWhatAPersonNeedsAndNothingThatRuns(t *testing.T) {
	t.Parallel()
	report := run(t, conformance.InProcess(hostile), &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001,CRE-003", Seed: 7})
	var page strings.Builder
	require.NoError(t, conformance.WriteHTML(&page, report))
	text := page.String()
	assert.Contains(t, text, "<h1>NON-CONFORMANT</h1>")
	assert.Contains(t, text, `<details id="CRE-001" open>`)
	assert.Contains(t, text, `--run CRE-001 --seed 7`)
	assert.Contains(t, text, "Exit code 1.")
	assert.NotContains(t, text, "<script")
	assert.Contains(t, text, "&lt;script&gt;")
	for _, outside := range []string{"src=", "http-equiv", "@import", "url("} {
		assert.NotContains(t, text, outside, "the page needs nothing besides itself")
	}
}

func TestNoFormOfTheReportHoldsASecret(t *testing.T) {
	t.Parallel()
	var secret string
	loud := conformance.InProcess(func() contract.PaymentProvider { return &tellsItsKey{PaymentProvider: sound(), key: &secret} })
	report := run(t, loud, &conformance.Options{Gateway: newSandbox(t), Run: "CRE-001,SEC-002", Seed: 7})
	require.Equal(t, conformance.Fail, statusOf(t, report, "SEC-002").Status)
	require.NotEmpty(t, secret)
	// As if something were written that was not struck out where it was found.
	report.Warnings = append(report.Warnings, "the key is "+secret)

	var text, canonical, page, servers strings.Builder
	require.NoError(t, conformance.WriteText(&text, report, true))
	require.NoError(t, conformance.WriteJSON(&canonical, report))
	require.NoError(t, conformance.WriteHTML(&page, report))
	require.NoError(t, conformance.WriteJUnit(&servers, report, false))
	for name, written := range map[string]string{
		"text": text.String(), "JSON": canonical.String(), "HTML": page.String(), "JUnit": servers.String(),
	} {
		assert.NotContains(t, written, secret, name)
		assert.Contains(t, written, "[redacted]", name)
	}
}

// tellsItsKey puts its secret key into errors.
type tellsItsKey struct {
	contract.PaymentProvider

	key *string
}

func (p *tellsItsKey) Configure(ctx context.Context, c *contract.Configuration) (*contract.Account, error) {
	*p.key = c.Secrets["secret_key"].Reveal()
	return p.PaymentProvider.Configure(ctx, c)
}

func (p *tellsItsKey) CreatePayment(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return nil, contract.NewError(contract.ProviderBug, "no such key: "+*p.key)
}
