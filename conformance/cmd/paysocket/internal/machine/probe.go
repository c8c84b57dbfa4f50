package machine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	goplugin "github.com/hashicorp/go-plugin"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// probeKey is the variable that makes a program a plugin which does nothing.
const probeKey = "PAYSOCKET_PROBE"

// Serve serves a plugin that does nothing, if [Look] started this process for that. It
// does not return then.
//
// Getenv is os.Getenv.
func Serve(getenv func(string) string) {
	if getenv(probeKey) != "" && getenv(plugin.MagicCookieKey) == plugin.MagicCookieValue {
		plugin.Serve(probe{folder: getenv(goplugin.EnvUnixSocketDir)}, nil)
	}
}

// probe is the plugin. Its name is the folder of its socket.
type probe struct {
	contract.UnimplementedPaymentProvider

	folder string
}

// Describe implements contract.PaymentProvider.
func (p probe) Describe(context.Context) (*contract.Descriptor, error) {
	return &contract.Descriptor{
		ProviderID: "probe", DisplayName: p.folder, Version: "0.0.0", SpecVersion: contract.SpecVersion,
		Modes: []contract.Mode{contract.ModeTest}, Operations: []contract.Operation{contract.OperationCreatePayment},
		CreateIdempotency: &contract.Idempotency{Kind: contract.IdempotencyNative, KeyLife: time.Hour},
		PaymentMethods: []contract.PaymentMethod{{
			Code: "probe", Flow: contract.FlowRedirect, Currencies: []contract.CurrencyLimits{{Currency: "THB"}}, PayerAction: contract.PayerActionRequired,
		}},
	}, nil
}

// Configure implements contract.PaymentProvider.
func (p probe) Configure(ctx context.Context, _ *contract.Configuration) (*contract.Account, error) {
	d, err := p.Describe(ctx)
	return &contract.Account{PaymentMethods: d.PaymentMethods}, err
}

// probed starts the plugin as a host does. So the rules of the runtime answer: where
// sockets can be, what a process can be confined to, whether one can be started at all.
func probed(ctx context.Context, h *Host) []Line {
	client, err := plugin.Open(ctx, h.Self, &plugin.OpenOptions{
		Env: []string{probeKey + "=1"}, Configuration: &contract.Configuration{Mode: contract.ModeTest}, StartTimeout: 30 * time.Second,
	})
	if err != nil {
		const unknown = "see the line about plugins"
		return []Line{
			bad("kernel", "plugins", "do what it says", "a plugin that does nothing does not start: %v", cause(err)),
			warn("kernel", "confinement", unknown, "not known, since no plugin starts"),
			warn("folders", "sockets", unknown, "not known, since no plugin starts"),
		}
	}
	folder, report := client.Descriptor().DisplayName, client.Confinement()
	lines := []Line{
		ok("kernel", "plugins", "a plugin starts, and speaks mutual TLS with its host"),
		confinement(h, report),
		ok("folders", "sockets", "%s, a path of %d bytes", filepath.Dir(folder), len(filepath.Dir(folder))),
	}
	if err := client.Close(); err != nil {
		lines[0] = warn("kernel", "plugins", "look for what keeps processes and folders from being removed", "a plugin starts, and did not end well: %v", err)
	}
	return lines
}

// cause returns the error without the path of this program.
func cause(err error) error {
	if failed, ok := errors.AsType[*plugin.OpenError](err); ok {
		return fmt.Errorf("%s: %w", failed.Failure, failed.Err)
	}
	return err
}

// confinement says how far the process of a provider is confined.
func confinement(h *Host, report plugin.ConfinementReport) Line {
	const remedy = "run Linux 6.12 or newer with landlock among CONFIG_LSM, and let the container's seccomp profile pass landlock_* and seccomp; the filter of system calls needs amd64 or arm64; docs/confinement.md"
	what := fmt.Sprintf("landlock %s: processes are confined: %s", landlockABI(), report.Level)
	if report.Why != "" {
		what += " (" + report.Why + ")"
	}
	switch {
	case !h.Confined:
		return ok("kernel", "confinement", "%s; no provider of the catalog is to be", what)
	case report.Level != plugin.ConfinementLevelFull || report.Why != "":
		return warn("kernel", "confinement", remedy, "%s", what)
	default:
		return ok("kernel", "confinement", "%s: files, TCP ports, signals", what)
	}
}
