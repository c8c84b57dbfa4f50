package conformance

import (
	"fmt"
	"maps"
	"slices"

	yaml "go.yaml.in/yaml/v3"

	"github.com/paysocket/paysocket/contract"
)

// capabilityRule says when a capability word holds.
type capabilityRule struct {
	word string

	Operation    contract.Operation    `yaml:"operation"`
	Flow         contract.Flow         `yaml:"flow"`
	Lifetime     bool                  `yaml:"lifetime"`
	Phone        bool                  `yaml:"phone"`
	Refunds      string                `yaml:"refunds"` // of the method of the run; never: of some method
	Lookup       bool                  `yaml:"lookup"`
	Verification contract.Verification `yaml:"verification"`
	Rotation     bool                  `yaml:"rotation"`

	// Unless are settings with which the capability is off.
	Unless map[string]string `yaml:"unless"`
}

// readCapabilityRules keeps the order of the file.
func readCapabilityRules(node *yaml.Node) ([]capabilityRule, error) {
	var rules []capabilityRule
	for i := 0; i+1 < len(node.Content); i += 2 {
		rule := capabilityRule{word: node.Content[i].Value}
		if err := node.Content[i+1].Decode(&rule); err != nil {
			return nil, fmt.Errorf("capability %s: %w", rule.word, err)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// capabilitiesOf returns the words that hold for a provider that is configured
// with the settings, in a run with a payment method, in the order of the table.
func (c *Catalogue) capabilitiesOf(d *contract.Descriptor, method string, settings map[string]string) []string {
	var words []string
	for i := range c.capabilities {
		if c.capabilities[i].holds(d, method, settings) {
			words = append(words, c.capabilities[i].word)
		}
	}
	return words
}

// capabilityWords returns all words that there are.
func (c *Catalogue) capabilityWords() []string {
	words := make([]string, len(c.capabilities))
	for i := range c.capabilities {
		words[i] = c.capabilities[i].word
	}
	return words
}

// fullestProfile returns the profile that requires most of what is declared and
// nothing else.
func (c *Catalogue) fullestProfile(declared []string) string {
	fullest, most := "", -1
	for _, name := range slices.Sorted(maps.Keys(c.Profiles)) {
		required := c.Profiles[name]
		lacks := slices.ContainsFunc(required, func(word string) bool { return !slices.Contains(declared, word) })
		if !lacks && len(required) > most {
			fullest, most = name, len(required)
		}
	}
	return fullest
}

func (r *capabilityRule) holds(d *contract.Descriptor, method string, settings map[string]string) bool {
	for name, value := range r.Unless {
		if settings[name] == value {
			return false
		}
	}
	some := func(fits func(contract.PaymentMethod) bool) bool { return slices.ContainsFunc(d.PaymentMethods, fits) }
	switch {
	case r.Operation != "" && !d.Has(r.Operation),
		r.Flow != "" && !some(func(m contract.PaymentMethod) bool { return m.Flow == r.Flow }),
		r.Lifetime && !some(func(m contract.PaymentMethod) bool { return m.PaymentLifetime > 0 }),
		r.Phone && !some(func(m contract.PaymentMethod) bool { return m.NeedsPhone }),
		r.Lookup && (d.CreateIdempotency == nil || !d.CreateIdempotency.LookupByKey),
		r.Refunds == "never" && !some(func(m contract.PaymentMethod) bool { return d.RefundTerms(m.Code, nil) == nil }),
		r.Refunds != "" && r.Refunds != "never" && !r.refundTermHolds(d.RefundTerms(method, nil)):
		return false
	}
	w := d.Webhooks
	return (r.Verification == "" || w != nil && slices.Contains(w.Verifications, r.Verification)) &&
		(!r.Rotation || w != nil && w.SecretRotation)
}

func (r *capabilityRule) refundTermHolds(terms *contract.RefundTerms) bool {
	if terms == nil {
		return false
	}
	switch r.Refunds {
	case "partial":
		return terms.Partial
	case "multiple":
		return terms.Multiple
	case "window":
		return terms.Window != nil
	default:
		return r.Refunds == "any"
	}
}
