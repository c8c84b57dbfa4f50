// Package nodeexample_test opens the provider in JavaScript as a host does.
// There is no Go in the provider itself.
package nodeexample_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/contract"
	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/grpcseam"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// patience is how long a test waits for what should happen at once.
const patience = 10 * time.Second

func TestNodeExample_SellsAndRefunds(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	gateway, err := sandbox.New(&sandbox.Options{BaseURL: "http://" + server.Listener.Addr().String()})
	require.NoError(t, err)
	t.Cleanup(gateway.Close)
	server.Config.Handler = gateway.Handler()
	server.Start()
	t.Cleanup(server.Close)
	printed := &printed{}
	provider := opened(t, &plugin.OpenOptions{Stderr: printed, Configuration: configuration(server.URL, true)})
	assert.Equal(t, "TH", provider.Account().Country)

	payment, err := provider.CreatePayment(t.Context(), order("k1", contract.Money{Currency: "KWD", MinorUnits: 1234}))
	require.NoError(t, err)
	payAt(t, payment.NextAction.Redirect.URL)
	payment, err = provider.GetStatus(t.Context(), &contract.GetStatusRequest{PaymentID: payment.PaymentID})
	require.NoError(t, err)
	assert.Equal(t, contract.PaymentSucceeded, payment.Status)
	refund, err := provider.Refund(t.Context(), &contract.RefundRequest{
		Attempt: contract.Attempt{Key: "r1"}, PaymentID: payment.PaymentID, Amount: payment.Amount,
	})
	require.NoError(t, err)
	assert.Equal(t, payment.Amount, refund.TotalRefunded)

	require.NoError(t, provider.Close())
	assert.NotContains(t, printed.String(), sandbox.DefaultSecretKey)
}

// payAt submits the form of the pay page, as a payer's browser would.
func payAt(t *testing.T, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, page, strings.NewReader("outcome=succeeded"))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := (&http.Transport{}).RoundTrip(request) // does not go back to the shop
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusSeeOther, response.StatusCode)
}

// A JavaScript number has only 53 bits.
func TestNodeExample_KeepsAmountsOfSixtyFourBits(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	provider := opened(t, &plugin.OpenOptions{Configuration: configuration(server.URL, false)})
	for _, amount := range []int64{1, 1<<53 + 1, 1<<63 - 1} {
		money := contract.Money{Currency: "JPY", MinorUnits: amount}
		payment, err := provider.CreatePayment(t.Context(), order(fmt.Sprintf("k%d", amount), money))
		require.NoError(t, err)
		assert.Equal(t, money, payment.Amount)
	}
}

func TestNodeExample_TrustsOnlyTheAuthorityThatTheHostPassesOn(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "authority.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))

	provider := opened(t, &plugin.OpenOptions{
		Env: []string{"SSL_CERT_FILE=" + file}, Configuration: configuration(server.URL, false),
	})
	_, err := provider.CreatePayment(t.Context(), order("k1", contract.Money{Currency: "JPY", MinorUnits: 100}))
	require.NoError(t, err)

	provider = opened(t, &plugin.OpenOptions{Env: []string{"SSL_CERT_FILE="}, Configuration: configuration(server.URL, false)})
	_, err = provider.CreatePayment(t.Context(), order("k2", contract.Money{Currency: "JPY", MinorUnits: 100}))
	require.ErrorIs(t, err, contract.ProviderUnreachable)
	assert.Equal(t, contract.NotAttempted, contract.OutcomeOf(err), "the key was not sent to a stranger")
}

// echo serves a gateway that accepts any amount.
func echo(w http.ResponseWriter, r *http.Request) {
	var order struct {
		Amount    json.Number `json:"amount"`
		Currency  string      `json:"currency"`
		Reference string      `json:"reference"`
	}
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"id": "pay_1", "object": "payment", "live": false, "idempotency_key": r.Header.Get("Idempotency-Key"),
		"amount": order.Amount, "amount_refunded": 0, "currency": order.Currency, "method": "wallet", "status": "pending",
		"reference": order.Reference, "pay_url": "https://gateway.test/pay", "created_at": "2026-02-03T04:05:06.789Z",
	})
}

