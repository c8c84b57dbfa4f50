package acmepay

import (
	"regexp"
	"strconv"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/provider/kit"
	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/kit/strictjson"
)

// refusals has the reason of each error that the gateway documents, by HTTP status
// and code, and what to do about it; an empty advice means the default text. Add
// all that your gateway documents. Others are judged by their HTTP status alone.
var refusals = map[string]struct {
	reason contract.Reason
	advice string
}{
	"400 currency_unknown":    {contract.CurrencyUnsupported, "ask the gateway to open the currency for the account, or leave it out of describe.go"},
	"400 amount_out_of_range": {contract.AmountOutOfRange, "the amount is too small or too large; check the limits of describe.go against the account's"},
	"400 method_unknown":      {contract.MethodUnsupported, "ask the gateway to open the payment method for the account"},
	"404 bill_unknown":        {contract.PaymentNotFound, "there is no such payment; check the id, and that the secret key is of the account that made it"},
	"409 key_taken":           {contract.IdempotencyKeyReused, ""},
	"409 account_full":        {contract.ProviderRejected, "the account takes no more payments; ask the gateway"},
}

var (
	codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	idForm   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
)

// refused returns the error of an answer that is not a success.
func refused(x *roundtrip.Exchange) *contract.Error {
	var object struct {
		Error struct {
			Code     text `json:"code"`
			BillID   text `json:"bill_id"`
			RefundID text `json:"refund_id"`
		} `json:"error"`
	}
	// The body may also be a proxy's page. Then there is no code, and the status decides.
	_ = strictjson.Decode(strictjson.ToUTF8(x.Body), roundtrip.DefaultMaxBody, &object)
	code := codeForm.FindString(object.Error.Code.Value)
	meant, known := refusals[strconv.Itoa(x.Status)+" "+code]
	if !known {
		meant.reason = kit.ReasonOfStatus(x.Status)
	}
	return kit.Refusal(x, meant.reason, code, meant.advice).
		With(contract.MetaPaymentID, idForm.FindString(object.Error.BillID.Value)).
		With(contract.MetaRefundID, idForm.FindString(object.Error.RefundID.Value))
}
