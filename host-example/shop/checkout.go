package shop

import (
	"context"
	"errors"
	"regexp"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// Sale is what the engine knows of an order, with what the shop adds to it.
type Sale struct {
	*host.Sale

	Order  *Order
	PayURL string // where the buyer pays; empty if there is nothing to pay now, or not yet

	// Token is what the addresses of the buyer's pages have in place of the id. Who has it
	// may see the order.
	Token string
}

// orderID is the form of the shop's own ids.
var orderID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// CheckID refuses what is no id of an order or of a refund.
func CheckID(id string) error {
	if orderID.MatchString(id) {
		return nil
	}
	err := contract.NewError(contract.InvalidRequest, "nothing was stored or sent: the id is to be the shop's own")
	err.Violations = []contract.Violation{{Field: "id", Description: "must have 1 to 64 letters, digits, _ and -, and begin with a letter or digit"}}
	return err
}

// Checkout asks to be paid for an order. The ID is the shop's own and unique for ever,
// so a buyer who clicks twice, and a request that is sent again after its answer was
// lost, get the same sale. The amount is the shop's, never that of the buyer's browser.
//
// Lines are what is sold, for the buyer's receipt; the first ones of an order stay.
func (s *Shop) Checkout(ctx context.Context, order *host.Order, lines ...Line) (*Sale, error) {
	if err := CheckID(order.ID); err != nil {
		return nil, err
	}
	if _, err := s.order(ctx, order.ID); errors.Is(err, host.ErrNotFound) { // or it is known, and nothing new is begun
		if err := s.withoutDisabled(ctx, order); err != nil {
			return nil, err
		}
	}
	placed, err := s.place(ctx, order.ID, lines)
	if err != nil {
		return nil, err
	}
	order.ReturnURL = s.returnURL(placed)
	sale, err := s.engine.Checkout(ctx, order)
	return s.saleOf(ctx, sale, err)
}

// PayAgain lets the buyer of an order that was not paid choose again: a method, and the
// providers. The engine refuses it as long as any payment before may still be paid.
func (s *Shop) PayAgain(ctx context.Context, order *host.Order) (*Sale, error) {
	placed, err := s.order(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	known, err := s.engine.Sale(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	if err := s.withoutDisabled(ctx, order); err != nil {
		return nil, err
	}
	order.Amount, order.ReturnURL = known.Amount, s.returnURL(placed)
	sale, err := s.engine.PayAgain(ctx, order)
	return s.saleOf(ctx, sale, err)
}

// Sale returns what is known of an order.
func (s *Shop) Sale(ctx context.Context, id string) (*Sale, error) {
	sale, err := s.engine.Sale(ctx, id)
	return s.saleOf(ctx, sale, err)
}

// SaleOf returns what is known of the order whose pages have a token; host.ErrNotFound if
// there is none.
func (s *Shop) SaleOf(ctx context.Context, token string) (*Sale, error) {
	order, err := s.orderOf(ctx, token)
	if err != nil {
		return nil, err
	}
	return s.Sale(ctx, order.ID)
}

// saleOf adds the shop's order to what the engine returned. It is read after the sale, so
// that it is not older: who sees that the sale is paid sees what that means for the shop.
func (s *Shop) saleOf(ctx context.Context, sale *host.Sale, err error) (*Sale, error) {
	if err != nil {
		return nil, err
	}
	order, err := s.order(ctx, sale.ID)
	if err != nil {
		return nil, err
	}
	all := &Sale{Sale: sale, Order: order, Token: order.token}
	if sale.NextAction != nil && sale.NextAction.Redirect != nil {
		all.PayURL = s.baseURL.JoinPath("pay", order.token).String()
	}
	return all, nil
}

// returnURL is where the buyer of an order comes back to. Nothing in it is from a
// request.
func (s *Shop) returnURL(order *Order) string {
	return s.baseURL.JoinPath("return", order.token).String()
}
