package host_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// proofs name, for each way in which a host that looks right loses or doubles money, and
// for each scenario that the engine was built for, the tests that show that it does not.
// Scenarios run on both engines of the database, in processes of their own where their
// names begin with TestScenario and the clock need not be turned.
var proofs = map[string][]string{
	"a key for each request of a buyer":                      {"TestEngine_MakesOnePaymentForOneOrder", "TestTinyHost_SellsAndSurvivesItsEnd"},
	"a call repeated after a crash with its key alone":       {"TestScenario_KilledWhileItCalls", "TestScenario_KilledBeforeItsPaymentWasMade", "TestEngine_ShowsWhatIsWrongWithADecision"},
	"a key kept without its times":                           {"TestSale_EveryFieldIsStored", "TestEngine_ShowsWhatIsWrongWithADecision"},
	"absence believed in another account":                    {"TestEngine_ProvesNothingInAnotherAccount"},
	"any PAYMENT_NOT_FOUND taken as absence":                 {"TestEngine_ShowsWhatIsWrongWithADecision"},
	"a later refusal that closes an unknown key":             {"TestScenario_ARefusalAfterAnUnknownResult", "TestEngine_ShowsWhatIsWrongWithADecision"},
	"SUCCEEDED without a comparison":                         {"TestEngine_BelievesNoAnswerAboutAnotherPayment"},
	"a webhook's status that is trusted":                     {"TestEngine_BelievesTheGatewayAndNotTheWebhook"},
	"a webhook of an unknown payment that is forgotten":      {"TestEngine_TakesWebhooksInAnyOrder", "TestEngine_MatchesAnEventThatTwoTransactionsMissed"},
	"an event marked as seen before its effect is committed": {"TestScenario_KilledAfterItAcknowledged", "TestEngine_KeepsWhatAWebhookHintsAt"},
	"a webhook that races the answer":                        {"TestEngine_TakesWebhooksInAnyOrder", "TestMove_OfOneSaleNeverInterleavesWithAnother"},
	"two processes that call with one key":                   {"TestEngine_KeepsTwoHostsApart", "TestScenario_OneOrderAtTwoHosts"},
	"a late success that is ignored or paid twice unseen":    {"TestEngine_ShowsASecondPaymentOfASale", "TestEngine_MakesNoPaymentForAPaidSale", "TestEngine_FindsAPaymentThatItWasToldWasNotMade"},
	"unknown results that starve behind pending ones":        {"TestDue_IsThoseOfUnknownResultFirst"},
	"a reason without a row":                                 {"TestDecide_HasASafeVerdictForEveryHistory", "TestReasons_AreTheTableOfTheProto"},
	"a buyer's context that ends the call":                   {"TestEngine_FinishesWhatABuyerHasBegunWhoLeaves", "TestMove_DoesNotEndWithItsCaller"},
	"scenario 1: one order in many tabs":                     {"TestScenario_OneOrderAtTwoHosts", "TestEngine_MakesOnePaymentForOneOrder"},
	"scenario 2: killed in a call":                           {"TestScenario_KilledWhileItCalls", "TestScenario_KilledBeforeItsPaymentWasMade"},
	"scenario 3: a host that comes too late":                 {"TestEngine_KeepsTwoHostsApart"},
	"scenario 4: unknown, refused, and away":                 {"TestEngine_GivesNothingUpWhileThePluginIsAway", "TestScenario_ARefusalAfterAnUnknownResult"},
	"scenario 5: replaced between decision and call":         {"TestScenario_AProcessThatIsReplaced", "TestScenario_SwappedBetweenTheDecisionAndTheCall", "TestEngine_SendsNothingToAProcessThatItHasNotDecidedOn"},
	"scenario 6: the next provider":                          {"TestScenario_TheNextProvider", "TestEngine_AsksTheNextProviderOnlyIfNothingWasMade"},
	"scenario 7: two payments in one instant":                {"TestEngine_CountsOneOfTwoPayments"},
	"scenario 8: two refunds at once":                        {"TestScenario_TwoRefundsOfOnePayment", "TestEngine_NeverRefundsMoreThanIsLeft"},
	"scenario 9: early and repeated webhooks, and a kill":    {"TestEngine_TakesWebhooksInAnyOrder", "TestScenario_KilledAfterItAcknowledged"},
	"scenario 10: a platform that misbehaves":                {"TestScenario_APlatformThatMisbehaves", "TestEngine_TellsThePlatformUntilItListens", "TestEngine_CannotBeUsedWithinOnChange"},
	"three processes of which one is killed":                 {"TestScenario_ThreeHostsOfWhichOneIsKilled"},
	"everything at random":                                   {"TestEngine_KeepsItsPromisesInRandomWalks"},
}

func TestProofs_AreThere(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, folder := range []string{".", "internal/ledger", "../docs/tinyhost", "../contract", "../internal/wire"} {
		names, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		require.NoError(t, err)
		for _, name := range names {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, declared := range file.Decls {
				if function, ok := declared.(*ast.FuncDecl); ok && strings.HasPrefix(function.Name.Name, "Test") {
					known[function.Name.Name] = true
				}
			}
		}
	}
	for what, tests := range proofs {
		assert.NotEmpty(t, tests, what)
		for _, test := range tests {
			assert.True(t, known[test], "%s: there is no %s", what, test)
		}
	}
}
