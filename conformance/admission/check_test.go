package admission_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/admission"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

var (
	sum = strings.Repeat("ab", 32)
	day = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
)

func subject() *admission.Subject {
	return &admission.Subject{
		Path: "/opt/wallet", SHA256: sum,
		Descriptor: &contract.Descriptor{ProviderID: "wallet", SpecVersion: contract.SpecVersion},
	}
}

func options() *admission.Options {
	return &admission.Options{Profile: "redirect-wallet", MaxAge: 24 * time.Hour, Now: func() time.Time { return day.Add(time.Hour) }}
}

// good is a report as the suite itself writes it, with some of its fields
// changed.
func good(t *testing.T, change func(*conformance.Report)) string {
	t.Helper()
	report := &conformance.Report{
		APIVersion: conformance.ReportVersion, Kind: conformance.ReportKind, Spec: contract.SpecVersion, Date: day,
		Provider: conformance.ProviderFacts{ID: "wallet", SpecVersion: contract.SpecVersion, SHA256: sum},
		Profile:  "redirect-wallet", Verdict: conformance.Conformant, Counts: conformance.Counts{Pass: 150, Executed: 150},
	}
	if change != nil {
		change(report)
	}
	var text strings.Builder
	require.NoError(t, conformance.WriteJSON(&text, report))
	return written(t, text.String(), 0o600)
}

func written(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	require.NoError(t, os.Chmod(path, mode))
	return path
}

func TestAReportOfThisBinaryLetsItIn(t *testing.T) {
	t.Parallel()
	require.NoError(t, admission.Check(good(t, nil), subject(), options()))
	require.NoError(t, admission.Check(good(t, nil), subject(), &admission.Options{Now: options().Now}), "without wishes")
	path := good(t, nil)
	require.NoError(t, os.Chmod(path, 0o644))
	require.NoError(t, admission.Check(path, subject(), options()), "a report may be read by all")
}

func TestAReportThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*conformance.Report)
		problem admission.Problem
		want    string
	}{
		"another binary":   {func(r *conformance.Report) { r.Provider.SHA256 = strings.Repeat("cd", 32) }, admission.OtherBinary, "cdcd"},
		"no binary":        {func(r *conformance.Report) { r.Provider.SHA256 = "" }, admission.OtherBinary, "sha256"},
		"another provider": {func(r *conformance.Report) { r.Provider.ID = "cards" }, admission.OtherBinary, "cards"},
		"another contract": {func(r *conformance.Report) { r.Spec = "9.0.0" }, admission.OtherContract, "9.0.0"},
		"another profile":  {func(r *conformance.Report) { r.Profile = "core" }, admission.OtherProfile, "needs redirect-wallet"},
		"built for another contract": {
			func(r *conformance.Report) { r.Provider.SpecVersion = "9.0.0" }, admission.OtherContract, "9.0.0",
		},
		"partial": {
			func(r *conformance.Report) { r.Verdict, r.Reason = conformance.Partial, "IDM-001 was left out" },
			admission.NotConformant, `says "PARTIAL" ("IDM-001 was left out")`,
		},
		"failed":       {func(r *conformance.Report) { r.Verdict = conformance.NonConformant }, admission.NotConformant, "NON-CONFORMANT"},
		"inconclusive": {func(r *conformance.Report) { r.Verdict = conformance.Inconclusive }, admission.NotConformant, "INCONCLUSIVE"},
		"no verdict":   {func(r *conformance.Report) { r.Verdict = "" }, admission.NotConformant, "must say CONFORMANT"},
		"contradiction": {
			func(r *conformance.Report) { r.Counts.Fail = 1 }, admission.NotConformant, "contradicts itself",
		},
		"nothing checked": {func(r *conformance.Report) { r.Counts.Executed = 0 }, admission.NotConformant, "contradicts itself"},
		"too old":         {func(r *conformance.Report) { r.Date = day.Add(-48 * time.Hour) }, admission.Stale, "at most 24h"},
		"from the future": {func(r *conformance.Report) { r.Date = day.Add(48 * time.Hour) }, admission.Stale, "in the future"},
		"no date":         {func(r *conformance.Report) { r.Date = time.Time{} }, admission.Stale, "no date"},
		"not run":         {func(r *conformance.Report) { *r = *conformance.NoReport(assert.AnError, &conformance.Options{}) }, admission.OtherBinary, ""},
		"another form":    {func(r *conformance.Report) { r.APIVersion = "paymentprovider.conformance/v2" }, admission.NoReport, "v2"},
		"another kind":    {func(r *conformance.Report) { r.Kind = "Manifest" }, admission.NoReport, "Manifest"},
	} {
		path := good(t, c.change)
		err := admission.Check(path, subject(), options())
		require.ErrorIs(t, err, &admission.Error{Problem: c.problem}, name)
		require.ErrorContains(t, err, c.want, name)
		assert.ErrorContains(t, err, "run paysocket conformance run -f MANIFEST --provider /opt/wallet --profile redirect-wallet --json "+path, name)
	}
}

