package sandbox_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

// The names below were seen in real answers of Omise's, which public test
// fixtures of its official libraries hold. The sandbox may have more names, as
// Omise adds names to all versions without notice, but must not have fewer.

const refundNames2017 = "object id location amount currency voided charge transaction created"

const chargeNames2017 = "object id livemode location amount currency description metadata status capture authorized " +
	"reversed paid transaction refunded refunds return_uri reference authorize_uri failure_code failure_message card " +
	"customer ip dispute created source"

const chargeNames2015 = "object id livemode location amount currency funding_amount funding_currency description metadata " +
	"status capture authorized schedule reversed reversed_at expires_at expired expired_at voided paid paid_at transaction " +
	"source_of_fund refunded refunds return_uri offsite offline failure_code failure_message card customer ip dispute " +
	"created disputable capturable reversible refundable reference authorize_uri"

const chargeNamesOfMay2019 = "object id livemode location created_at amount currency funding_amount funding_currency fee " +
	"fee_vat interest interest_vat net description metadata status capture authorized schedule reversed reversed_at " +
	"expires_at expired expired_at voided paid paid_at transaction refunded_amount refunds link return_uri failure_code " +
	"failure_message card customer ip dispute source disputable capturable reversible refundable authorize_uri"

const chargeNamesOf2025 = "object id location amount acquirer_reference_number net fee fee_vat interest interest_vat " +
	"funding_amount refunded_amount transaction_fees platform_fee currency funding_currency ip refunds link description " +
	"metadata card source schedule linked_account customer dispute transaction failure_code failure_message " +
	"merchant_advice merchant_advice_code status authorize_uri return_uri created_at paid_at authorized_at expires_at " +
	"expired_at reversed_at multi_capture zero_interest_installments branch terminal device authorized capturable capture " +
	"disputable livemode refundable partially_refundable reversed reversible voided paid expired can_perform_void " +
	"approval_code"

const sourceNamesOf2025 = "object id livemode location amount barcode bank created_at currency email flow " +
	"installment_term ip absorption_type name mobile_number phone_number platform_type scannable_code qr_settings billing " +
	"shipping items references provider_references store_id store_name terminal_id type zero_interest_installments " +
	"charge_status receipt_amount discounts promotion_code"

const refundNames2019 = "object id livemode location created_at status amount currency funding_amount funding_currency " +
	"voided charge transaction metadata"

const accountNames2017 = "object id livemode location email currency supported_currencies created"

const accountNames2019 = "object id team livemode location country currency email created_at supported_currencies " +
	"api_version auto_activate_recipients chain_enabled zero_interest_installments chain_return_uri webhook_uri " +
	"metadata_export_keys chaining_allowed last_updated_api_version"

func TestAPI_AnswersWithEveryRecordedName(t *testing.T) {
	t.Parallel()
	recorded := []struct{ version, what, names string }{
		{"2015-11-17", "charge", chargeNames2015},
		{"2017-11-02", "charge", chargeNames2017},
		{"2017-11-02", "refund", refundNames2017},
		{"2017-11-02", "account", accountNames2017},
		{"2019-05-29", "charge", chargeNamesOfMay2019},
		{"2019-05-29", "charge", chargeNamesOf2025},
		{"2019-05-29", "source", sourceNamesOf2025},
		{"2019-05-29", "refund", refundNames2019},
		{"2019-05-29", "account", accountNames2019},
	}
	m := start(t, nil)
	for _, seen := range recorded {
		m.version = seen.version
		charge := m.paidCharge()
		got := map[string]*answer{
			"charge":  m.get("/charges/" + charge),
			"refund":  m.post("/charges/"+charge+"/refunds", "amount", "2000"),
			"source":  m.post("/sources", "amount", "2000", "currency", "thb", "type", "alipay_cn", "platform_type", "iOS"),
			"account": m.get("/account"),
		}[seen.what].ok()
		assert.Subset(t, namesOf(t, got.body), strings.Fields(seen.names), "%s %s", seen.version, seen.what)
	}
}

// What went away with a version must be away: a client that reads the old
// name must find out here.
func TestAPI_OmitsNamesOfOtherVersions(t *testing.T) {
	t.Parallel()
	m := start(t, &sandbox.Options{Dials: sandbox.Dials{APIVersion: "2019-05-29"}})
	names := namesOf(t, m.charge().body)
	for _, gone := range []string{"created", "reference", "refunded", "offsite", "source_of_fund", "captured"} {
		assert.NotContains(t, names, gone)
	}
	m.version = "2017-11-02"
	assert.ElementsMatch(t, strings.Fields(chargeNames2017), namesOf(t, m.charge().body), "not one more, as the guide has it")
}

func namesOf(t *testing.T, document []byte) []string {
	t.Helper()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(document, &members))
	return slices.Collect(maps.Keys(members))
}
