package omisealipay_test

import (
	"context"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

const (
	postSource  = "POST /sources"
	postCharge  = "POST /charges"
	getCharge   = "GET /charges/:id"
	listCharges = "GET /charges"
)

func TestAPaymentIsASourceAndOneChargeWithIt(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			b := open(t, &setup{settings: map[string]string{"api_version": version}})
			order := b.order()
			order.Amount.MinorUnits = 123_45 // satang matter
			payment := b.create(order)

			assert.Equal(t, contract.PaymentPending, payment.Status)
			assert.Equal(t, "pending", payment.ProviderStatus)
			assert.Equal(t, order.Reference, payment.Reference)
			assert.False(t, payment.Live)
			assert.False(t, payment.Replayed)
			assert.Equal(t, b.clock.read().Add(24*time.Hour), payment.ExpiresAt)

			made := b.ledger(order.Attempt.Key)
			require.Len(t, made, 1)
			assert.Equal(t, payment.PaymentID, made[0].ID)
			assert.EqualValues(t, 123_45, made[0].Amount)
			assert.Equal(t, order.ReturnURL, made[0].ReturnURL)
			assert.Equal(t, made[0].RedirectURL, payment.NextAction.Redirect.URL)
			assert.True(t, payment.NextAction.Redirect.Insecure, "the sandbox's link is http")
			assert.Equal(t, 2, b.road.all(), "a first attempt costs no look-up")
			form, err := url.ParseQuery(b.road.of(postCharge)[0].form)
			require.NoError(t, err)
			assert.Equal(t, "7", form.Get("metadata[cart]"))
		})
	}
}

func TestTheOneStepWayIsASingleCall(t *testing.T) {
	t.Parallel()
	b := open(t, &setup{settings: map[string]string{"creation": "one_step"}})
	payment := b.create(b.order())
	assert.Equal(t, contract.PaymentPending, payment.Status)
	assert.Equal(t, 1, b.road.all())
	assert.Contains(t, b.road.of(postCharge)[0].form, url.QueryEscape("source[type]")+"=alipay")
}

func TestSourcesAreMadeWithThePublicKey(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	configuration := b.configuration(nil)
	credentials := b.scope.Connection().Credentials
	configuration.Secrets["public_key"] = contract.NewSecret(credentials["public_key"])
	_, err := b.provider.Configure(t.Context(), configuration)
	require.NoError(t, err)
	b.create(b.order())
	assert.Equal(t, credentials["public_key"], b.road.of(postSource)[0].user)
	assert.Equal(t, credentials["secret_key"], b.road.of(postCharge)[0].user)
}

func TestAlipayCNNamesThePayersDevice(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	order.Method, order.Payer = "alipay_cn", &contract.Payer{Platform: contract.PlatformIOS}
	payment := b.create(order)
	assert.Equal(t, "alipay_cn", payment.Method)
	assert.Contains(t, b.road.of(postSource)[0].form, "platform_type=IOS")
}

func TestARepeatedCallGivesTheSamePaymentReadFresh(t *testing.T) {
	t.Parallel()
	for name, flagged := range map[string]bool{"with FirstAt": true, "from memory alone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			order := b.order()
			first := b.create(order)
			b.move(first.PaymentID, gateway.StateSucceeded)
			if flagged {
				order = b.again(order, false)
			}
			second := b.create(order)
			assert.Equal(t, first.PaymentID, second.PaymentID)
			assert.Equal(t, contract.PaymentSucceeded, second.Status)
			assert.True(t, second.Replayed)
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestARestartedProviderFindsThePaymentByItsKey(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	first := b.create(order)
	second, err := b.anew(nil).CreatePayment(t.Context(), b.again(order, true))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, second.PaymentID)
	assert.Len(t, b.ledger(order.Attempt.Key), 1)
}

func TestAKeyUsedForAnotherPaymentIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*contract.CreatePaymentRequest){
		"amount": func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits++ },
		"method": func(r *contract.CreatePaymentRequest) { r.Method = "alipay_cn" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			order := b.order()
			first := b.create(order)
			other := b.again(order, false)
			change(other)
			_, err := b.provider.CreatePayment(t.Context(), other)
			e := errorFor(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
			assert.Contains(t, e.Message, name)
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestConcurrentCallsWithOneKeyMakeOneCharge(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postCharge, 1, holds(held, release, false))
	order := b.order()
	payments := make([]*contract.Payment, 16)
	var calls sync.WaitGroup
	call := func(i int) {
		payment, err := b.provider.CreatePayment(t.Context(), order)
		if assert.NoError(t, err) {
			payments[i] = payment
		}
	}
	calls.Go(func() { call(0) })
	<-held // the first is at the gateway
	for i := 1; i < len(payments); i++ {
		calls.Go(func() { call(i) })
	}
	close(release)
	calls.Wait()
	for _, payment := range payments[1:] {
		require.NotNil(t, payment)
		assert.Equal(t, payments[0].PaymentID, payment.PaymentID)
		assert.True(t, payment.Replayed)
	}
	assert.False(t, payments[0].Replayed)
	assert.Equal(t, 1, b.road.count(postCharge))
}

func TestASharedFlightDoesNotEndWithItsFirstCaller(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	b.road.fault(postCharge, 1, holds(held, release, false))
	order := b.order()
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := b.provider.CreatePayment(impatient, order)
		left <- err
	}()
	<-held
	leave()
	requireError(t, <-left, contract.ProviderTimeout, contract.Indeterminate)
	close(release)
	payment := b.create(order)
	assert.Len(t, b.ledger(order.Attempt.Key), 1)
	assert.Equal(t, payment.PaymentID, b.ledger(order.Attempt.Key)[0].ID)
	assert.Equal(t, 1, b.road.count(postCharge))
}

