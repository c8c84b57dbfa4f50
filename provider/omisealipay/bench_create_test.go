package omisealipay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/contract"
	pb "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/internal/bench/bare"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// roleKey names the variable by which a benchmark makes this binary play a provider: "provider", or "bare", which is its floor.
const roleKey = "PAYSOCKET_BENCH_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleKey) {
	case "provider":
		plugin.Serve(omisealipay.New(nil), nil)
	case "bare":
		bare.Serve(&bareProvider{base: os.Getenv("BASE"), client: http.Client{
			Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second,
		}})
	default:
		os.Exit(m.Run())
	}
}

// bareProvider makes the two requests of a payment by net/http and encoding/json, and believes their answers.
type bareProvider struct {
	pb.UnimplementedPaymentProviderServer

	base   string
	client http.Client
}

func (p *bareProvider) CreatePayment(ctx context.Context, r *pb.CreatePaymentRequest) (*pb.CreatePaymentResponse, error) {
	amount := url.Values{"amount": {strconv.FormatInt(r.GetAmount().GetMinorUnits(), 10)}, "currency": {strings.ToLower(r.GetAmount().GetCurrency())}}
	amount.Set("type", r.GetMethod())
	var source struct{ ID string }
	if err := p.post(ctx, "/sources", amount, &source); err != nil {
		return nil, err
	}
	amount.Del("type")
	amount.Set("source", source.ID)
	amount.Set("return_uri", r.GetReturnUrl())
	amount.Set("metadata[paysocket_key]", r.GetAttempt().GetKey())
	amount.Set("metadata[paysocket_reference]", r.GetReference())
	var charge struct {
		ID, Currency, Status string
		Amount               int64
		AuthorizeURI         string `json:"authorize_uri"`
		Metadata             map[string]string
	}
	if err := p.post(ctx, "/charges", amount, &charge); err != nil {
		return nil, err
	}
	return &pb.CreatePaymentResponse{Payment: &pb.Payment{
		PaymentId: charge.ID, IdempotencyKey: charge.Metadata["paysocket_key"], Reference: charge.Metadata["paysocket_reference"], Method: r.GetMethod(),
		Status: pb.PaymentStatus_PAYMENT_STATUS_PENDING, ProviderStatus: charge.Status, Amount: &pb.Money{Currency: charge.Currency, MinorUnits: charge.Amount},
		NextAction: &pb.NextAction{Action: &pb.NextAction_Redirect{Redirect: &pb.Redirect{Url: charge.AuthorizeURI}}},
	}}, nil
}

func (p *bareProvider) post(ctx context.Context, path string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.SetBasicAuth("skey_test_5canarybenchmark", "")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}

const (
	cannedSource = `{"object":"source","id":"src_test_5fzcsnxy2p1zbpgs5fs","livemode":false,"location":"/sources/src_test_5fzcsnxy2p1zbpgs5fs",` +
		`"amount":100000,"currency":"THB","flow":"redirect","type":"alipay","created_at":"2026-11-22T08:00:00Z"}`
	cannedCharge = `{"object":"charge","id":"chrg_test_5fzcso1ns6fh4cf2ijz","livemode":false,"location":"/charges/chrg_test_5fzcso1ns6fh4cf2ijz",` +
		`"amount":100000,"net":96255,"fee":3500,"fee_vat":245,"interest":0,"interest_vat":0,"funding_amount":100000,"refunded_amount":0,` +
		`"transaction_fees":{"fee_flat":"0.0","fee_rate":"3.5","vat_rate":"7.0"},"platform_fee":{"fixed":null,"amount":null,"percentage":null},` +
		`"currency":"THB","funding_currency":"THB","ip":null,"refunds":{"object":"list","data":[],"limit":20,"offset":0,"total":0},` +
		`"link":null,"description":null,"metadata":{"paysocket_key":"` + bench.Echoed + `","paysocket_reference":"order 1235813"},"card":null,` +
		`"source":` + cannedSource + `,"schedule":null,"customer":null,"dispute":null,"transaction":null,"failure_code":null,"failure_message":null,` +
		`"status":"pending","authorize_uri":"https://pay.example/payments/1/authorize","return_uri":"https://shop.example/return","created_at":` +
		`"2026-11-22T08:00:00Z","paid_at":null,"expires_at":"2036-11-29T08:00:00Z","expired_at":null,"reversed_at":null,"zero_interest_installments":false,` +
		`"branch":null,"terminal":null,"device":null,"authorized":false,"capturable":false,"capture":true,"disputable":false,"livemode":false,` +
		`"refundable":false,"reversed":false,"reversible":false,"voided":false,"paid":false,"expired":false}`
)

