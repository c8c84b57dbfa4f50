package supervisor

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func TestSupervisor_AdmitsAndConfiguresEveryStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{}
		secret := 0
		s := w.supervise(t, &Options{
			Admit: func(_ context.Context, a *Admission) error {
				w.note("admitted " + a.Entry.Path + " " + a.Descriptor.Version)
				return nil
			},
			Configure: func(context.Context, *Entry) (*contract.Configuration, error) {
				secret++
				w.note(fmt.Sprint("secret ", secret))
				return &contract.Configuration{Mode: contract.ModeTest}, nil
			},
		})
		require.NoError(t, s.Apply(t.Context(), entryAt("a")))
		w.kill()
		pass(time.Second)
		require.NoError(t, s.Restart(t.Context(), "wallet"))
		var want []string
		for n := range 3 {
			want = append(want, "opened a", "admitted a 1.0.0", fmt.Sprint("secret ", n+1), "configured")
		}
		assert.Equal(t, want, w.noted())
	})
}

func TestSupervisor_ReadsNoSecretForWhatIsNotAdmitted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		admit func(context.Context, *Admission) error
		path  string
		want  string
	}{
		"refused":    {func(context.Context, *Admission) error { return errors.New("its report says PARTIAL") }, "a", "its report says PARTIAL"},
		"too late":   {func(ctx context.Context, _ *Admission) error { <-ctx.Done(); return nil }, "a", "did not decide in time"},
		"no reader":  {nil, "a", "this host reads none"},
		"a contract": {func(context.Context, *Admission) error { return nil }, "newer", "upgrade the host first"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &world{}
				s := w.supervise(t, &Options{Admit: c.admit, Configure: func(context.Context, *Entry) (*contract.Configuration, error) {
					w.note("secrets read")
					return &contract.Configuration{Mode: contract.ModeTest}, nil
				}})
				catalog := entryAt(c.path)
				catalog.Entries[0].Conformance = "/reports/wallet.json"
				err := s.Apply(t.Context(), catalog)
				require.ErrorContains(t, err, c.want)
				assert.NotContains(t, w.noted(), "secrets read")
				assert.NotContains(t, w.noted(), "configured")
			})
		})
	}
}
