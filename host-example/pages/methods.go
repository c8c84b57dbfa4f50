package pages

import (
	"context"
	_ "embed"
	"log/slog"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host-example/web"
	"github.com/paysocket/paysocket/plugin/supervisor"
)

//go:embed methods.json
var methodsJSON []byte

// methodNames are what the contract's codes of methods are called.
var methodNames = must[map[string]map[web.Language]string](methodsJSON)

// methodName returns what a method is called; of one that is not known yet, its code.
func methodName(l web.Language, code string) string {
	if name := methodNames[code][l]; name != "" {
		return name
	}
	return strings.ReplaceAll(code, "_", " ")
}

// Offer is a way to pay an amount.
type Offer struct {
	Method string

	// Providers are those that can take the payment now, the preferred one first. The engine
	// asks the next one if nothing was made with the one before.
	Providers []string

	// Why nobody can pay this way, if there are no Providers: the amount is below Least or
	// above Most, or otherwise none is ready.
	Least, Most contract.Money
}

// Usable reports whether somebody can pay this way now.
func (o *Offer) Usable() bool { return len(o.Providers) > 0 }

// offers returns all ways in which an amount's currency can be paid, and those in which
// this amount cannot be with why. They are made of what the providers said when they
// were started, so that a page costs no call. One that the staff disabled takes none.
func (p *Pages) offers(ctx context.Context, amount contract.Money) []Offer {
	var all []Offer
	at := map[string]int{} // by method
	disabled, err := p.shop.Disabled(ctx)
	if err != nil { // Checkout reads it again, and begins nothing with them
		p.options.Logger.LogAttrs(ctx, slog.LevelWarn, "which providers are disabled cannot be read", slog.Any("error", err))
	}
	for _, name := range p.names() {
		provider, ok := p.providers.Provider(name)
		if !ok || provider.Account() == nil || provider.Descriptor() == nil {
			continue // it was removed, or never was ready
		}
		now, _ := p.providers.State(name)
		_, isDisabled := disabled[name]
		for i := range provider.Account().PaymentMethods {
			method := &provider.Account().PaymentMethods[i]
			limits, takes := method.Currency(amount.Currency)
			if !takes || !leadsToAPage(method) || provider.Descriptor().NeedsPhone(method.Code, provider.Account()) {
				continue
			}
			if _, known := at[method.Code]; !known {
				at[method.Code] = len(all)
				all = append(all, Offer{Method: method.Code})
			}
			all[at[method.Code]].add(name, now.Status == supervisor.StatusReady && !isDisabled, limits, amount)
		}
	}
	return all
}

// names returns the names of all providers, the preferred ones first.
func (p *Pages) names() []string {
	var names []string
	if p.options.Preferred != nil {
		names = slices.Clone(p.options.Preferred())
	}
	for _, state := range p.providers.States() {
		if !slices.Contains(names, state.Provider) { // it may have a second process
			names = append(names, state.Provider)
		}
	}
	return names
}

// leadsToAPage reports whether a method is one that the shop can offer: it has a link for
// its buyers, and nothing else.
func leadsToAPage(method *contract.PaymentMethod) bool {
	return method.Flow == contract.FlowRedirect || method.Flow == contract.FlowApp
}

// add adds a provider, if it takes the amount now. A limit of 0 is one that is not known.
func (o *Offer) add(name string, isReady bool, limits *contract.CurrencyLimits, amount contract.Money) {
	switch {
	case limits.MinMinorUnits > amount.MinorUnits:
		if o.Least.IsZero() || limits.MinMinorUnits < o.Least.MinorUnits {
			o.Least = contract.Money{Currency: amount.Currency, MinorUnits: limits.MinMinorUnits}
		}
	case limits.MaxMinorUnits > 0 && limits.MaxMinorUnits < amount.MinorUnits:
		if limits.MaxMinorUnits > o.Most.MinorUnits {
			o.Most = contract.Money{Currency: amount.Currency, MinorUnits: limits.MaxMinorUnits}
		}
	case isReady:
		o.Providers = append(o.Providers, name)
	}
}

// usable returns the offer of a method; nil if nobody can pay this way now.
func usable(offers []Offer, method string) *Offer {
	for i := range offers {
		if offers[i].Method == method && offers[i].Usable() {
			return &offers[i]
		}
	}
	return nil
}

// methodChoices are the ways to pay on a page.
type methodChoices struct {
	frame

	Offers []Offer
	First  string // which is chosen to begin with
}

// Name returns what a method is called.
func (c methodChoices) Name(code string) string { return methodName(c.Lang, code) }

func newMethodChoices(f frame, offers []Offer) methodChoices {
	c := methodChoices{frame: f, Offers: offers}
	for i := range offers {
		if offers[i].Usable() {
			c.First = offers[i].Method
			break
		}
	}
	return c
}