func TestACallThatIsLeftBeforeItMovesMoneyIsGivenUp(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	b.road.fault(postSource, 1, holds(held, release, false))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	order := b.order()
	go func() {
		_, err := b.provider.CreatePayment(ctx, order)
		left <- err
	}()
	<-held
	leave()
	requireError(t, <-left, contract.DeadlineTooShort, contract.NotAttempted)
	b.create(order) // nothing is known against the key
	assert.Equal(t, 1, b.road.count(postCharge))
}

func TestNoChargeIsBegunWithTooLittleTime(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := b.provider.CreatePayment(ctx, b.order())
	requireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Zero(t, b.road.all())

	over, cancelled := context.WithCancel(t.Context())
	cancelled()
	_, err = b.provider.CreatePayment(over, b.order())
	requireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Zero(t, b.road.all())
}

func TestWhatTheGatewayMadeIsComparedWithWhatWasAsked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"amount":      {"amount": 99},
		"currency":    {"currency": "usd"},
		"key":         {"metadata": map[string]string{"paysocket_key": "another"}},
		"no key":      {"metadata": map[string]string{}},
		"source type": {"source": map[string]any{"object": "source", "id": "src_test_1", "type": "rabbit_linepay", "amount": 100000, "currency": "thb"}},
		"mode":        {"livemode": true},
		"no link":     {"authorize_uri": nil},
		"bad link":    {"authorize_uri": "javascript:alert(1)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			b.road.fault(postCharge, 1, patches(change))
			order := b.order()
			_, err := b.provider.CreatePayment(t.Context(), order)
			e := errorFor(t, err, contract.MalformedResponse, contract.Indeterminate)
			assert.Equal(t, b.ledger(order.Attempt.Key)[0].ID, e.Metadata[contract.MetaPaymentID])
			assert.Equal(t, 1, b.road.count(postCharge))
		})
	}
}

func TestADifferentReturnURLIsNoError(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.road.fault(postCharge, 1, patches(map[string]any{"return_uri": "https://omise.co"}))
	b.create(b.order())
}

func TestADeclineIsAnAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.road.fault(postCharge, 1, patches(map[string]any{"status": "failed", "failure_code": "payment_rejected", "failure_message": "no"}))
	payment := b.create(b.order())
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Equal(t, &contract.Failure{Code: contract.FailureDeclined, ProviderCode: "payment_rejected", Message: "no"}, payment.Failure)
}

func TestAMethodThatTheAccountLacksSaysWhomToAsk(t *testing.T) {
	t.Parallel()
	b := open(t, &setup{dials: sandbox.Dials{WithoutAlipay: true}})
	_, err := b.provider.CreatePayment(t.Context(), b.order())
	e := errorFor(t, err, contract.MethodNotEnabled, contract.Rejected)
	assert.Contains(t, e.Message, "support@omise.co")

	probing := b.configuration(nil)
	probing.Probe = true
	account, err := b.provider.Configure(t.Context(), probing)
	require.NoError(t, err)
	assert.Empty(t, account.PaymentMethods)
	b.road.clear()
	_, err = b.provider.CreatePayment(t.Context(), b.order())
	e = errorFor(t, err, contract.MethodNotEnabled, contract.NotAttempted)
	assert.Contains(t, e.Message, "support@omise.co")
	assert.Zero(t, b.road.all())
}

func TestNothingIsSentForARequestThatIsNotLegal(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for name, change := range map[string]func(*contract.CreatePaymentRequest){
		"amount":        func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = 0 },
		"too little":    func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits = 1999 },
		"currency":      func(r *contract.CreatePaymentRequest) { r.Amount.Currency = "USD" },
		"key":           func(r *contract.CreatePaymentRequest) { r.Attempt.Key = "" },
		"reference":     func(r *contract.CreatePaymentRequest) { r.Reference = "" },
		"return URL":    func(r *contract.CreatePaymentRequest) { r.ReturnURL = "/back" },
		"method":        func(r *contract.CreatePaymentRequest) { r.Method = "cash" },
		"webhook URL":   func(r *contract.CreatePaymentRequest) { r.WebhookURL = "https://shop.example/hooks" },
		"own metadata":  func(r *contract.CreatePaymentRequest) { r.Metadata = map[string]string{"paysocket_key": "x"} },
		"form metadata": func(r *contract.CreatePaymentRequest) { r.Metadata = map[string]string{"a[b]": "x"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			order := *b.order()
			order.Attempt.Key = "key-illegal"
			change(&order)
			_, err := b.provider.CreatePayment(t.Context(), &order)
			var e *contract.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, contract.NotAttempted, e.Outcome)
			assert.NotEmpty(t, e.Violations)
			assert.Zero(t, b.road.all())
		})
	}
}

func TestTextsReachTheGatewayUnaltered(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	order := b.order()
	order.Reference = "订单 №7 “quoted”\nsecond line 🍵 & = % + "
	order.Description = order.Reference
	payment := b.create(order)
	assert.Equal(t, order.Reference, payment.Reference)
	made := b.ledger(order.Attempt.Key)[0]
	assert.Equal(t, order.Reference, made.Reference)
	assert.Equal(t, order.Description, made.Description)
}
