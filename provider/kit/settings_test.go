package kit_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

func described() *contract.Descriptor {
	return &contract.Descriptor{
		Modes: []contract.Mode{contract.ModeTest},
		ConfigFields: []contract.ConfigField{
			{Name: "secret_key", Kind: contract.ConfigString, Required: true, Secret: true, Description: "key"},
			{Name: "public_key", Kind: contract.ConfigString, Secret: true, Description: "key"},
			{Name: "webhook_secrets", Kind: contract.ConfigList, Secret: true, Description: "hooks"},
			{Name: "language", Kind: contract.ConfigChoice, Choices: []string{"en", "th"}, Default: "en", Description: "of the page"},
			kit.APIBaseField("https://api.acme.test/"),
			kit.TimeoutField(), kit.MinTimeLeftField(), kit.WebhookToleranceField(),
		},
	}
}

var (
	keyForm  = regexp.MustCompile(`^sk_[a-z]+$`)
	hookForm = regexp.MustCompile(`^wh_[a-z]+$`)
)

// settings are what a provider makes of a configuration.
type settings struct {
	key, public          contract.Secret
	hooks                []contract.Secret
	language, base       string
	timeout, minTimeLeft time.Duration
	tolerance            time.Duration
}

func read(c *contract.Configuration) (*settings, *contract.Error) {
	s, e := kit.ReadSettings(described(), c)
	if e != nil {
		return nil, e
	}
	found := &settings{
		key:       s.Secret("secret_key", keyForm, "sk_..."),
		public:    s.Secret("public_key", keyForm, "sk_..."),
		hooks:     s.SecretList("webhook_secrets", hookForm, "wh_..."),
		language:  s.Text("language"),
		base:      s.APIBase(),
		tolerance: s.WebhookTolerance(),
	}
	found.timeout, found.minTimeLeft = s.Times()
	s.Require(found.language == "en" || len(found.hooks) == 0, "language", "must be en where there are webhooks")
	return found, s.Err()
}

func configured(settings, secrets map[string]string) *contract.Configuration {
	c := &contract.Configuration{
		Mode: contract.ModeTest, Settings: settings,
		Secrets: map[string]contract.Secret{"secret_key": contract.NewSecret("sk_canary")},
	}
	for name, value := range secrets {
		c.Secrets[name] = contract.NewSecret(value)
	}
	return c
}

func TestReadSettings_TakesDefaultsForWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	found, e := read(configured(nil, nil))
	require.Nil(t, e)
	assert.Equal(t, "sk_canary", found.key.Reveal())
	assert.Empty(t, found.public.Reveal())
	assert.Empty(t, found.hooks)
	assert.Equal(t, &settings{
		key: found.key, language: "en", base: "https://api.acme.test",
		timeout: 25 * time.Second, minTimeLeft: 10 * time.Second, tolerance: 5 * time.Minute,
	}, found)
}

func TestReadSettings_ReadsWhatIsGiven(t *testing.T) {
	t.Parallel()
	found, e := read(configured(
		map[string]string{"api_base": "http://127.0.0.1:4610", "timeout": "10m", "min_time_left": "0s", "webhook_tolerance": "1h"},
		map[string]string{"public_key": "sk_public", "webhook_secrets": "wh_one, wh_two"},
	))
	require.Nil(t, e)
	assert.Equal(t, "http://127.0.0.1:4610", found.base)
	assert.Equal(t, []time.Duration{10 * time.Minute, 0, time.Hour}, []time.Duration{found.timeout, found.minTimeLeft, found.tolerance})
	assert.Equal(t, "sk_public", found.public.Reveal())
	require.Len(t, found.hooks, 2)
	assert.Equal(t, "wh_two", found.hooks[1].Reveal())
}

