package conformance_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
)

// lacking is a sandbox without a feature, which it says of its gateway if never is set.
type lacking struct {
	gateway.Gateway

	feature gateway.Feature
	never   bool
}

func (l *lacking) Hello(ctx context.Context) (*gateway.Hello, error) {
	hello, err := l.Gateway.Hello(ctx)
	if err != nil {
		return nil, err
	}
	hello.Features = slices.DeleteFunc(hello.Features, func(f gateway.Feature) bool { return f == l.feature })
	if l.never {
		hello.Never = []gateway.Feature{l.feature}
	}
	return hello, nil
}

func TestFeatureThatTheSandboxLacks_LeavesUnverifiedWhatAPartNeedsItFor(t *testing.T) {
	t.Parallel()
	for feature, clauses := range map[gateway.Feature][]string{
		gateway.FeatureTransition(gateway.StateExpired):  {"STS-008", "CAN-004", "IDM-001"},
		gateway.FeatureTransition(gateway.StateCanceled): {"CAN-001", "STS-011"},
		gateway.FeatureRefund:                            {"REF-002"},
		gateway.FeatureRefundCreate:                      {"STS-008", "CAN-002"},
		gateway.FeatureWebhookBuild:                      {"CON-001", "CRE-010"},
		gateway.FeaturePaymentCreate:                     {"CFG-005"},
		gateway.FeatureClock:                             {"STS-001", "IDM-005"},
	} {
		for _, never := range []bool{false, true} {
			t.Run(string(feature)+map[bool]string{true: ", and the gateway never has it"}[never], func(t *testing.T) {
				t.Parallel()
				report := run(t, conformance.InProcess(sound), &conformance.Options{
					Gateway: &lacking{Gateway: newSandbox(t), feature: feature, never: never}, Run: strings.Join(clauses, ","),
				})
				for _, clause := range clauses {
					result := statusOf(t, report, clause)
					if never && feature != gateway.FeatureClock && feature != gateway.FeaturePaymentCreate { // which no gateway is about
						assert.Equal(t, conformance.Pass, result.Status, "%s: %s", clause, result.Reason)
						continue
					}
					require.Equal(t, conformance.Unverified, result.Status, "%s: %s", clause, result.Reason)
					assert.Contains(t, result.Reason, feature)
				}
			})
		}
	}
}

func TestFieldThatTheManifestDoesNotSay_LeavesUnverifiedOnlyWhatNeedsIt(t *testing.T) {
	t.Parallel()
	m := memoryManifest(t)
	m.Content().Fields.Event, m.Content().Fields.Refunded = "", ""
	report, err := conformance.Run(t.Context(), m, conformance.InProcess(sound), &conformance.Options{
		Gateway: newSandbox(t), Run: "CRE-013,IDM-001,STS-008,CAN-002,LST-001,STS-006,WHK-011",
	})
	require.NoError(t, err)
	for _, clause := range []string{"CRE-013", "IDM-001", "STS-008", "CAN-002", "LST-001"} {
		assert.Equal(t, conformance.Pass, statusOf(t, report, clause).Status, "%s: %s", clause, statusOf(t, report, clause).Reason)
	}
	for _, clause := range []string{"STS-006", "WHK-011"} {
		assert.Equal(t, conformance.Unverified, statusOf(t, report, clause).Status, clause)
	}
}

// renamed is the memory provider with another name for its setting timeout; with an empty
// one, without any time among its settings.
type renamed struct {
	contract.PaymentProvider

	name string
}

func (r *renamed) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := r.PaymentProvider.Describe(ctx)
	if err != nil {
		return nil, err
	}
	d.ConfigFields = slices.DeleteFunc(d.ConfigFields, func(f contract.ConfigField) bool {
		return r.name == "" && f.Kind == contract.ConfigDuration
	})
	for i := range d.ConfigFields {
		if d.ConfigFields[i].Name == "timeout" {
			d.ConfigFields[i].Name = r.name
		}
	}
	return d, nil
}

func (r *renamed) Configure(ctx context.Context, c *contract.Configuration) (*contract.Account, error) {
	own := *c
	own.Settings = maps.Clone(c.Settings)
	if limit, ok := own.Settings[r.name]; ok {
		delete(own.Settings, r.name)
		own.Settings["timeout"] = limit
	}
	if r.name == "" {
		own.Settings["min_time_left"] = "1s"
	}
	return r.PaymentProvider.Configure(ctx, &own)
}

func TestProviderWithoutASettingTimeout_IsCheckedByWhatTheManifestSays(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		name, said string
		want       conformance.Status
	}{
		"one of another name that the manifest says":  {"patience", "patience", conformance.Pass},
		"one of another name that nobody says":        {"patience", "", conformance.Unverified},
		"none, by the manifest":                       {"patience", "none", conformance.Pass},
		"no time at all":                              {"", "", conformance.Pass},
		"another name than the manifest says":         {"timeout", "patience", conformance.Unverified},
		"one of that name, and nothing said about it": {"timeout", "", conformance.Pass},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			m := memoryManifest(t)
			m.Content().Fixtures.Timeout = c.said
			if c.name == "" {
				delete(m.Content().Settings, "min_time_left")
			}
			subject := conformance.InProcess(func() contract.PaymentProvider { return &renamed{PaymentProvider: sound(), name: c.name} })
			report, err := conformance.Run(t.Context(), m, subject, &conformance.Options{Gateway: newSandbox(t), Run: "CFG-005"})
			require.NoError(t, err)
			result := statusOf(t, report, "CFG-005")
			require.Equal(t, c.want, result.Status, result.Reason)
			if c.want == conformance.Unverified {
				assert.Contains(t, result.Reason, "fixtures.timeout of the manifest can name that for how long a call may take")
			}
		})
	}
}
