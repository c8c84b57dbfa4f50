package wire

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/paysocket/paysocket/contract"
)

// gate decides whether a call reaches the provider.
type gate struct {
	provider contract.PaymentProvider // to be described
	handler  contract.Handler         // to be configured

	configuring sync.Mutex // held over a Configure, so that account is that of the last one

	mu         sync.Mutex
	descriptor *contract.Descriptor // nil: not asked yet; it never changes
	account    *contract.Account    // nil: not configured
}

// admit returns the error that keeps a call from the provider; nil if the call may
// pass. The order of the checks is the order in which a caller has to correct
// things. Unreadable is the error from decoding the request.
func (g *gate) admit(ctx context.Context, operation contract.Operation, account string, unreadable error, request any) error {
	if operation == contract.OperationDescribe {
		return checkAccount(account)
	}
	descriptor, err := g.describe(ctx)
	if err != nil {
		return err
	}
	if err := descriptor.CheckOperation(operation); err != nil {
		return err
	}
	if err := checkAccount(account); err != nil {
		return err
	}
	configured := g.configured()
	if configured == nil && operation != contract.OperationConfigure {
		return contract.NewError(contract.NotConfigured, "the provider has no configuration yet; call Configure first")
	}
	if unreadable != nil {
		return unreadable
	}
	if err := validate(request); err != nil {
		return err
	}
	switch r := request.(type) {
	case *contract.Configuration:
		err = descriptor.CheckConfiguration(r)
	case *contract.CreatePaymentRequest:
		err = descriptor.CheckCreatePayment(r, configured)
	case *contract.GetStatusRequest:
		err = descriptor.CheckGetStatus(r)
	case *contract.GetRefundRequest:
		err = descriptor.CheckGetRefund(r)
	}
	if err != nil {
		return err
	}
	return contract.FromContext(ctx)
}

// checkAccount refuses a request that names an account, because in this version of
// the contract a provider has only one.
func checkAccount(account string) error {
	if account == "" {
		return nil
	}
	return contract.NewError(contract.CapabilityUnsupported,
		"this provider serves one account; leave the field account empty")
}

// describe returns the descriptor of the provider, which it asks for only once.
func (g *gate) describe(ctx context.Context) (*contract.Descriptor, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.descriptor != nil {
		return g.descriptor, nil
	}
	descriptor, err := g.provider.Describe(ctx)
	if err == nil && descriptor == nil {
		err = errors.New("the descriptor is absent")
	}
	if err == nil {
		err = descriptor.Validate()
	}
	if err != nil {
		return nil, contract.Errorf(contract.ProviderBug, "the provider cannot describe itself: %w", err)
	}
	g.descriptor = descriptor
	return descriptor, nil
}

func (g *gate) configured() *contract.Account {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.account
}

// configure passes a Configure to the provider, and stores the account if the
// provider accepts the configuration. Calls that were admitted earlier were checked
// against the earlier account, which is right: they run with its configuration.
func (g *gate) configure(ctx context.Context, call contract.Call) (any, error) {
	g.configuring.Lock()
	defer g.configuring.Unlock()
	answer, err := g.handler(ctx, call)
	account, ok := answer.(*contract.Account)
	if err != nil || !ok || account == nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.account = account
	return account, nil
}

// asContractError returns the error of a provider as an error of the contract. Any
// other error can contain anything in its text, even secrets, so only its type is
// reported.
func asContractError(err error) *contract.Error {
	if e, ok := errors.AsType[*contract.Error](err); ok {
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return contract.NewError(contract.ProviderTimeout, "the call's deadline passed while the provider was at work")
	case errors.Is(err, context.Canceled):
		return contract.NewError(contract.ConnectionLost, "the call was canceled while the provider was at work")
	default:
		return contract.NewError(contract.ProviderBug,
			fmt.Sprintf("the provider returned an error (%T) that is not a contract error; report it to the provider's author", err))
	}
}
