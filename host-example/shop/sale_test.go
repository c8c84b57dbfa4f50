package shop

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
)

func baht(satang int64) contract.Money { return contract.Money{Currency: "THB", MinorUnits: satang} }

// pendingSale is a sale of THB 1000.00 whose payment is known.
func pendingSale() *Sale {
	return &Sale{
		ID: "sale", Amount: baht(100_000), Attempt: Attempt{Attempt: contract.Attempt{Key: "key"}}, State: Pending, PaymentID: "payment",
		AmountRefunded: baht(0),
	}
}

// answerFor is a provider's answer about pendingSale.
func answerFor(status contract.PaymentStatus) *contract.Payment {
	return &contract.Payment{
		PaymentID: "payment", IdempotencyKey: "key", Status: status, Amount: baht(100_000), AmountRefunded: baht(0),
	}
}

func TestSale_ChangesStateOnlyAsTheChartAllows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from    State
		answer  contract.PaymentStatus
		to      State
		flagged bool
	}{
		{Intent, contract.PaymentPending, Pending, false},
		{Unknown, contract.PaymentPending, Pending, false},
		{Pending, contract.PaymentUnknown, Unknown, false},
		{Pending, contract.PaymentSucceeded, Succeeded, false},
		{Pending, contract.PaymentFailed, Failed, false},
		{Pending, contract.PaymentExpired, Expired, false},
		{Pending, contract.PaymentCanceled, Canceled, false},
		// Late successes.
		{Failed, contract.PaymentSucceeded, Succeeded, true},
		{Expired, contract.PaymentSucceeded, Succeeded, true},
		{Canceled, contract.PaymentSucceeded, Succeeded, true},
		{Abandoned, contract.PaymentSucceeded, Succeeded, true},
		// Older answers.
		{Succeeded, contract.PaymentPending, Succeeded, false},
		{Failed, contract.PaymentPending, Failed, false},
		// Contradictions.
		{Succeeded, contract.PaymentFailed, Succeeded, true},
		{Succeeded, contract.PaymentCanceled, Succeeded, true},
		{Succeeded, contract.PaymentUnknown, Succeeded, true},
		{Expired, contract.PaymentFailed, Expired, true},
	} {
		sale := pendingSale()
		sale.State = c.from
		require.NoError(t, sale.apply(answerFor(c.answer)))
		assert.Equal(t, c.to, sale.State, "%s, %s", c.from, c.answer)
		assert.Equal(t, c.flagged, len(sale.Attention) > 0, "%s, %s: %v", c.from, c.answer, sale.Attention)
	}
}

func TestSale_RefusesAnAnswerAboutAnotherSale(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*contract.Payment){
		"payment id":      func(p *contract.Payment) { p.PaymentID = "another" },
		"idempotency key": func(p *contract.Payment) { p.IdempotencyKey = "" },
		"amount":          func(p *contract.Payment) { p.Amount = baht(1) },
		"amount ":         func(p *contract.Payment) { p.Amount.Currency = "JPY" },
		"live flag":       func(p *contract.Payment) { p.Live = true },
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			sale, answer := pendingSale(), answerFor(contract.PaymentSucceeded)
			change(answer)
			var mismatch *MismatchError
			require.ErrorAs(t, sale.apply(answer), &mismatch)
			assert.Contains(t, field, mismatch.Field)
			assert.Equal(t, Pending, sale.State)
			assert.Len(t, sale.Attention, 1)
			require.Error(t, sale.apply(answer))
			assert.Len(t, sale.Attention, 1, "the same reason is not added twice")
		})
	}
}

func TestSale_KeepsALinkThatIsNotRepeated(t *testing.T) {
	t.Parallel()
	sale, answer := pendingSale(), answerFor(contract.PaymentPending)
	answer.NextAction = &contract.NextAction{Redirect: &contract.Redirect{URL: "https://pay.example/1"}}
	require.NoError(t, sale.apply(answer))
	require.NoError(t, sale.apply(answerFor(contract.PaymentPending)))
	require.NotNil(t, sale.Action)
	assert.Equal(t, "https://pay.example/1", sale.Action.Redirect.URL)
}

