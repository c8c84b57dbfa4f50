package shop

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheckLink_SendsNobodyWhereMoneyOrLinkCouldBeStolen(t *testing.T) {
	t.Parallel()
	for link, fits := range map[string]struct{ test, live bool }{
		"https://gateway.example/pay":       {true, true},
		"http://127.0.0.1:4510/pay":         {true, true},
		"http://gateway.example/pay":        {true, false},
		"https://me:pw@gateway.example/pay": {},
		"javascript:alert(1)":               {},
		"data:text/html,x":                  {},
		"//gateway.example/pay":             {},
		"":                                  {},
	} {
		assert.Equal(t, fits.test, checkLink(link, false) == nil, "%s in test mode", link)
		assert.Equal(t, fits.live, checkLink(link, true) == nil, "%s for real money", link)
	}
}