// socketsIn returns the sockets in a folder, however deep they are.
func socketsIn(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type() == fs.ModeSocket {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func TestNodeExample_AcceptsConnectionsOfItsHostOnly(t *testing.T) {
	t.Parallel()
	folder := socketFolder(t)
	opened(t, &plugin.OpenOptions{SocketFolder: folder})
	sockets := socketsIn(t, folder)
	require.Len(t, sockets, 1)
	for what, transport := range map[string]credentials.TransportCredentials{
		"without TLS":           insecure.NewCredentials(),
		"without a certificate": credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}),
	} {
		conn, err := grpc.NewClient("unix:"+sockets[0], grpc.WithTransportCredentials(transport))
		require.NoError(t, err)
		_, err = grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: "plugin"})
		assert.Error(t, err, what)
		require.NoError(t, conn.Close())
	}
}

func TestNodeExample_ServesAHostWithoutCertificates(t *testing.T) {
	t.Parallel()
	provider := opened(t, &plugin.OpenOptions{DisableAutoMTLS: true})
	assert.Equal(t, "node-example", provider.Descriptor().ProviderID)
}

func TestNodeExample_IsNotStartedIfItsFileWasChanged(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(binary(t))
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	changed := filepath.Join(t.TempDir(), "provider")
	require.NoError(t, os.WriteFile(changed, append(content, "// and more\n"...), 0o700))
	_, err = plugin.Open(t.Context(), changed, &plugin.OpenOptions{SHA256: hex.EncodeToString(sum[:])})
	assert.ErrorIs(t, err, &plugin.OpenError{Failure: plugin.FailureChecksum})
}

func TestNodeExample_LogsWithLevels(t *testing.T) {
	t.Parallel()
	log := &printed{}
	provider := opened(t, &plugin.OpenOptions{
		Env:    []string{plugin.LogLevelKey + "=debug"},
		Logger: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	_, err := provider.Describe(t.Context())
	require.NoError(t, err)
	require.NoError(t, provider.Close())
	assert.Contains(t, log.String(), `"level":"DEBUG","msg":"call"`)
	assert.Contains(t, log.String(), `"level":"INFO","msg":"the plugin ends: its host says so"`)
	assert.NotContains(t, log.String(), "outside its log")
	assert.NotContains(t, log.String(), "failed to exit gracefully", "it must end before it is killed")
}

func TestNodeExample_EndsOnSIGTERMOnly(t *testing.T) {
	t.Parallel()
	provider := opened(t, nil)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGHUP} {
		require.NoError(t, syscall.Kill(provider.Process().PID, signal))
		_, err := provider.Describe(t.Context())
		require.NoError(t, err, signal)
	}
	require.NoError(t, syscall.Kill(provider.Process().PID, syscall.SIGTERM))
	select {
	case <-provider.Done():
	case <-time.After(patience):
		require.FailNow(t, "it goes on after SIGTERM")
	}
}

func TestNodeExample_EndsWhenItsHostIsKilled(t *testing.T) {
	t.Parallel()
	folder := socketFolder(t)
	host := command(t, roleHost)
	host.Env = append(host.Env, binaryKey+"="+binary(t), folderKey+"="+folder)
	stdout, err := host.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, host.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	var pid int
	_, err = fmt.Sscan(line, &pid)
	require.NoError(t, err)

	require.NoError(t, host.Process.Kill())
	_ = host.Wait()
	require.Eventually(t, gone(pid), patience, time.Millisecond)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, entries, "the last one to go removes the socket")
}

