package manifest

import "slices"

// Unsaid returns the names of fields and answers that are missing in the manifest,
// and that clauses need for a provider with these capabilities. If the gateway
// honours the keys of refunds, providers do not look refunds up.
func (m *Manifest) Unsaid(capabilities []string, refundKeysAreNative bool) []string {
	f, has := &m.Fields, func(word string) bool { return slices.Contains(capabilities, word) }
	always, lists := true, m.HasOperation(OpList)
	var unsaid []string
	for _, one := range []struct {
		name         string
		needed, said bool
	}{
		{"fields.id", always, f.ID != ""},
		{"fields.amount", always, f.Amount != ""},
		{"fields.currency", always, f.Currency != ""},
		{"fields.method", always, f.Method != ""},
		{"fields.live", always, f.Live != ""},
		{"fields.status", always, f.Status != ""},
		{"fields.paid", always, f.Paid != nil},
		{"fields.refunded", always, f.Refunded != ""},
		{"fields.return_url", always, f.ReturnURL != ""},
		{"fields.decline", always, f.Decline != nil},
		{"fields.timeout", has("expiry"), f.Timeout != nil},
		{"fields.key", lists, f.Key != ""},
		{"fields.list", lists, f.List != ""},
		{"fields.total", lists, f.Total != ""},
		{"fields.empty_list", lists, f.EmptyList != ""},
		{"fields.event", has("webhooks"), f.Event != ""},
		{"fields.event_live", has("webhooks.signed"), f.EventLive != ""},
		{"fields.refund.amount", has("refunds"), f.Refund.Amount != ""},
		{"fields.refund.currency", has("refunds"), f.Refund.Currency != ""},
		{"fields.refund.payment", has("refunds"), f.Refund.Payment != ""},
		{"fields.refund.key", has("refunds"), f.Refund.Key != ""},
		{"fields.refund.live", has("refunds"), f.Refund.Live != ""},
		{"fields.no_refunds", has("refunds") && !refundKeysAreNative, f.NoRefunds != nil},
		{"fields.empty_refunds", has("refunds") && !refundKeysAreNative, f.EmptyRefunds != ""},
		{"errors.refusal", always, m.Errors.Refusal != nil},
		{"errors.backend", always, m.Errors.Backend != nil},
		{"errors.object", always, m.Errors.Object != ""},
		{"fixtures.other_mode", always, m.Fixtures.OtherMode != nil},
	} {
		if one.needed && !one.said {
			unsaid = append(unsaid, one.name)
		}
	}
	return unsaid
}
