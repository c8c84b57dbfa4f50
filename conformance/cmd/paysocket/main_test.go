package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	goplugin "github.com/hashicorp/go-plugin"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/paysocket/paysocket/conformance/cmd/paysocket/internal/machine"
	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/wire"
	"github.com/paysocket/paysocket/plugin"
	"github.com/paysocket/paysocket/provider/memory"
	"github.com/paysocket/paysocket/provider/memory/sandbox"
)

// The test binary plays the tool, and the provider that it describes.
func TestMain(m *testing.M) {
	machine.Serve(os.Getenv) // or a doctor in this process would run all tests again
	testscript.Main(m, map[string]func(){
		"paysocket":                   main,
		"test-provider":               func() { plugin.Serve(memory.New(nil), nil) },
		"payment-provider-Wallet-1.3": func() { plugin.Serve(memory.New(nil), nil) },
		"memory-sandbox":              func() { gateway.Main(sandbox.Name, 4520, sandbox.New, nil) },

		"empty-provider":     func() { plugin.Serve(hollow{}, nil) },
		"strange-provider":   func() { plugin.Serve(&strange{PaymentProvider: memory.New(nil)}, nil) },
		"slow-provider":      serveSlowly,
		"dying-provider":     func() { plugin.Serve(&dying{PaymentProvider: memory.New(nil)}, nil) },
		"unhealthy-provider": serveUnhealthy,
	})
}

// hollow answers everything with an empty message.
type hollow struct {
	contract.UnimplementedPaymentProvider
}

func (hollow) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{}, nil
}

func (hollow) Configure(context.Context, *contract.Configuration) (*contract.Account, error) {
	return &contract.Account{}, nil
}

func (hollow) CreatePayment(context.Context, *contract.CreatePaymentRequest) (*contract.Payment, error) {
	return &contract.Payment{}, nil
}

// dying ends its process in the middle of the third payment.
type dying struct {
	contract.PaymentProvider

	calls atomic.Int32
}

func (d *dying) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	if d.calls.Add(1) == 3 {
		os.Exit(3)
	}
	return d.PaymentProvider.CreatePayment(ctx, r)
}

// strange does to a payment what its reference says.
type strange struct {
	contract.PaymentProvider

	secret string
}

func (s *strange) Configure(ctx context.Context, c *contract.Configuration) (*contract.Account, error) {
	s.secret = c.Secrets["secret_key"].Reveal()
	return s.PaymentProvider.Configure(ctx, c)
}

func (s *strange) CreatePayment(ctx context.Context, r *contract.CreatePaymentRequest) (*contract.Payment, error) {
	payment, err := s.PaymentProvider.CreatePayment(ctx, r)
	switch r.Reference {
	case "die":
		os.Exit(3)
	case "hollow":
		return &contract.Payment{}, nil
	case "tell":
		fmt.Fprintln(os.Stderr, "the key is "+s.secret)
		return nil, contract.NewError(contract.ProviderRejected, "the key is "+s.secret+"\n  refused by    nobody\x1b[2J").With("hint", s.secret)
	case "show":
		payment.ProviderStatus = "made with " + s.secret
	}
	return payment, err
}

// unhealthy is a plugin that was made without package plugin.
type unhealthy struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (unhealthy) GRPCServer(_ *goplugin.GRPCBroker, server *grpc.Server) error {
	wire.Register(server, memory.New(nil), nil)
	return nil
}

func (unhealthy) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.New("a plugin calls nobody")
}

func serveUnhealthy() {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  goplugin.HandshakeConfig{MagicCookieKey: plugin.MagicCookieKey, MagicCookieValue: plugin.MagicCookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{plugin.ProtocolVersion: {"paymentprovider": unhealthy{}}},
		GRPCServer: func(options []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(options, neverHealthy())...)
		},
	})
}