func TestReadSettings_NamesTheFieldAndNotItsValue(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		settings, secrets map[string]string
		field, says       string
	}{
		"unknown":             {map[string]string{"colour": "canary"}, nil, "settings[colour]", "is unknown"},
		"in the open":         {map[string]string{"secret_key": "sk_canary"}, nil, "settings[secret_key]", "must be given as secrets"},
		"another kind":        {map[string]string{"timeout": "canary"}, nil, "settings[timeout]", "must be a duration"},
		"key of another form": {nil, map[string]string{"secret_key": "canary"}, "secrets[secret_key]", "is not of the form sk_..."},
		"optional, ill form":  {nil, map[string]string{"public_key": "canary"}, "secrets[public_key]", "is not of the form sk_..."},
		"one item of three":   {nil, map[string]string{"webhook_secrets": "wh_canary,canary,wh_canary"}, "secrets[webhook_secrets]", "has an item"},
		"nine items":          {nil, map[string]string{"webhook_secrets": strings.Repeat("wh_canary,", 8) + "wh_canary"}, "secrets[webhook_secrets]", "more than 8"},
		"plain http":          {map[string]string{"api_base": "http://canary.test"}, nil, "settings[api_base]", "https"},
		"a path":              {map[string]string{"api_base": "https://canary.test/v1"}, nil, "settings[api_base]", "only scheme, host and port"},
		"too short":           {map[string]string{"timeout": "999ms", "min_time_left": "0s"}, nil, "settings[timeout]", "must be 1s to 10m"},
		"too long":            {map[string]string{"timeout": "10m1s"}, nil, "settings[timeout]", "must be 1s to 10m"},
		"never begun":         {map[string]string{"min_time_left": "25s"}, nil, "settings[min_time_left]", "must be less than timeout"},
		"a day's tolerance":   {map[string]string{"webhook_tolerance": "24h"}, nil, "settings[webhook_tolerance]", "must be 1s to 1h"},
		"two that quarrel":    {map[string]string{"language": "th"}, map[string]string{"webhook_secrets": "wh_canary"}, "settings[language]", "must be en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, e := read(configured(row.settings, row.secrets))
			require.ErrorIs(t, e, contract.InvalidConfig)
			require.Len(t, e.Violations, 1)
			assert.Equal(t, row.field, e.Violations[0].Field)
			assert.Contains(t, e.Violations[0].Description, row.says)
			assert.NotContains(t, e.Error(), "canary")
		})
	}
}

func TestSettings_RequireModeComparesAKeyWithTheConfiguration(t *testing.T) {
	t.Parallel()
	d := described()
	d.Modes = append(d.Modes, contract.ModeLive)
	for _, mode := range d.Modes {
		for _, live := range []bool{false, true} {
			c := configured(nil, nil)
			c.Mode = mode
			s, e := kit.ReadSettings(d, c)
			require.Nil(t, e)
			s.RequireMode(live, "secret_key")
			s.RequireMode(live, "public_key")
			if live == (mode == contract.ModeLive) {
				require.Nil(t, s.Err())
				continue
			}
			e = s.Err()
			require.ErrorIs(t, e, contract.ModeMismatch)
			require.Len(t, e.Violations, 1)
			assert.Equal(t, "secrets[secret_key]", e.Violations[0].Field)
			assert.NotContains(t, e.Error(), "canary")
			s.Require(false, "language", "is wrong as well")
			require.ErrorIs(t, s.Err(), contract.InvalidConfig)
		}
	}
}

func TestSettings_TellsAllThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	_, e := read(configured(map[string]string{"timeout": "0s", "webhook_tolerance": "2h"}, map[string]string{"webhook_secrets": "no"}))
	require.ErrorIs(t, e, contract.InvalidConfig)
	fields := make(map[string]bool)
	for _, violation := range e.Violations {
		fields[violation.Field] = true
	}
	assert.Equal(t, map[string]bool{
		"secrets[webhook_secrets]": true, "settings[webhook_tolerance]": true, "settings[timeout]": true, "settings[min_time_left]": true,
	}, fields)
}

func TestSettings_DeclaresAndReadsBySameName(t *testing.T) {
	t.Parallel()
	d := described()
	for _, field := range d.ConfigFields[4:] {
		assert.NotEmpty(t, field.Description)
		_, e := read(configured(map[string]string{field.Name: field.Default}, nil))
		assert.Nil(t, e, field.Name)
	}
	assert.Equal(t, []string{"api_base", "min_time_left", "timeout", "webhook_tolerance"}, namesOf(d.ConfigFields[4:]))
}

func namesOf(fields []contract.ConfigField) []string {
	names := make(map[string]bool)
	for _, field := range fields {
		names[field.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}
