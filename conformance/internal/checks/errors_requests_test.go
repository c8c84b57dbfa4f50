package checks

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/manifest"
	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
)

// A field that is added to a request needs a row, or a word why it has none.
func TestInvalidRequests_HaveEveryFieldOfEveryRequest(t *testing.T) {
	t.Parallel()
	lookup := &contract.Idempotency{Kind: contract.IdempotencyLookup, LookupByKey: true}
	e := &harness.Env{Suite: &harness.Suite{
		Manifest: &manifest.Manifest{Fixtures: manifest.Fixtures{Currency: "THB"}},
		Descriptor: &contract.Descriptor{
			PaymentMethods:    []contract.PaymentMethod{{Code: "alipay"}},
			CreateIdempotency: lookup, RefundIdempotency: lookup,
			ConfigFields: []contract.ConfigField{{Name: "a", Required: true}, {Name: "b", Secret: true}},
		},
	}}
	named := map[string]bool{}
	for _, r := range invalidRequests(e, &v1.ConfigureRequest{Mode: v1.Mode_MODE_TEST}) {
		for field := range strings.FieldsSeq(r.fields) {
			path, _, _ := strings.Cut(field, "[")
			named[r.method()+" "+path] = true
		}
	}
	nothingIsRefused := []string{
		"Configure probe", "ParseWebhook path", "ParseWebhook query",
		"ParseWebhook headers.value", // a value may be any bytes
	}
	methods := v1.File_paymentprovider_v1_paymentprovider_proto.Services().ByName("PaymentProvider").Methods()
	for i := range methods.Len() {
		for _, path := range leaves("", methods.Get(i).Input()) {
			field := string(methods.Get(i).Name()) + " " + path
			if path == "account" { // DSC-004 sends it with every operation
				continue
			}
			assert.NotEqual(t, named[field] || named[strings.Replace(field, "headers.name", "headers", 1)], slices.Contains(nothingIsRefused, field), field)
		}
	}
}

// leaves returns the paths of a message's fields that are no messages of the contract.
func leaves(prefix string, m protoreflect.MessageDescriptor) []string {
	var paths []string
	for i := range m.Fields().Len() {
		field := m.Fields().Get(i)
		path := prefix + string(field.Name())
		if inner := field.Message(); inner != nil && !field.IsMap() && inner.ParentFile() == m.ParentFile() {
			paths = append(paths, leaves(path+".", inner)...)
			continue
		}
		paths = append(paths, path)
	}
	return paths
}
