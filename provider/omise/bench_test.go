package omise_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/provider/omise"
)

// Each benchmark has a plain one beside it that does the same with net/http and encoding/json, without any checks: compare
// the two of one run, not figures of two machines.

func BenchmarkRetrieveCharge(b *testing.B) {
	base := serveForever(b, testdata(b, "charge_pending_2019.json"))
	b.Run("client", func(b *testing.B) {
		c := client(b, base, nil)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.RetrieveCharge(b.Context(), chargeID); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}
		b.Cleanup(plain.CloseIdleConnections)
		b.ReportAllocs()
		for b.Loop() {
			var charge plainCharge
			if err := plainGet(b.Context(), plain, base+"/charges/"+chargeID, &charge); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkListCharges reads a page of a hundred charges: a hundredth of an operation is what a charge costs a look-up.
func BenchmarkListCharges(b *testing.B) {
	charges := strings.Repeat(testdata(b, "charge_pending_2019.json")+",", omise.MaxPageSize)
	base := serveForever(b, `{"object":"list","offset":0,"limit":100,"total":100,"data":[`+strings.TrimSuffix(charges, ",")+`]}`)
	b.Run("client", func(b *testing.B) {
		c := client(b, base, nil)
		b.ReportAllocs()
		for b.Loop() {
			page, err := c.ListCharges(b.Context(), &omise.ListOptions{Limit: omise.MaxPageSize})
			if err != nil || len(page.Data) != omise.MaxPageSize {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		plain := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 20 * time.Second}
		b.Cleanup(plain.CloseIdleConnections)
		b.ReportAllocs()
		for b.Loop() {
			var page struct{ Data []plainCharge }
			if err := plainGet(b.Context(), plain, base+"/charges?limit=100", &page); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerifyAndDecode(b *testing.B) {
	body := []byte(testdata(b, "event_2019_around_charge_2015.json"))
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
	signature := digest()
	b.Run("client", func(b *testing.B) {
		v := verifier(b, 0, vectorSecret)
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if err := v.Verify([]string{signature}, []string{timestamp}, body, at); err != nil {
				b.Fatal(err)
			}
			event, err := omise.ParseEvent(body)
			if err != nil {
				b.Fatal(err)
			}
			if _, err = event.Charge(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			if digest() != signature {
				b.Fatal("the signature does not fit")
			}
			var event struct {
				Object, ID, Key, Location string
				Livemode                  bool
				CreatedAt                 time.Time `json:"created_at"`
				Data                      plainCharge
			}
			if err := json.Unmarshal(body, &event); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDecodeEvent reads an event of 2 kB and the charge in it.
func BenchmarkDecodeEvent(b *testing.B) {
	body := []byte(`{"object":"event","id":"evnt_1","livemode":false,"location":"/events/evnt_1","webhook_deliveries":[],"data":` +
		testdata(b, "charge_refunded_2019.json") + `,"key":"charge.complete","created_at":"2019-05-22T07:05:01Z"}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		event, err := omise.ParseEvent(body)
		if err != nil {
			b.Fatal(err)
		}
		if _, err = event.Charge(); err != nil {
			b.Fatal(err)
		}
	}
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

func plainGet(ctx context.Context, c *http.Client, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	request.SetBasicAuth(secretKey, "")
	response, err := c.Do(request)
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

// serveForever answers every request with the body.
func serveForever(b *testing.B, body string) string {
	b.Helper()
	_, base := listen(b, answer(http.StatusOK, "", strings.TrimSpace(body)))
	return base
}