func TestSale_RefundableCountsEveryRefundThatMayHaveHappened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		refunds  []Refund
		gateway  int64
		expected int64
	}{
		{"none", nil, 0, 100_000},
		{"done", []Refund{{State: Succeeded, Amount: baht(30_000)}}, 30_000, 70_000},
		{"lost", []Refund{{State: Unknown, Amount: baht(30_000)}}, 0, 70_000},
		{"stored", []Refund{{State: Intent, Amount: baht(30_000)}}, 0, 70_000},
		{"failed", []Refund{{State: Failed, Amount: baht(30_000)}}, 0, 100_000},
		{"never made", []Refund{{State: Abandoned, Amount: baht(30_000)}}, 0, 100_000},
		{"made in the dashboard", []Refund{{State: Succeeded, Amount: baht(30_000)}}, 80_000, 20_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sale := pendingSale()
			sale.Refunds, sale.AmountRefunded = c.refunds, baht(c.gateway)
			left, err := sale.refundable()
			require.NoError(t, err)
			assert.Equal(t, baht(c.expected), left)
		})
	}
}

func TestRefund_RefusesAnAnswerAboutAnotherRefund(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*contract.Refund){
		"payment": func(r *contract.Refund) { r.PaymentID = "another" },
		"key":     func(r *contract.Refund) { r.IdempotencyKey = "another" },
		"amount":  func(r *contract.Refund) { r.Amount = baht(1) },
		"mode":    func(r *contract.Refund) { r.Live = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sale := pendingSale()
			refund := &Refund{Amount: baht(30_000), Attempt: Attempt{Attempt: contract.Attempt{Key: "refund-key"}}, State: Intent}
			answer := &contract.Refund{
				RefundID: "refund", PaymentID: "payment", IdempotencyKey: "refund-key", Amount: baht(30_000), Status: contract.RefundSucceeded,
			}
			change(answer)
			require.Error(t, refund.apply(sale, answer))
			assert.Equal(t, Intent, refund.State)
			assert.True(t, refund.reservesMoney(), "the money stays reserved")
			assert.NotEmpty(t, sale.Attention)
		})
	}
}

func TestRefund_ReleasesItsMoneyAndFlagsTheSaleWhenItFails(t *testing.T) {
	t.Parallel()
	sale := pendingSale()
	refund := &Refund{Amount: baht(30_000), Attempt: Attempt{Attempt: contract.Attempt{Key: "refund-key"}}, State: Pending}
	require.NoError(t, refund.apply(sale, &contract.Refund{
		RefundID: "refund", PaymentID: "payment", IdempotencyKey: "refund-key", Amount: baht(30_000), Status: contract.RefundFailed,
	}))
	assert.Equal(t, Failed, refund.State)
	assert.False(t, refund.reservesMoney())
	assert.NotEmpty(t, sale.Attention)
}

func TestLink_InsecureIsFollowedInTestModeOrOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		link    string
		live    bool
		allowed bool
	}{
		{"https://pay.example/1", true, true},
		{"http://pay.example/1", true, false},
		{"http://pay.example/1", false, true},
		{"http://127.0.0.1:4000/1", true, true},
		{"http://localhost.evil.example/1", true, false},
		{"javascript:alert(1)", false, false},
		{"https://user@pay.example/1", false, false},
		{"//pay.example/1", false, false},
	} {
		// The Insecure flag of the provider is not believed.
		link, err := checkLink(&contract.Redirect{URL: c.link}, c.live)
		if c.allowed {
			require.NoError(t, err, c.link)
			assert.Equal(t, c.link, link)
			continue
		}
		var refusal *LinkError
		require.ErrorAs(t, err, &refusal, c.link)
	}
}
