package omisealipay

import (
	"context"
	"errors"
	"slices"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
	"github.com/paysocket/paysocket/provider/omise"
)

// fetchEvent is for accounts without a webhook secret. Anyone can send such a
// webhook, so nothing in it is believed. It only names an event, which is fetched
// from Omise together with the charge or refund that it is about.
func (s *session) fetchEvent(ctx context.Context, body []byte) (*contract.WebhookResult, *contract.Error) {
	hint, err := s.readHint(body)
	if err != nil {
		return nil, err
	}
	if err := s.rateLimit.allow(); err != nil {
		return nil, err
	}
	event, failed := s.reader.RetrieveEvent(ctx, hint.ID)
	if failed != nil {
		return nil, notFromOmise(failed)
	}
	result := ignored(event.Key, event.ID)
	result.Verification = contract.VerificationFetched
	if !slices.Contains(translatedKinds(), event.Key) || event.Data == nil {
		return result, nil
	}
	happened := &contract.Event{Kind: event.Key, OccurredAt: event.CreatedAt, Authoritative: true}
	if isOfRefund(event.Key) {
		happened.Refund, err = s.fetchRefund(ctx, event.Data)
	} else {
		happened.Payment, err = s.fetchPayment(ctx, event.Data)
	}
	if err != nil {
		return nil, err
	}
	if happened.Payment != nil || happened.Refund != nil {
		result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{*happened}
	}
	return result, nil
}

// notFromOmise returns WebhookSignatureInvalid if Omise does not have what the
// webhook names, because nothing else proves the webhook in this mode. Every
// other error stays, so that the webhook is sent again.
func notFromOmise(err error) *contract.Error {
	e := errorOf(err)
	if failure, ok := errors.AsType[*omise.Error](err); ok && failure.Kind == omise.KindNotFound {
		unknown := contract.NewError(contract.WebhookSignatureInvalid, "Omise does not have what the webhook names; the webhook is forged, or another account's")
		unknown.Metadata = e.Metadata
		return unknown.WithCause(err)
	}
	return e
}

// readHint reads the event that a webhook names. Its id is the only part that is
// used, and says the mode.
func (s *session) readHint(body []byte) (*omise.Event, *contract.Error) {
	hint, err := omise.ParseEvent(strictjson.ToUTF8(body))
	switch {
	case err != nil:
		return nil, webhookMalformed(err)
	case !omise.ValidID(hint.ID, omise.EventPrefix):
		return nil, webhookMalformed(errors.New("its id is not that of an event"))
	case s.isOtherMode(hint):
		return nil, errOtherMode()
	}
	return hint, nil
}

func (s *session) fetchPayment(ctx context.Context, data []byte) (*contract.Payment, *contract.Error) {
	snapshot, err := omise.DecodeCharge(data)
	if err != nil { // the charge is read anew, so its id is enough
		left := omise.RemnantOf(data)
		if cannotBeOurs(&left) || left.Problem == nil && !isOurRemnant(&left) {
			return nil, nil
		}
		if !omise.ValidID(left.ID, omise.ChargePrefix) {
			return nil, webhookMalformed(err)
		}
		snapshot = &omise.Charge{ID: left.ID}
	}
	if snapshot.Deleted {
		return nil, nil
	}
	charge, err := s.reader.RetrieveCharge(ctx, snapshot.ID)
	if isStrangers(err, snapshot.ID) {
		return nil, nil
	}
	if err != nil {
		return nil, notFromOmise(err)
	}
	if !isOurs(charge) {
		return nil, nil
	}
	return paymentOf(charge)
}

func (s *session) fetchRefund(ctx context.Context, data []byte) (*contract.Refund, *contract.Error) {
	snapshot, problem := omise.DecodeRefund(data)
	if problem != nil {
		left := omise.RemnantOf(data)
		if cannotBeOurs(&left) || left.Problem == nil && left.Charge == "" && keyOf(left.Metadata) == "" {
			return nil, nil
		}
		if left.Charge == "" {
			return nil, webhookMalformed(problem)
		}
		snapshot = &omise.Refund{ID: left.ID, Charge: left.Charge}
	}
	if snapshot.Deleted {
		return nil, nil
	}
	charge, err := s.reader.RetrieveCharge(ctx, snapshot.Charge)
	if isStrangers(err, snapshot.Charge) {
		return nil, nil
	}
	if err != nil {
		return nil, notFromOmise(err)
	}
	if !isOurs(charge) {
		return nil, nil
	}
	if problem != nil {
		return nil, webhookMalformed(problem)
	}
	fresh, err := s.reader.RetrieveRefund(ctx, charge.ID, snapshot.ID)
	if err != nil {
		return nil, notFromOmise(err)
	}
	refund, failed := refundOf(fresh)
	if failed != nil {
		return nil, failed
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	return refund, nil
}
