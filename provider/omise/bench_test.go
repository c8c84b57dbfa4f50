package omise_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/provider/omise"
)

// Each benchmark has a plain one beside it that does the same with net/http and encoding/json, without any checks: compare
// the two of one run, not figures of two machines.

func BenchmarkRetrieveCharge(b *testing.B) {
	base := bench.Canned(b, bench.Answer{Begins: "GET /charges/", Body: testdata(b, "charge_pending_2019.json")})
	c, plain := client(b, base, nil), newPlain(b)
	bench.Compare(b, bench.Window{Calls: 200},
		bench.Side{Do: func() error { _, err := c.RetrieveCharge(b.Context(), chargeID); return err }},
		bench.Side{Do: func() error {
			var charge plainCharge
			return plain.get(b.Context(), base+"/charges/"+chargeID, &charge)
		}})
}

// BenchmarkCreateCharge makes a source and then a charge of it.
func BenchmarkCreateCharge(b *testing.B) {
	base := bench.Canned(b,
		bench.Answer{Begins: "POST /sources", Body: `{"object":"source","id":"` + sourceID + `","livemode":false,"type":"alipay","flow":"redirect","amount":1000000,"currency":"thb"}`},
		bench.Answer{Begins: "POST /charges", Body: testdata(b, "charge_pending_2019.json")})
	c, plain := client(b, base, nil), newPlain(b)
	bench.Compare(b, bench.Window{Calls: 100},
		bench.Side{Do: func() error {
			source, err := c.CreateSource(b.Context(), omise.NewSource{Type: "alipay", Amount: 1_000_000, Currency: "thb"})
			if err != nil {
				return err
			}
			_, err = c.CreateCharge(b.Context(), omise.NewCharge{SourceID: source.ID, Amount: 1_000_000, Currency: "thb", ReturnURI: "https://shop.example/return"})
			return err
		}},
		bench.Side{Do: func() error {
			var source struct{ ID string }
			if err := plain.post(b.Context(), base+"/sources", url.Values{"type": {"alipay"}, "amount": {"1000000"}, "currency": {"thb"}}, &source); err != nil {
				return err
			}
			var charge plainCharge
			return plain.post(b.Context(), base+"/charges", url.Values{
				"source": {source.ID}, "amount": {"1000000"}, "currency": {"thb"}, "return_uri": {"https://shop.example/return"},
			}, &charge)
		}})
}

// BenchmarkListCharges reads a page of a hundred charges: a hundredth of a call is what a charge costs a look-up.
func BenchmarkListCharges(b *testing.B) {
	charges := strings.Repeat(testdata(b, "charge_pending_2019.json")+",", omise.MaxPageSize)
	base := bench.Canned(b, bench.Answer{
		Begins: "GET /charges", Body: `{"object":"list","offset":0,"limit":100,"total":100,"data":[` + strings.TrimSuffix(charges, ",") + `]}`,
	})
	c, plain := client(b, base, nil), newPlain(b)
	bench.Compare(b, bench.Window{Calls: 20},
		bench.Side{Do: func() error {
			page, err := c.ListCharges(b.Context(), &omise.ListOptions{Limit: omise.MaxPageSize})
			if err == nil && len(page.Data) != omise.MaxPageSize {
				return errors.New("charges are missing")
			}
			return err
		}},
		bench.Side{Do: func() error {
			var page struct{ Data []plainCharge }
			return plain.get(b.Context(), base+"/charges?limit=100", &page)
		}})
}

// BenchmarkParseWebhook verifies and decodes an event of almost two kilobytes, with the charge in it.
func BenchmarkParseWebhook(b *testing.B) {
	body := []byte(`{"object":"event","id":"evnt_1","livemode":false,"location":"/events/evnt_1","webhook_deliveries":[],"data":` +
		testdata(b, "charge_pending_2019.json") + `,"key":"charge.complete","created_at":"2019-05-22T07:05:01Z"}`)
	at := time.Now()
	timestamp := strconv.FormatInt(at.Unix(), 10)
	key, err := base64.StdEncoding.DecodeString(vectorSecret)
	require.NoError(b, err)
	digest := func() string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(timestamp + "."))
		mac.Write(body)
		return hex.EncodeToString(mac.Sum(nil))
	}
	signature, v := digest(), verifier(b, 0, vectorSecret)
	bench.Compare(b, bench.Window{Calls: 500},
		bench.Side{Do: func() error {
			if err := v.Verify([]string{signature}, []string{timestamp}, body, at); err != nil {
				return err
			}
			event, err := omise.ParseEvent(body)
			if err != nil {
				return err
			}
			_, err = event.Charge()
			return err
		}},
		bench.Side{Do: func() error {
			if !hmac.Equal([]byte(digest()), []byte(signature)) {
				return errors.New("the signature does not fit")
			}
			var event struct {
				Object, ID, Key, Location string
				Livemode                  bool
				CreatedAt                 time.Time `json:"created_at"`
				Data                      plainCharge
			}
			return json.Unmarshal(body, &event)
		}})
}

// plainCharge has the fields of Charge, of one version.
type plainCharge struct {
	Object, ID, Status, Currency, Description, Offsite string
	Livemode, Authorized, Paid, Reversed, Expired      *bool
	Voided, Refundable                                 *bool
	Amount                                             int64
	RefundedAmount                                     *int64            `json:"refunded_amount"`
	AuthorizeURI                                       string            `json:"authorize_uri"`
	ReturnURI                                          string            `json:"return_uri"`
	FailureCode                                        *string           `json:"failure_code"`
	FailureMessage                                     *string           `json:"failure_message"`
	Transaction                                        *string           `json:"transaction"`
	FundingCurrency                                    string            `json:"funding_currency"`
	FundingAmount                                      *int64            `json:"funding_amount"`
	FeeVAT                                             *int64            `json:"fee_vat"`
	Metadata                                           map[string]string `json:"metadata"`
	Fee, Net                                           *int64
	CreatedAt                                          time.Time  `json:"created_at"`
	ExpiresAt                                          time.Time  `json:"expires_at"`
	PaidAt                                             *time.Time `json:"paid_at"`
	Source                                             *struct {
		Object, ID, Type, Flow, Currency string
		Amount                           int64
	}
	Refunds *struct {
		Total, Offset int
		Data          []struct{ ID, Charge, Currency string }
	}
}

// plainClient is the floor: net/http and encoding/json, with as many idle connections as the client keeps.
type plainClient struct{ http http.Client }

func newPlain(b *testing.B) *plainClient {
	b.Helper()
	made := &plainClient{http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}}
	b.Cleanup(made.http.CloseIdleConnections)
	return made
}

func (c *plainClient) get(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	return c.do(request, into)
}

func (c *plainClient) post(ctx context.Context, address string, form url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(request, into)
}

func (c *plainClient) do(request *http.Request, into any) error {
	request.SetBasicAuth(secretKey, "")
	response, err := c.http.Do(request)
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