// docs/other-languages.md shows the bytes of one error, so that authors can compare
// theirs.
func TestOtherLanguages_ShowsTheBytesThatAreSent(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "other-languages.md"))
	require.NoError(t, err)
	shown := regexp.MustCompile("(?s)```\n(CAk[A-Za-z0-9+/\n]+)\n```").FindSubmatch(page)
	require.Len(t, shown, 2)
	details, err := base64.RawStdEncoding.DecodeString(strings.ReplaceAll(string(shown[1]), "\n", ""))
	require.NoError(t, err)
	expected := &spb.Status{}
	require.NoError(t, proto.Unmarshal(details, expected))

	var seam grpcseam.Seam
	provider, err := plugin.Open(grpcseam.With(t.Context(), &seam), binary(t), nil)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, provider.Close()) })
	_, err = v1.NewPaymentProviderClient(seam.Conn).CreatePayment(t.Context(), &v1.CreatePaymentRequest{})
	assert.Equal(t, protojson.Format(expected), protojson.Format(status.Convert(err).Proto()))
}

// gone reports whether the process has ended. A zombie has ended, too.
func gone(pid int) func() bool {
	return func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return true
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		return strings.HasPrefix(after, "Z")
	}
}

// If two tables of currencies differ, a payment is a hundred times too large.
func TestNodeExample_HasTheCurrenciesOfTheContract(t *testing.T) {
	t.Parallel()
	var codes []string
	for i := range 26 * 26 * 26 {
		codes = append(codes, string([]byte{byte('A' + i/676), byte('A' + i/26%26), byte('A' + i%26)}))
	}
	printed := node(t, "--input-type=module", "--eval", `
		import { exponentOf } from "./src/contract/money.js";
		const codes = process.argv[1].split(" ");
		console.log(JSON.stringify(Object.fromEntries(codes.map((code) => [code, exponentOf(code)]))));`,
		strings.Join(codes, " "))
	var theirs map[string]int
	require.NoError(t, json.Unmarshal([]byte(printed), &theirs))
	ours := map[string]int{}
	for _, code := range codes {
		if exponent, ok := contract.Exponent(code); ok {
			ours[code] = exponent
		}
	}
	assert.Greater(t, len(ours), 150)
	assert.Equal(t, ours, theirs)
}

func TestNodeExample_PassesItsUnitTests(t *testing.T) {
	t.Parallel()
	node(t, "--import", "./proto_text.js", "--test", "test/")
}

// opened starts the provider in a process, and returns its client.
func opened(t *testing.T, options *plugin.OpenOptions) *plugin.Client {
	t.Helper()
	provider, err := plugin.Open(t.Context(), binary(t), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, provider.Close()) })
	return provider
}

func configuration(apiBase string, probe bool) *contract.Configuration {
	return &contract.Configuration{
		Mode: contract.ModeTest, Probe: probe,
		Settings: map[string]string{"api_base": apiBase},
		Secrets: map[string]contract.Secret{
			"secret_key": contract.NewSecret(sandbox.DefaultSecretKey), "webhook_secrets": contract.NewSecret(sandbox.DefaultWebhookSecret),
		},
	}
}

func order(key string, amount contract.Money) *contract.CreatePaymentRequest {
	return &contract.CreatePaymentRequest{
		Attempt: contract.Attempt{Key: key}, Reference: "order-1", Method: "wallet",
		Amount: amount, ReturnURL: "https://shop.test/",
	}
}

// socketFolder returns a folder with a short path, since the address of a socket is
// bounded.
func socketFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "ps") //nolint:usetesting // t.TempDir returns a long path
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// beHost is a host that opens the provider, says which process it has, and
// waits to be killed.
func beHost(stdout io.Writer) error {
	provider, err := plugin.Open(context.Background(), os.Getenv(binaryKey), &plugin.OpenOptions{SocketFolder: os.Getenv(folderKey)})
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, provider.Process().PID)
	<-provider.Done()
	return nil
}
