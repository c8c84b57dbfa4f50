package omisealipay

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise"
)

// readBack is for accounts without a webhook secret: anyone can send such a
// webhook, so nothing of it is believed but that it is worth a look at the
// event that it names. What is answered comes from Omise.
func (s *session) readBack(ctx context.Context, body []byte) (*contract.WebhookResult, *contract.Error) {
	hint, err := s.readEvent(body)
	if err != nil {
		return nil, err
	}
	if !omise.ValidID(hint.ID, omise.EventPrefix) {
		return nil, malformed(errors.New("its id is no id of an event"))
	}
	if err := s.rate.take(); err != nil {
		return nil, err
	}
	event, failed := s.reader.RetrieveEvent(ctx, hint.ID)
	if failed != nil {
		return nil, unknownToOmise(failed)
	}
	result := &contract.WebhookResult{
		Disposition:  contract.DispositionIgnored,
		Kind:         bounded(event.Key, maxWord),
		Verification: contract.VerificationFetched,
		DedupeKey:    event.ID,
		Ack:          contract.Ack{Status: http.StatusOK},
	}
	if !slices.Contains(translatedKinds(), event.Key) || event.Data == nil {
		return result, nil
	}
	told := &contract.Event{Kind: event.Key, OccurredAt: event.CreatedAt, Authoritative: true}
	if strings.HasPrefix(event.Key, "refund.") {
		told.Refund, err = s.refetchRefund(ctx, event.Data)
	} else {
		told.Payment, err = s.refetchPayment(ctx, event.Data)
	}
	if err != nil {
		return nil, err
	}
	if told.Payment != nil || told.Refund != nil {
		result.Disposition, result.Events = contract.DispositionEvents, []contract.Event{*told}
	}
	return result, nil
}

// unknownToOmise makes what Omise does not know unauthenticated: no other
// proof exists in this mode. Trouble on the way stays trouble, so that the
// webhook is sent again.
func unknownToOmise(err error) *contract.Error {
	e := refusal(err)
	if failure, ok := errors.AsType[*omise.Error](err); ok && failure.Kind == omise.KindNotFound {
		unknown := contract.NewError(contract.WebhookSignatureInvalid, "Omise does not know what the webhook names; it is not Omise's, or another account's")
		unknown.Metadata = e.Metadata
		return unknown.WithCause(err)
	}
	return e
}

func (s *session) refetchPayment(ctx context.Context, data []byte) (*contract.Payment, *contract.Error) {
	snapshot, err := omise.DecodeCharge(data)
	if err != nil {
		return nil, malformed(err)
	}
	if snapshot.Deleted {
		return nil, nil
	}
	charge, err := s.reader.RetrieveCharge(ctx, snapshot.ID)
	if err != nil {
		return nil, unknownToOmise(err)
	}
	if !ours(charge) {
		return nil, nil
	}
	return paymentOf(charge)
}

func (s *session) refetchRefund(ctx context.Context, data []byte) (*contract.Refund, *contract.Error) {
	snapshot, err := omise.DecodeRefund(data)
	if err != nil {
		return nil, malformed(err)
	}
	if snapshot.Deleted {
		return nil, nil
	}
	charge, err := s.reader.RetrieveCharge(ctx, snapshot.Charge)
	if err != nil {
		return nil, unknownToOmise(err)
	}
	if !ours(charge) {
		return nil, nil
	}
	fresh, err := s.reader.RetrieveRefund(ctx, charge.ID, snapshot.ID)
	if err != nil {
		return nil, unknownToOmise(err)
	}
	refund, failed := refundOf(fresh)
	if failed != nil {
		return nil, failed
	}
	refund.TotalRefunded = totalRefunded(charge, refund)
	return refund, nil
}
