package omisealipay_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit/kittest"
	"github.com/paysocket/paysocket/provider/omise/sandbox"
)

func TestCreatePayment_MakesASourceAndOneChargeWithIt(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2017-11-02", "2019-05-29"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, &setup{settings: []string{"api_version", version}})
			order := f.newPayment()
			order.Amount.MinorUnits = 123_45 // satang matter
			payment := f.create(order)

			assert.Equal(t, contract.PaymentPending, payment.Status)
			assert.Equal(t, "pending", payment.ProviderStatus)
			assert.Equal(t, order.Reference, payment.Reference)
			assert.False(t, payment.Live)
			assert.False(t, payment.Replayed)
			assert.Equal(t, f.clock.Now().Add(24*time.Hour), payment.ExpiresAt)

			made := f.ledger(order.Attempt.Key)
			require.Len(t, made, 1)
			assert.Equal(t, payment.PaymentID, made[0].ID)
			assert.EqualValues(t, 123_45, made[0].Amount)
			assert.Equal(t, order.ReturnURL, made[0].ReturnURL)
			assert.Equal(t, made[0].RedirectURL, payment.NextAction.Redirect.URL)
			assert.True(t, payment.NextAction.Redirect.Insecure, "the sandbox's link is http")
			asked := f.front.Requests()
			require.Len(t, asked, 2, "a first attempt costs no look-up")
			assert.Equal(t, "7", asked[1].Form().Get("metadata[cart]"))
		})
	}
}

func TestCreatePayment_IsOneRequestInOneStep(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{settings: []string{"creation", "one_step"}})
	payment := f.create(f.newPayment())
	assert.Equal(t, contract.PaymentPending, payment.Status)
	asked := f.front.Requests()
	require.Len(t, asked, 1)
	assert.Equal(t, "alipay", asked[0].Form().Get("source[type]"))
}

func TestCreatePayment_MakesSourcesWithThePublicKey(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	configuration := f.configuration()
	credentials := f.scope.Connection().Credentials
	configuration.Secrets["public_key"] = contract.NewSecret(credentials["public_key"])
	_, err := f.Configure(t.Context(), configuration)
	require.NoError(t, err)
	f.create(f.newPayment())
	asked := f.front.Requests()
	require.Len(t, asked, 2)
	assert.Equal(t, credentials["public_key"], userOf(&asked[0]))
	assert.Equal(t, credentials["secret_key"], userOf(&asked[1]))
}

func TestCreatePayment_NamesThePayersDeviceForAlipayCN(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	order.Method, order.Payer = "alipay_cn", &contract.Payer{Platform: contract.PlatformIOS}
	payment := f.create(order)
	assert.Equal(t, "alipay_cn", payment.Method)
	assert.Contains(t, string(f.requests(postSource)[0].Body), "platform_type=IOS")
}

