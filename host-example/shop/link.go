package shop

import (
	"net/url"

	"github.com/paysocket/paysocket/contract"
)

// Link gives the address of the gateway's page for a sale that is still to be
// paid. The provider is not trusted with the buyer's browser: the link must be
// http or https without a user in it, and one without TLS is followed in test
// mode or to this machine only.
func (s *Shop) Link(saleID string) (string, error) {
	sale, err := s.book.sale(saleID)
	if err != nil {
		return "", err
	}
	if sale.State != Pending && sale.State != Unknown {
		return "", &StateError{SaleID: saleID, State: sale.State, Asked: "to pay"}
	}
	if sale.Action == nil || sale.Action.Redirect == nil {
		return "", &LinkError{Why: "the provider gave no page to go to"}
	}
	return checkLink(sale.Action.Redirect, sale.Live)
}

func checkLink(redirect *contract.Redirect, live bool) (string, error) {
	action, err := contract.RedirectTo(redirect.URL)
	if err != nil {
		return "", &LinkError{Why: err.Error()}
	}
	target, err := url.Parse(redirect.URL)
	if err != nil {
		return "", &LinkError{Why: "it is not a URL"}
	}
	// The flag is worked out again: a provider that forgets it must not send
	// a buyer's payment over the open net.
	if action.Redirect.Insecure && live && !contract.IsLoopback(target) {
		return "", &LinkError{Why: "it is not https, and the sale is for real money"}
	}
	return redirect.URL, nil
}
