package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// A field, an operation or a state that the contract gains fails these tests until the
// sweeps have it, or say why not.

func TestPaymentFacts_AreTheFieldsOfPayment(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, fieldsOf(&v1.Payment{}), rowsOf(paymentFacts()))
}

func TestRefundFacts_AreTheFieldsOfRefund(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, fieldsOf(&v1.Refund{}), rowsOf(refundFacts()))
}

func TestPaymentPaths_AreTheOperationsThatAnswerWithPayments(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, operationsWith(&v1.Payment{}), operationsOf(paymentPaths()))
}

func TestRefundPaths_AreTheOperationsThatAnswerWithRefunds(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, operationsWith(&v1.Refund{}), operationsOf(refundPaths()))
}

func TestPaymentStates_ReachEveryStatus(t *testing.T) {
	t.Parallel()
	var reached []string
	for _, state := range paymentStates() {
		reached = append(reached, "PAYMENT_STATUS_"+string(state.status))
	}
	assert.Subset(t, reached, statusesOf(v1.PaymentStatus(0).Descriptor()))
}

func TestTestedStates_HaveEveryStatus(t *testing.T) {
	t.Parallel()
	var tested []string
	for _, row := range testedStates() {
		status := "PAYMENT_STATUS_" + string(row.payment.status)
		switch {
		case row.refund == nil && row.played == unheard:
			status = "PAYMENT_STATUS_UNKNOWN"
		case row.refund != nil && row.played == unheard:
			status = "REFUND_STATUS_UNKNOWN"
		case row.refund != nil:
			status = "REFUND_STATUS_" + string(row.refund.status)
		}
		tested = append(tested, status)
	}
	for _, enum := range []protoreflect.EnumDescriptor{v1.PaymentStatus(0).Descriptor(), v1.RefundStatus(0).Descriptor()} {
		for i := 1; i < enum.Values().Len(); i++ { // the first is no status
			assert.Contains(t, tested, string(enum.Values().Get(i).Name()))
		}
	}
}

func TestTestedOperations_AreTheOperations(t *testing.T) {
	t.Parallel()
	var tested, all []string
	for _, column := range testedOperations() {
		tested = append(tested, "OPERATION_"+string(column.operation))
	}
	values := v1.Operation(0).Descriptor().Values()
	for i := 1; i < values.Len(); i++ { // the first is no operation
		all = append(all, string(values.Get(i).Name()))
	}
	slices.Sort(tested)
	assert.ElementsMatch(t, all, slices.Compact(tested))
}

func TestShownColumns_AreTheOperationsThatTakeAKey(t *testing.T) {
	t.Parallel()
	var shown, all []string
	for _, column := range shownColumns() {
		shown = append(shown, operationName(column.operation))
	}
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().Get(0).Methods()
	for i := range methods.Len() {
		if contains(methods.Get(i).Input(), (&v1.Attempt{}).ProtoReflect().Descriptor()) {
			all = append(all, string(methods.Get(i).Name()))
		}
	}
	assert.ElementsMatch(t, all, shown)
}

func TestRefundStates_ReachEveryStatus(t *testing.T) {
	t.Parallel()
	var reached []string
	for _, state := range refundStates() {
		reached = append(reached, "REFUND_STATUS_"+string(state.status))
	}
	assert.Subset(t, reached, statusesOf(v1.RefundStatus(0).Descriptor()))
}

func TestSweeps_LeaveNoCellOutWithoutAReason(t *testing.T) {
	t.Parallel()
	for _, sweep := range sweeps() {
		left := 0
		for _, cell := range sweep.cells {
			assert.NotEqual(t, cell.clause == "", cell.left == "", "%s: %s x %s has a clause or a reason", sweep.name, cell.row, cell.column)
			if cell.left != "" {
				left++
			}
		}
		t.Logf("%s: %d cells, %d of them left out", sweep.name, len(sweep.cells), left)
	}
}

// fieldsOf returns the names of a message's fields.
func fieldsOf(message protoreflect.ProtoMessage) []string {
	var names []string
	fields := message.ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		names = append(names, string(fields.Get(i).Name()))
	}
	return names
}