func TestCreatePayment_ReturnsTheSamePaymentAsItIsNow(t *testing.T) {
	t.Parallel()
	for name, flagged := range map[string]bool{"with FirstAt": true, "from memory alone": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			order := f.newPayment()
			first := f.create(order)
			f.move(first.PaymentID, gateway.StateSucceeded)
			if flagged {
				order = repeat(order, f.answered)
			}
			second := f.create(order)
			assert.Equal(t, first.PaymentID, second.PaymentID)
			assert.Equal(t, contract.PaymentSucceeded, second.Status)
			assert.True(t, second.Replayed)
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestCreatePayment_FindsThePaymentByItsKeyAfterARestart(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	first := f.create(order)
	second, err := f.restarted().CreatePayment(t.Context(), repeat(order, f.lost))
	require.NoError(t, err)
	assert.Equal(t, first.PaymentID, second.PaymentID)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
}

func TestCreatePayment_RefusesAKeyOfAnotherPayment(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*contract.CreatePaymentRequest){
		"amount": func(r *contract.CreatePaymentRequest) { r.Amount.MinorUnits++ },
		"method": func(r *contract.CreatePaymentRequest) { r.Method = "alipay_cn" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, nil)
			order := f.newPayment()
			first := f.create(order)
			other := repeat(order, f.answered)
			change(other)
			_, err := f.CreatePayment(t.Context(), other)
			e := kittest.ErrorOf(t, err, contract.IdempotencyKeyReused, contract.Indeterminate)
			assert.Equal(t, first.PaymentID, e.Metadata[contract.MetaPaymentID])
			assert.Contains(t, e.Message, name)
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestCreatePayment_MakesOneChargeForConcurrentCalls(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postCharge, 1, kittest.Hold(held, release))
	order := f.newPayment()
	payments := make([]*contract.Payment, 16)
	var calls sync.WaitGroup
	call := func(i int) {
		payment, err := f.CreatePayment(t.Context(), order)
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
	assert.Equal(t, 1, f.front.Count(postCharge))
}

func TestCreatePayment_GoesOnAfterItsFirstCallerHasLeft(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	f.fail(postCharge, 1, kittest.Hold(held, release))
	order := f.newPayment()
	impatient, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := f.provider.CreatePayment(impatient, order)
		left <- err
	}()
	<-held
	leave()
	kittest.RequireError(t, <-left, contract.ProviderTimeout, contract.Indeterminate)
	close(release)
	payment := f.create(order)
	assert.Len(t, f.ledger(order.Attempt.Key), 1)
	assert.Equal(t, payment.PaymentID, f.ledger(order.Attempt.Key)[0].ID)
	assert.Equal(t, 1, f.front.Count(postCharge))
}

func TestCreatePayment_EndsIfItIsLeftBeforeItMovesMoney(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	held, release := make(chan struct{}, 1), make(chan struct{})
	defer close(release)
	f.fail(postSource, 1, kittest.Hold(held, release))
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	order := f.newPayment()
	go func() {
		_, err := f.provider.CreatePayment(ctx, order)
		left <- err
	}()
	<-held
	leave()
	kittest.RequireError(t, <-left, contract.DeadlineTooShort, contract.NotAttempted)
	f.create(order) // nothing is known against the key
	assert.Equal(t, 1, f.front.Count(postCharge))
}

func TestCreatePayment_BeginsNoChargeWithTooLittleTime(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := f.provider.CreatePayment(ctx, f.newPayment())
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Empty(t, f.front.Seen())

	over, cancelled := context.WithCancel(t.Context())
	cancelled()
	_, err = f.provider.CreatePayment(over, f.newPayment())
	kittest.RequireError(t, err, contract.DeadlineTooShort, contract.NotAttempted)
	assert.Empty(t, f.front.Seen())
}

func TestCreatePayment_ComparesTheChargeWithTheRequest(t *testing.T) {
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
			f := newFixture(t, nil)
			f.fail(postCharge, 1, kittest.Patch(change))
			order := f.newPayment()
			_, err := f.CreatePayment(t.Context(), order)
			e := kittest.ErrorOf(t, err, contract.MalformedResponse, contract.Indeterminate)
			assert.Equal(t, f.ledger(order.Attempt.Key)[0].ID, e.Metadata[contract.MetaPaymentID])
			assert.Equal(t, 1, f.front.Count(postCharge))
		})
	}
}

func TestCreatePayment_AllowsAnotherReturnURL(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.fail(postCharge, 1, kittest.Patch(map[string]any{"return_uri": "https://omise.co"}))
	f.create(f.newPayment())
}

func TestCreatePayment_ReturnsADeclinedPayment(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	f.fail(postCharge, 1, kittest.Patch(map[string]any{"status": "failed", "failure_code": "payment_rejected", "failure_message": "no"}))
	payment := f.create(f.newPayment())
	assert.Equal(t, contract.PaymentFailed, payment.Status)
	assert.Equal(t, &contract.Failure{Code: contract.FailureDeclined, ProviderCode: "payment_rejected", Message: "no"}, payment.Failure)
}

func TestCreatePayment_SaysHowToGetAMethod(t *testing.T) {
	t.Parallel()
	f := newFixture(t, &setup{dials: sandbox.Dials{WithoutAlipay: true}})
	_, err := f.CreatePayment(t.Context(), f.newPayment())
	e := kittest.ErrorOf(t, err, contract.MethodNotEnabled, contract.Rejected)
	assert.Contains(t, e.Message, "support@omise.co")

	probing := f.configuration()
	probing.Probe = true
	account, err := f.Configure(t.Context(), probing)
	require.NoError(t, err)
	assert.Empty(t, account.PaymentMethods)
	f.front.Seen()
	_, err = f.CreatePayment(t.Context(), f.newPayment())
	e = kittest.ErrorOf(t, err, contract.MethodNotEnabled, contract.NotAttempted)
	assert.Equal(t, "method", e.Violations[0].Field)
	assert.Empty(t, f.front.Seen())
}

func TestCreatePayment_SendsNothingForAnInvalidRequest(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
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
			order := *f.newPayment()
			order.Attempt.Key = "key-illegal"
			change(&order)
			_, err := f.CreatePayment(t.Context(), &order)
			var e *contract.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, contract.NotAttempted, e.Outcome)
			assert.NotEmpty(t, e.Violations)
			assert.Empty(t, f.front.Seen())
		})
	}
}

func TestCreatePayment_SendsTextsUnaltered(t *testing.T) {
	t.Parallel()
	f := newFixture(t, nil)
	order := f.newPayment()
	order.Reference = "订单 №7 “quoted”\nsecond line 🍵 & = % + "
	order.Description = order.Reference
	payment := f.create(order)
	assert.Equal(t, order.Reference, payment.Reference)
	made := f.ledger(order.Attempt.Key)[0]
	assert.Equal(t, order.Reference, made.Reference)
	assert.Equal(t, order.Description, made.Description)
}
