package contract

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWebhookStatus_MakesTheGatewayRepeatWhatMayPass(t *testing.T) {
	t.Parallel()
	for reason := range reasons {
		want := 503
		switch reason { //nolint:exhaustive // the others may pass
		case WebhookSignatureMissing, WebhookSignatureInvalid, WebhookSignatureStale:
			want = 401
		case WebhookMalformed, InvalidRequest:
			want = 400
		case ModeMismatch:
			want = 200
		}
		assert.Equal(t, want, WebhookStatus(NewError(reason, "")), reason)
	}
	assert.Equal(t, 200, WebhookStatus(nil))
	assert.Equal(t, 503, WebhookStatus(context.DeadlineExceeded))
	assert.Equal(t, 503, WebhookStatus(NewError("SOMETHING_NEW", "")))
}