func rowsOf[Answer any](facts []fact[Answer]) []string {
	var names []string
	for i := range facts {
		names = append(names, facts[i].field)
	}
	return names
}

func operationsOf[Answer any](paths []path[Answer]) []string {
	var names []string
	for i := range paths {
		names = append(names, operationName(paths[i].operation))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// operationName returns the name of an operation as a method of the service.
func operationName(operation contract.Operation) string {
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().Get(0).Methods()
	value := v1.Operation(0).Descriptor().Values().ByName(protoreflect.Name("OPERATION_" + string(operation)))
	return string(methods.Get(int(value.Number()) - 1).Name())
}

// operationsWith returns the methods whose answer contains the message.
func operationsWith(message protoreflect.ProtoMessage) []string {
	var names []string
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().Get(0).Methods()
	for i := range methods.Len() {
		if contains(methods.Get(i).Output(), message.ProtoReflect().Descriptor()) {
			names = append(names, string(methods.Get(i).Name()))
		}
	}
	slices.Sort(names)
	return names
}

// contains reports whether a message has a field of a type, at any depth.
func contains(in, wanted protoreflect.MessageDescriptor) bool {
	if in.FullName() == wanted.FullName() {
		return true
	}
	for i := range in.Fields().Len() {
		if field := in.Fields().Get(i).Message(); field != nil && contains(field, wanted) {
			return true
		}
	}
	return false
}

// statusesOf returns the values that a gateway can be in: not the zero value, and not
// UNKNOWN, which is what a provider makes of a word that it does not know.
func statusesOf(enum protoreflect.EnumDescriptor) []string {
	var names []string
	for i := range enum.Values().Len() {
		name := string(enum.Values().Get(i).Name())
		if i > 0 && !slices.Contains([]string{"PAYMENT_STATUS_UNKNOWN", "REFUND_STATUS_UNKNOWN"}, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestGivenFields_AreTheFieldsOfTheRequests(t *testing.T) {
	t.Parallel()
	for rows, message := range map[*[]given]protoreflect.ProtoMessage{
		new(givenToPayments()): &v1.CreatePaymentRequest{}, new(givenToRefunds()): &v1.RefundRequest{},
	} {
		var fields []string
		for i := range *rows {
			fields = append(fields, (*rows)[i].field)
		}
		assert.ElementsMatch(t, leaves("", message.ProtoReflect().Descriptor()), fields)
	}
}

func TestFaultRows_AreTheKindsOfTheProxy(t *testing.T) {
	t.Parallel()
	var met []proxy.Kind
	for _, row := range faultRows() {
		met = append(met, row.fault.Kind)
	}
	for kind := range leftFaults() {
		assert.NotContains(t, met, kind, "it is left out, and a row has it")
		met = append(met, kind)
	}
	slices.Sort(met)
	assert.ElementsMatch(t, kindsOfFaults(t), slices.Compact(met))
}

func TestFaultColumns_AreTheOperationsThatAskTheGateway(t *testing.T) {
	t.Parallel()
	var operations []string
	for _, column := range faultColumns() {
		operations = append(operations, string(column.operation))
	}
	var all []string
	values := v1.Operation(0).Descriptor().Values()
	for i := range values.Len() {
		if name := strings.TrimPrefix(string(values.Get(i).Name()), "OPERATION_"); name != "UNSPECIFIED" && name != "DESCRIBE" {
			all = append(all, name)
		}
	}
	slices.Sort(operations)
	assert.ElementsMatch(t, all, slices.Compact(operations))
}

// kindsOfFaults reads the constants of type Kind from the source of package proxy, which
// no program can list at run time.
func kindsOfFaults(t *testing.T) []proxy.Kind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../proxy/fault.go", nil, 0)
	require.NoError(t, err)
	var kinds []proxy.Kind
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			if named, ok := spec.Type.(*ast.Ident); ok && named.Name == "Kind" {
				value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				kinds = append(kinds, proxy.Kind(value))
			}
		}
		return true
	})
	return kinds
}

func TestAgeColumns_AreTheOperationsThatTakeAnAttempt(t *testing.T) {
	t.Parallel()
	fates := make(map[string][]fate)
	for _, column := range ageColumns() {
		if column.times { // of calls of which there are columns
			continue
		}
		name := operationName(column.operation())
		fates[name] = append(fates[name], column.fate)
	}
	var all []string
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().Get(0).Methods()
	for i := range methods.Len() {
		if contains(methods.Get(i).Input(), (&v1.Attempt{}).ProtoReflect().Descriptor()) {
			all = append(all, string(methods.Get(i).Name()))
		}
	}
	assert.ElementsMatch(t, all, slices.Collect(maps.Keys(fates)))
	for name, met := range fates {
		assert.ElementsMatch(t, []fate{fateNothing, fateMade, fateUnderWay}, met, name)
	}
}

func TestTardyRows_AreTheKindsOfTheProxyThatDelay(t *testing.T) {
	t.Parallel()
	var met []proxy.Kind
	for _, row := range tardyRows() {
		if row.fault.Kind != "" {
			met = append(met, row.fault.Kind)
		}
	}
	wanted := []proxy.Kind{proxy.FaultHold, proxy.FaultDrip} // the sweep over faults has them as well
	for kind, why := range leftFaults() {
		if strings.Contains(why, "deadlines") {
			wanted = append(wanted, kind)
		}
	}
	slices.Sort(met)
	assert.ElementsMatch(t, wanted, slices.Compact(met))
}

func TestTimeFields_AreTheTimesOfAnswers(t *testing.T) {
	t.Parallel()
	var times []string
	for _, message := range []protoreflect.ProtoMessage{&v1.Payment{}, &v1.Refund{}} {
		fields := message.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			field := fields.Get(i)
			if field.Message() != nil && contains(field.Message(), (&timestamppb.Timestamp{}).ProtoReflect().Descriptor()) {
				times = append(times, string(field.Name()))
			}
		}
	}
	slices.Sort(times)
	assert.ElementsMatch(t, timeFields(), slices.Compact(times))
}

