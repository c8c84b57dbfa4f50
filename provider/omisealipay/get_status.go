package omisealipay

import (
	"context"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// GetStatus reads a charge by its id, or finds it by the key that is kept in
// its metadata.
func (p *Provider) GetStatus(ctx context.Context, request *contract.GetStatusRequest) (*contract.Payment, error) {
	s, err := p.configured()
	if err != nil {
		return nil, err
	}
	if err := request.Validate(); err != nil {
		return nil, err
	}
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	var payment *contract.Payment
	if request.Attempt == nil {
		payment, err = s.read(ctx, request.PaymentID)
	} else {
		payment, err = s.readByKey(ctx, request.Attempt)
	}
	if err != nil {
		return nil, err
	}
	return payment, nil
}

// read gives a payment as it is now.
func (s *session) read(ctx context.Context, id string) (*contract.Payment, *contract.Error) {
	charge, err := s.charge(ctx, id)
	if err != nil {
		return nil, err
	}
	return paymentOf(charge)
}

// charge reads a charge of this account's mode.
func (s *session) charge(ctx context.Context, id string) (*omise.Charge, *contract.Error) {
	charge, err := s.client.RetrieveCharge(ctx, id)
	if err != nil {
		return nil, refusal(err)
	}
	if isLive(charge.Live, charge.ID) != s.settings.live {
		return nil, unbelievable("Omise gave a charge of the other mode (test or live) than the key's").With(contract.MetaPaymentID, id)
	}
	return charge, nil
}

// readByKey searches, and reads what it finds once more: a list may be older
// than the charge.
func (s *session) readByKey(ctx context.Context, attempt *contract.Attempt) (*contract.Payment, *contract.Error) {
	underWay := s.payments.open(attempt.Key) // asked before the search, which may miss what it makes
	found, err := s.search(ctx, attempt)
	if err != nil {
		return nil, err
	}
	id, err := found.one()
	switch {
	case err != nil:
		return nil, err
	case id == "":
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, true, found.settled && !underWay, found.window.from, found.window.until)
	}
	payment, err := s.read(ctx, id)
	if err != nil {
		return nil, err.With(contract.MetaPaymentID, id)
	}
	return payment, nil
}
