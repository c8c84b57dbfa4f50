package admin

import (
	"net/http"

	"github.com/paysocket/paysocket/contract"
)

// providerResponse is what can be sold through a provider now.
type providerResponse struct {
	Name        string           `json:"name"`
	Provider    string           `json:"provider,omitempty"` // its id; absent before it was ready
	Version     string           `json:"version,omitempty"`
	AccountID   string           `json:"account_id,omitempty"`
	AccountName string           `json:"account_name,omitempty"`
	Live        bool             `json:"live"`
	Methods     []methodResponse `json:"methods"`
}

// methodResponse is a payment method of the provider's account.
type methodResponse struct {
	Method     string             `json:"method"`
	Flow       contract.Flow      `json:"flow"`
	NeedsPhone bool               `json:"needs_phone"`
	Currencies []currencyResponse `json:"currencies"`
}

// currencyResponse is a currency with its limits. A limit that is unknown is 0.
type currencyResponse struct {
	Currency string `json:"currency"`
	Min      int64  `json:"min_minor_units"`
	Max      int64  `json:"max_minor_units"`
}

// serveProviders answers with what can be sold. A swap may change it at any time.
func (a *Admin) serveProviders(w http.ResponseWriter, _ *http.Request) {
	responses := []providerResponse{}
	last := ""
	for _, state := range a.supervisor.States() {
		provider, listed := a.supervisor.Provider(state.Provider)
		if !listed || state.Provider == last {
			continue
		}
		last = state.Provider
		response := providerResponse{Name: state.Provider, Methods: []methodResponse{}}
		if descriptor, account := provider.Descriptor(), provider.Account(); descriptor != nil && account != nil {
			response.Provider, response.Version = descriptor.ProviderID, descriptor.Version
			response.AccountID, response.AccountName, response.Live = account.ID, account.Name, account.Live
			for i := range account.PaymentMethods {
				response.Methods = append(response.Methods, newMethodResponse(&account.PaymentMethods[i], descriptor, account))
			}
		}
		responses = append(responses, response)
	}
	writeJSON(w, http.StatusOK, map[string]any{"providers": responses})
}

func newMethodResponse(m *contract.PaymentMethod, descriptor *contract.Descriptor, account *contract.Account) methodResponse {
	response := methodResponse{Method: m.Code, Flow: m.Flow, NeedsPhone: descriptor.NeedsPhone(m.Code, account), Currencies: []currencyResponse{}}
	for _, c := range m.Currencies {
		response.Currencies = append(response.Currencies, currencyResponse{Currency: c.Currency, Min: c.MinMinorUnits, Max: c.MaxMinorUnits})
	}
	return response
}
