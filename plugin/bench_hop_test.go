package plugin_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/bench"
	"github.com/paysocket/paysocket/internal/bench/bare"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// roleBare is the floor: the answers of a plugintest.Provider, from go-plugin with nothing around it.
const roleBare = "bare"

type bareProvider struct {
	pb.UnimplementedPaymentProviderServer
}

func (bareProvider) Describe(context.Context, *pb.DescribeRequest) (*pb.DescribeResponse, error) {
	return &pb.DescribeResponse{}, nil
}

func (bareProvider) CreatePayment(_ context.Context, r *pb.CreatePaymentRequest) (*pb.CreatePaymentResponse, error) {
	return &pb.CreatePaymentResponse{Payment: &pb.Payment{
		PaymentId: "payment_1", IdempotencyKey: r.GetAttempt().GetKey(), Reference: r.GetReference(), Method: r.GetMethod(),
		Status: pb.PaymentStatus_PAYMENT_STATUS_PENDING, Amount: r.GetAmount(),
		AmountRefunded: &pb.Money{Currency: r.GetAmount().GetCurrency(), Exponent: r.GetAmount().Exponent}, CreatedAt: timestamppb.New(plugintest.Epoch()),
	}}, nil
}

// hopReference is as long as may be: a message has about 400 bytes then.
const hopReference = "order 3947 of the shop on the corner, two cups of oolong, one pot, to be delivered on Friday between nine and eleven in the " +
	"morning, not before; please ring twice, the bell is loud enough. If nobody is there, leave it with the neighbour of the first floor"

// BenchmarkHop is a call from a host to a provider in another process that answers at once, beside the same messages through
// go-plugin alone.
func BenchmarkHop(b *testing.B) {
	ours, err := plugin.Open(b.Context(), plugintest.Binary(b), &plugin.OpenOptions{
		Configuration: plugintest.Configuration(), Env: []string{plugintest.As(plugintest.RoleProvider)},
	})
	require.NoError(b, err)
	b.Cleanup(func() { _ = ours.Close() })
	floor, err := bare.Open(b.Context(), plugintest.Binary(b), nil, plugintest.As(roleBare))
	require.NoError(b, err)
	b.Cleanup(floor.Close)
	request := plugintest.Payment(hopReference)
	message := &pb.CreatePaymentRequest{
		Attempt: &pb.Attempt{Key: request.Attempt.Key}, Reference: request.Reference, Method: request.Method, ReturnUrl: request.ReturnURL,
		Amount: &pb.Money{Currency: request.Amount.Currency, MinorUnits: request.Amount.MinorUnits, Exponent: new(int32(2))},
	}
	for _, callers := range []int{1, 8, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			bench.Compare(b, bench.Window{Callers: callers, Calls: 1000},
				bench.Side{PID: ours.Process().PID, Do: func() error {
					_, err := ours.CreatePayment(b.Context(), request)
					return err
				}},
				bench.Side{PID: floor.PID(), Do: func() error {
					_, err := floor.CreatePayment(b.Context(), message)
					return err
				}})
		})
	}
}

// BenchmarkStart is the time from the start of a provider to its first answer, beside go-plugin alone with the two options that
// it has for that: the binary's sum, and certificates.
func BenchmarkStart(b *testing.B) {
	binary := plugintest.Binary(b)
	content, err := os.ReadFile(binary)
	require.NoError(b, err)
	sum := sha256.Sum256(content)
	var opened []func()
	done := func() {
		for _, end := range opened {
			end()
		}
		opened = nil
	}
	bench.Compare(b, bench.Window{Calls: 1},
		bench.Side{After: done, Do: func() error {
			client, err := plugin.Open(b.Context(), binary, &plugin.OpenOptions{
				SHA256: hex.EncodeToString(sum[:]), Env: []string{plugintest.As(plugintest.RoleProvider)},
			})
			if err == nil {
				opened = append(opened, func() { _ = client.Close() })
			}
			return err
		}},
		bench.Side{After: done, Do: func() error {
			client, err := bare.Open(b.Context(), binary, sum[:], plugintest.As(roleBare))
			if err != nil {
				return err
			}
			opened = append(opened, client.Close)
			_, err = client.Describe(b.Context(), &pb.DescribeRequest{})
			return err
		}})
}