func TestAFileThatIsNoReportIsRefused(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(good(t, nil))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		text    string
		problem admission.Problem
	}{
		"empty":        {"", admission.NoReport},
		"junk":         {"\x00\xff\x7fELF", admission.NoReport},
		"not a struct": {`["CONFORMANT"]`, admission.NoReport},
		"wrong types":  {`{"verdict": {"is": "CONFORMANT"}}`, admission.NoReport},
		"cut off":      {string(whole[:len(whole)/2]), admission.NoReport},
		"two":          {string(whole) + string(whole), admission.NoReport},
		"deep":         {strings.Repeat(`[`, 1<<20), admission.NoReport},
		"huge":         {string(whole) + strings.Repeat(" ", 16<<20), admission.Unreadable},
	} {
		assert.ErrorIs(t, admission.Check(written(t, c.text, 0o600), subject(), options()), &admission.Error{Problem: c.problem}, name)
	}
}

func TestAReportThatOthersCanWriteIsRefused(t *testing.T) {
	t.Parallel()
	unreadable := &admission.Error{Problem: admission.Unreadable}
	for _, mode := range []os.FileMode{0o602, 0o666} {
		path := good(t, nil)
		require.NoError(t, os.Chmod(path, mode))
		err := admission.Check(path, subject(), options())
		require.ErrorIs(t, err, unreadable)
		require.ErrorContains(t, err, "chmod go-w")
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.ErrorIs(t, admission.Check(pipe, subject(), options()), unreadable, "a pipe would be waited for")
	require.ErrorIs(t, admission.Check(t.TempDir(), subject(), options()), unreadable)
	require.ErrorIs(t, admission.Check(filepath.Join(t.TempDir(), "none"), subject(), options()), os.ErrNotExist)
}

func TestAReportOfAnotherUserOrForASharedGroupIsRefused(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: only root can give a file away")
	}
	path := good(t, nil)
	require.NoError(t, os.Chown(path, 12345, 12345))
	err := admission.Check(path, subject(), options())
	require.ErrorIs(t, err, &admission.Error{Problem: admission.Unreadable})
	require.ErrorContains(t, err, "another user")

	path = good(t, nil)
	require.NoError(t, os.Chown(path, -1, 12345)) // a group that is not listed, and so may have anybody in it
	require.NoError(t, os.Chmod(path, 0o620))
	err = admission.Check(path, subject(), options())
	require.ErrorIs(t, err, &admission.Error{Problem: admission.Unreadable})
	require.ErrorContains(t, err, "can be written to by others, mode 0620; chmod go-w it")
}

// With the umask 002, and a group that is the user's own, the host's user makes
// files that their group can write to. A host that believes such a catalog
// believes such a report.
func TestAReportIsBelievedWhereACatalogIs(t *testing.T) {
	t.Parallel()
	catalog := filepath.Join(t.TempDir(), "catalog.yaml")
	text := "providers:\n  - {name: wallet, path: wallet, mode: test, sha256: " + sum + "}\n"
	require.NoError(t, os.WriteFile(catalog, []byte(text), 0o600))
	report := good(t, nil)
	for mode, always := range map[os.FileMode]bool{0o600: true, 0o644: true, 0o664: false, 0o660: false, 0o666: false, 0o602: false} {
		require.NoError(t, os.Chmod(catalog, mode))
		require.NoError(t, os.Chmod(report, mode))
		_, catalogErr := supervisor.LoadCatalog(catalog)
		reportErr := admission.Check(report, subject(), options())
		assert.Equal(t, catalogErr == nil, reportErr == nil, "mode %#o: of the catalog %v, of the report %v", mode, catalogErr, reportErr)
		if always {
			require.NoError(t, catalogErr, "or this test proves nothing")
		}
		if mode == 0o664 && catalogErr != nil {
			t.Logf("SKIPPED: the group of this process is shared, so what the umask 002 makes is refused here: %v", catalogErr)
		}
	}
}

// The fields that decide are read under the names that the suite writes.
func TestEveryFieldThatDecidesIsWritten(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(good(t, nil))
	require.NoError(t, err)
	var written map[string]any
	require.NoError(t, json.Unmarshal(text, &written))
	for _, name := range []string{"apiVersion", "kind", "spec", "date", "profile", "verdict", "provider", "counts"} {
		without := maps.Clone(written)
		delete(without, name)
		changed, err := json.Marshal(without)
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "report.json")
		require.NoError(t, os.WriteFile(path, changed, 0o600))
		assert.Error(t, admission.Check(path, subject(), options()), "without %s", name)
	}
}