func TestDeeds_AreTheOperations(t *testing.T) {
	t.Parallel()
	var operations, all []string
	for _, deed := range deeds() {
		operations = append(operations, operationName(deed.operation))
	}
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().Get(0).Methods()
	for i := range methods.Len() {
		all = append(all, string(methods.Get(i).Name()))
	}
	slices.Sort(operations)
	assert.ElementsMatch(t, all, slices.Compact(operations))
}

func TestProbeMisfits_AreTheFaultsOfTheSweepOverFaults(t *testing.T) {
	t.Parallel()
	met := make(map[proxy.Kind]bool)
	for _, row := range probeMisfits() {
		for _, m := range row.cases(nil, misfitEnv(), misfitScenario()) {
			if m.fault != nil {
				met[m.fault.Kind] = true
			}
		}
	}
	for _, row := range faultRows() {
		assert.True(t, met[row.fault.Kind], "no probe meets %s", row.fault.Kind)
	}
}

func TestMalformed_HasAValueForEveryKindOfSetting(t *testing.T) {
	t.Parallel()
	values := v1.ConfigKind(0).Descriptor().Values()
	for i := 1; i < values.Len(); i++ {
		field := &contract.ConfigField{Kind: contract.ConfigKind(strings.TrimPrefix(string(values.Get(i).Name()), "CONFIG_KIND_")), Choices: []string{"a"}}
		assert.NotEmpty(t, extreme(field), field.Kind)
		if field.Kind != contract.ConfigString { // any text is one
			assert.Greater(t, len(malformed(field, "")), len(malformed(&contract.ConfigField{Kind: contract.ConfigString}, "")), field.Kind)
		}
	}
}

func misfitEnv() *harness.Env {
	return &harness.Env{Suite: &harness.Suite{Manifest: &manifest.Manifest{}, Descriptor: &contract.Descriptor{}}}
}

func misfitScenario() *harness.Scenario {
	return &harness.Scenario{Configuration: &contract.Configuration{Settings: map[string]string{}, Secrets: map[string]contract.Secret{}}}
}