// BenchmarkCreatePayment makes a payment from a host through the provider's process to a stub of the gateway, beside go-plugin
// alone with a handler that makes the bare requests; and in one request instead of two.
func BenchmarkCreatePayment(b *testing.B) {
	base := bench.Canned(b, bench.Answer{Begins: "POST /sources", Body: cannedSource},
		bench.Answer{Begins: "POST /charges", Body: strings.Replace(cannedCharge, `"livemode":false,`, "", 1), Echo: "paysocket_key%5D="})
	binary, err := os.Executable()
	require.NoError(b, err)
	twoSteps, oneStep := openBench(b, binary, base, "two_step"), openBench(b, binary, base, "one_step")
	floor, err := bare.Open(b.Context(), binary, nil, roleKey+"=bare", "BASE="+base)
	require.NoError(b, err)
	b.Cleanup(floor.Close)
	var keys atomic.Int64
	through := func(client *plugin.Client) bench.Side {
		return bench.Side{PID: client.Process().PID, Do: func() error {
			_, err := client.CreatePayment(b.Context(), &contract.CreatePaymentRequest{
				Attempt: contract.Attempt{Key: benchKey(&keys)}, Reference: "order 1235813", Method: "alipay",
				Amount: contract.Money{Currency: "THB", MinorUnits: 100_000}, ReturnURL: "https://shop.example/return",
			})
			return err
		}}
	}
	b.Run("floor", func(b *testing.B) {
		bench.Compare(b, bench.Window{Callers: 8, Calls: 200}, through(twoSteps), bench.Side{PID: floor.PID(), Do: func() error {
			_, err := floor.CreatePayment(b.Context(), &pb.CreatePaymentRequest{
				Attempt: &pb.Attempt{Key: benchKey(&keys)}, Reference: "order 1235813", Method: "alipay",
				Amount: &pb.Money{Currency: "THB", MinorUnits: 100_000, Exponent: new(int32(2))}, ReturnUrl: "https://shop.example/return",
			})
			return err
		}})
	})
	b.Run("one-step", func(b *testing.B) {
		bench.Compare(b, bench.Window{Callers: 8, Calls: 200}, through(oneStep), through(twoSteps))
	})
}

// benchKey returns a key that bench.Echoed has room for.
func benchKey(keys *atomic.Int64) string { return fmt.Sprintf("key-%016d", keys.Add(1)) }

func openBench(b *testing.B, binary, base, creation string) *plugin.Client {
	b.Helper()
	client, err := plugin.Open(b.Context(), binary, &plugin.OpenOptions{
		Env: []string{roleKey + "=provider"},
		Configuration: &contract.Configuration{
			Mode: contract.ModeTest, Settings: map[string]string{"api_base": base, "creation": creation},
			Secrets: map[string]contract.Secret{
				"secret_key": contract.NewSecret("skey_test_5canarybenchmark"), "webhook_secrets": contract.NewSecret("bm90IGEgc2VjcmV0IG9mIGFueWJvZHkncyBhdCBhbGw="),
			},
		},
	})
	require.NoError(b, err)
	b.Cleanup(func() { _ = client.Close() })
	return client
}
