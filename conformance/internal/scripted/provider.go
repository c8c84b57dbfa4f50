package scripted

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
)

// provider is the honest provider of one process.
type provider struct {
	session  *session
	sessions kit.Sessions[*configured]
}

var _ contract.PaymentProvider = (*provider)(nil)

// configured is one configuration in use.
type configured struct {
	account     *Account
	shape       *Shape // of the process
	secrets     []contract.Secret
	webhooks    []contract.Secret
	minTimeLeft time.Duration
	creating    sync.Mutex
}

// Timeout implements kit.Session.
func (*configured) Timeout() time.Duration { return time.Minute }

// Keys implements kit.Session.
func (c *configured) Keys() kit.KeyScope {
	return kit.KeyScope{Base: c.account.ID, Secrets: c.secrets, SettleTime: c.shape.SettleTime}
}

// Close implements kit.Session.
func (*configured) Close() {}

// Describe implements contract.PaymentProvider.
func (p *provider) Describe(context.Context) (*contract.Descriptor, error) {
	return p.session.shape.descriptor(), nil
}

// Configure implements contract.PaymentProvider.
func (p *provider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	descriptor, _ := p.Describe(ctx)
	found, e := kit.ReadSettings(descriptor, configuration)
	if e != nil {
		return nil, e
	}
	key := found.Secret(secretKey, keyForm, "sk_test_...")
	webhooks := found.SecretList(webhookSecrets, webhookForm, "whsec_...")
	least := found.Duration(settingMinTimeLeft, 0, time.Minute)
	found.RequireMode(isLive(key.Reveal()), secretKey)
	if e := found.Err(); e != nil {
		return nil, e
	}
	account := p.session.stamped.server.accountOf(key.Reveal())
	if account == nil {
		return nil, contract.NewError(contract.ProviderAuthFailed, "the gateway does not know the secret key")
	}
	p.session.configure(account)
	p.sessions.Replace(&configured{
		account: account, shape: p.session.shape, secrets: []contract.Secret{key}, webhooks: webhooks, minTimeLeft: least,
	})
	answer := &contract.Account{Live: account.shape.Live, PaymentMethods: p.session.shape.Methods}
	if !account.shape.Nameless {
		answer.ID, answer.Name = account.ID, "Merchant "+account.ID
	}
	return answer, nil
}

// honoured returns the attempt if the gateway honours keys; see kit.Run.
func (p *provider) honoured(a *contract.Attempt) *contract.Attempt {
	if p.session.account().ledger.native() {
		return a
	}
	return nil
}

// CreatePayment implements contract.PaymentProvider.
func (p *provider) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, r, p.honoured(&r.Attempt), (*configured).createPayment)
}

func (c *configured) createPayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	if e := kit.TimeLeft(ctx, c.minTimeLeft); e != nil {
		return nil, e.ForAttempt(&r.Attempt)
	}
	if c.account.ledger.native() {
		return c.makePayment(ctx, r)
	}
	c.creating.Lock() // calls with one key in one process meet
	defer c.creating.Unlock()
	attempt, made, end := kit.HoldKey(ctx)
	if attempt.Repeated() {
		found, e := c.earlierPayment(r, &attempt, made)
		if e != nil {
			return nil, end("", false, e)
		}
		if found != nil {
			return found, end(found.PaymentID, true, nil)
		}
	}
	payment, e := c.makePayment(ctx, r)
	if e != nil {
		return nil, end("", true, e)
	}
	return payment, end(payment.PaymentID, true, nil)
}

// earlierPayment returns the payment that an earlier call with the key made; nil if it is
// proven that there is none. made is the id of what this process knows that one made.
func (c *configured) earlierPayment(r *contract.CreatePaymentRequest, attempt *contract.Attempt, made string) (*contract.Payment, *contract.Error) {
	found, e := c.findPayment(attempt)
	switch {
	case e == nil && (found.Amount != r.Amount || found.Method != r.Method):
		return nil, keyReused().With(contract.MetaPaymentID, found.PaymentID)
	case e == nil:
		found.Replayed = true
		return found, nil
	case e.Reason != contract.PaymentNotFound:
		return nil, e.ForAttempt(attempt)
	case !e.ProvesAbsence() || made != "":
		return nil, c.unsettled(attempt)
	}
	return nil, nil
}

func (c *configured) makePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, *contract.Error) {
	made, replayed, e := c.account.ledger.create(r, callOf(ctx))
	if e != nil {
		return nil, e
	}
	answer := made.answer(c.shape.Methods)
	answer.Replayed = replayed
	return answer, nil
}

// unsettled is the error of a call that has to wait for the end of an earlier one.
func (c *configured) unsettled(a *contract.Attempt) *contract.Error {
	rest := time.Until(a.LastUnknownAt.Add(c.shape.SettleTime))
	return contract.NewError(contract.AttemptUnsettled, "an earlier call with the key may still be executed; nothing was made").
		WithRetryAfter(max(rest, time.Millisecond))
}

// findPayment looks a payment up by its key.
func (c *configured) findPayment(a *contract.Attempt) (*contract.Payment, *contract.Error) {
	asked := time.Now()
	found := c.account.ledger.byKey(a.Key)
	switch len(found) {
	case 0:
		return nil, contract.NotFoundByKey(contract.PaymentNotFound, true, a.SettledAt(asked, c.shape.SettleTime), a.FirstAt, asked)
	case 1:
		return found[0].answer(c.shape.Methods), nil
	}
	var ids []string
	for _, p := range found {
		ids = append(ids, p.PaymentID)
	}
	return nil, contract.NewError(contract.DuplicatePayments, "the gateway has several payments for one idempotency key; a person must decide").
		With(contract.MetaPaymentIDs, strings.Join(ids, ","))
}

// GetStatus implements contract.PaymentProvider.
func (p *provider) GetStatus(ctx context.Context, r *contract.GetStatusRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, r, nil, (*configured).getStatus)
}

func (c *configured) getStatus(_ context.Context, r *contract.GetStatusRequest) (*contract.Payment, *contract.Error) {
	if r.Attempt != nil {
		return c.findPayment(r.Attempt)
	}
	found, e := c.account.ledger.read(r.PaymentID)
	if e != nil {
		return nil, e
	}
	return found.answer(c.shape.Methods), nil
}

// CancelPayment implements contract.PaymentProvider.
func (p *provider) CancelPayment(ctx context.Context, r *contract.CancelPaymentRequest) (*contract.Payment, error) {
	return kit.Run(ctx, &p.sessions, r, nil, (*configured).cancelPayment)
}

func (c *configured) cancelPayment(ctx context.Context, r *contract.CancelPaymentRequest) (*contract.Payment, *contract.Error) {
	if e := kit.TimeLeft(ctx, c.minTimeLeft); e != nil {
		return nil, e
	}
	after, e := c.account.ledger.cancel(r.PaymentID)
	if e != nil {
		return nil, e
	}
	return after.answer(c.shape.Methods), nil
}

// callOf returns the number of the call in the context.
func callOf(ctx context.Context) int {
	n, _ := ctx.Value(callKey{}).(int)
	return n
}

type callKey struct{}