func neverHealthy() grpc.ServerOption {
	return grpc.ChainUnaryInterceptor(func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		if strings.HasPrefix(info.FullMethod, "/grpc.health.") {
			return nil, status.Error(codes.Unimplemented, "no health here")
		}
		return handler(ctx, request)
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	address, clauses := newGateway(t), clausesForTheBroken(t)
	checkout, err := filepath.Abs("../../..")
	require.NoError(t, err)
	output, err := exec.CommandContext(t.Context(), "go", append([]string{"env"}, goFolders...)...).Output()
	require.NoError(t, err)
	folders := strings.Split(strings.TrimSpace(string(output)), "\n")
	require.Len(t, folders, len(goFolders))
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			own, err := os.Executable()
			if err != nil {
				return err
			}
			content, err := os.ReadFile(own)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(content)
			env.Setenv("PROVIDER_SHA256", hex.EncodeToString(sum[:]))
			path := filepath.Join(env.WorkDir, "test-provider")
			env.Setenv("PROVIDER", path)
			env.Setenv("CHECKOUT", checkout)
			env.Setenv("GATEWAY", address)
			env.Setenv("CLAUSES", clauses)
			sums := fmt.Appendf(nil, "%x  test-provider\n", sum)
			if err := os.WriteFile(filepath.Join(env.WorkDir, "SHA256SUMS"), sums, 0o600); err != nil {
				return err
			}
			if err := writeSettings(env.WorkDir, address); err != nil {
				return err
			}
			if err := useGo(env, checkout, folders); err != nil {
				return err
			}
			if err := os.WriteFile(path, content, 0o700); err != nil {
				return err
			}
			tool, err := exec.LookPath("paysocket")
			if err != nil {
				return err
			}
			env.Setenv("TOOL", tool)
			for _, name := range []string{"empty-provider", "strange-provider", "dying-provider", "slow-provider", "unhealthy-provider"} {
				if err := os.Link(path, filepath.Join(env.WorkDir, name)); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// clausesForTheBroken returns the clauses that are checked of programs that are no
// providers. "make conformance" checks all (PAYSOCKET_CONFORMANCE=whole).
func clausesForTheBroken(t *testing.T) string {
	t.Helper()
	switch checked := os.Getenv("PAYSOCKET_CONFORMANCE"); checked {
	case "":
		return "HSK-*,DSC-*,CRE-001"
	case "whole":
		return "*"
	default:
		t.Fatalf("PAYSOCKET_CONFORMANCE is %q; write whole, or nothing", checked)
		return ""
	}
}

// newGateway serves a sandbox of the memory gateway until the test ends.
func newGateway(t *testing.T) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	url := "http://" + server.Listener.Addr().String()
	s, err := sandbox.New(&sandbox.Options{BaseURL: url})
	require.NoError(t, err)
	server.Config.Handler = s.Handler()
	server.Start()
	t.Cleanup(func() {
		server.Close()
		s.Close()
	})
	return url
}

// writeSettings writes the files that a script cannot hold, since it does not
// know where the gateway is.
func writeSettings(folder, gateway string) error {
	settings := "mode: test\nsettings: {api_base: \"" + gateway + "\"%s}\n" +
		"secrets: {secret_key: mk_test_memory_sandbox, webhook_secrets: whsec_memory_sandbox}\n"
	for name, more := range map[string]string{"settings.yaml": "", "unknown-setting.yaml": ", colour: red"} {
		if err := os.WriteFile(filepath.Join(folder, name), fmt.Appendf(nil, settings, more), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// useGo lets a script use the go command, with what this machine has and
// nothing else.
func useGo(env *testscript.Env, checkout string, folders []string) error {
	for i, name := range goFolders {
		env.Setenv(name, folders[i])
	}
	env.Setenv("GOPROXY", "off")
	env.Setenv("GOTOOLCHAIN", "local")
	return os.Symlink(checkout, filepath.Join(env.WorkDir, "checkout"))
}

// goFolders name the variables with what this machine has.
var goFolders = []string{"GOCACHE", "GOMODCACHE"}

func TestExitCodeTellsMisuseFromFailure(t *testing.T) {
	t.Parallel()
	for arguments, code := range map[string]int{
		"":                       exitOK,
		"version":                exitOK,
		"version surplus":        exitUsage,
		"describe":               exitUsage,
		"describe x --sha256 12": exitUsage,
		"prescribe":              exitUsage,
		"describe nowhere":       exitFailed,
	} {
		var stderr bytes.Buffer
		assert.Equal(t, code, run(t.Context(), strings.Fields(arguments), io.Discard, &stderr), "%q: %s", arguments, &stderr)
	}
}

func TestExceptByHand_LeavesOutWhatWasCarriedByHand(t *testing.T) {
	t.Parallel()
	problems := []error{
		errors.New("mutant a is stale"), errors.New("mutant a-b: the record leads to another x.go"), errors.New("mutant a: no"), errors.New("mutant c does not compile"),
	}
	assert.Equal(t, problems, exceptByHand(problems, nil))
	assert.Equal(t, []error{problems[1]}, exceptByHand(problems, []string{"a", "c"}))
	assert.ErrorContains(t, exceptByHand(problems, []string{"b"})[4], "mutant b: --by-hand names it")
}
