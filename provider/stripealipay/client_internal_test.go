package stripealipay

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
)

func TestRequest_IgnoresOnlyAPanicAboutAnAnswer(t *testing.T) {
	t.Parallel()
	r := &request{send: func(context.Context) error { panic("a null in a list") }}
	assert.NotPanics(t, func() { r.ask(t.Context(), &roundtrip.Exchange{Status: 200}) })
	assert.Panics(t, func() { r.ask(t.Context(), &roundtrip.Exchange{}) }, "nothing was sent, and this is a bug")
}
