package shop

import (
	"net/url"

	"github.com/paysocket/paysocket/contract"
)

// Link returns the URL of the gateway's page on which a sale is paid. A provider
// is not trusted to choose it: it must be http or https and name no user, and
// without TLS it is accepted only in test mode or if it leads to this machine.
func (s *Shop) Link(saleID string) (string, error) {
	sale, err := s.store.sale(saleID)
	if err != nil {
		return "", err
	}
	if sale.State != Pending && sale.State != Unknown {
		return "", &StateError{SaleID: saleID, State: sale.State, Requested: "to pay"}
	}
	if sale.Action == nil || sale.Action.Redirect == nil {
		return "", &LinkError{Reason: "the provider's answer has none"}
	}
	return checkLink(sale.Action.Redirect, sale.Live)
}

func checkLink(redirect *contract.Redirect, live bool) (string, error) {
	action, err := contract.RedirectTo(redirect.URL)
	if err != nil {
		return "", &LinkError{Reason: err.Error()}
	}
	target, err := url.Parse(redirect.URL)
	if err != nil {
		return "", &LinkError{Reason: "it is not a URL"}
	}
	// Insecure is computed again: a provider that forgets to set it must not
	// send a buyer who pays real money over an open connection.
	if action.Redirect.Insecure && live && !contract.IsLoopback(target) {
		return "", &LinkError{Reason: "it is not https, and the sale is for real money"}
	}
	return redirect.URL, nil
}
