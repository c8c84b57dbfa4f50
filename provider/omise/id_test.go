package omise_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// Ids go into paths, so the form is one that changes no path.
func FuzzValidID(f *testing.F) {
	for _, id := range []string{
		"", "_", "chrg", "chrg_", "chrg_1", "chrg_test", "chrg_test_", "chrg_test_1", "chrg_test_test_1", "src_test_5fzcsnxy2p1zbpgs5fs", "CHRG_1", "chrg_A", "1chrg_1",
		"chrg__1", "_chrg_1", "chrg_1\n", "\nchrg_1", "chrg_1/../2", "chrg_1?a=b", "chrg_é", "chrg_1 ", "evnt_" + strings.Repeat("a", 64), "evnt_" + strings.Repeat("a", 65),
		"evnt_test_" + strings.Repeat("a", 64), "evnt_test_" + strings.Repeat("a", 65), "a.b_1", "chrg_1.2", "chrg_\xff", "chrg_a_b",
	} {
		f.Add(id)
	}
	form := regexp.MustCompile(`^[a-z]+_(test_)?[0-9a-z]{1,64}$`)
	f.Fuzz(func(t *testing.T, id string) {
		for _, prefix := range []string{"", "chrg_", "evnt_"} {
			require.Equal(t, strings.HasPrefix(id, prefix) && form.MatchString(id), omise.ValidID(id, prefix), "%q", id)
		}
	})
}
