package plugin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/confine"
)

// confinedProvider is a provider in a process that confines itself. The ports are
// narrowed when the provider has accepted a configuration.
type confinedProvider struct {
	contract.PaymentProvider

	asked    Confinement
	standing []uint16 // ports that stay open whatever the configuration says
	limits   error    // why the process could not be limited; nil if it was
	rights   *rightsWatch
	logger   *slog.Logger

	configuring sync.Mutex // held during a Configure

	mu       sync.Mutex
	progress ConfinementReport
}

// newConfinedProvider takes from the process what does not depend on its
// configuration. It does what the system can do and goes on without the rest:
// the host is told, and decides.
func newConfinedProvider(provider contract.PaymentProvider, asked Confinement, o *ServeOptions) *confinedProvider {
	c := &confinedProvider{
		PaymentProvider: provider, asked: asked.orDefault(), standing: standingPorts(o.ConnectPorts), logger: o.Logger,
	}
	if c.asked == ConfinementOff {
		c.progress = ConfinementReport{Level: ConfinementLevelNone, Why: "the host switched confinement off"}
		return c
	}
	c.limits = errors.Join(confine.Process(), confine.Descriptors(hostDescriptor())) // the secrets are in its memory
	folder := os.Getenv(goplugin.EnvUnixSocketDir)
	err := errors.New("the host named no folder for the socket in " + goplugin.EnvUnixSocketDir)
	if filepath.IsAbs(folder) {
		rights := fileRights(folder, o.ReadPaths)
		if err = confine.Files(rights); err == nil {
			c.rights = watchRights(rights.Read)
		}
	}
	c.limits = errors.Join(c.limits, confine.Calls())
	switch {
	case err != nil:
		c.progress = c.reached(ConfinementLevelNone, err)
	case c.asked == ConfinementFull:
		c.progress = c.reached(ConfinementLevelFiles, errors.New("the ports follow with the configuration"))
	default:
		c.progress = c.reached(ConfinementLevelFiles, errors.New("the host asked for no more"))
	}
	return c
}

// fileRights returns what a plugin needs to read, and to make and remove its
// socket.
func fileRights(socketFolder string, more []string) *confine.FileRights {
	rights := &confine.FileRights{Read: append(confine.SystemPaths(os.Getenv), more...), Sockets: socketFolder}
	// The last process to end removes the folders. Removing a folder takes a
	// right on the one above it, which extends to its empty folders only.
	parent := filepath.Dir(socketFolder)
	rights.RemoveFolders = []string{parent}
	if strings.HasPrefix(filepath.Base(parent), socketFolderPattern) {
		rights.RemoveFolders = append(rights.RemoveFolders, filepath.Dir(parent))
	}
	return rights
}

// reached returns a report that says why the process did not go further.
func (c *confinedProvider) reached(level ConfinementLevel, why error) ConfinementReport {
	report := ConfinementReport{Level: level}
	if all := errors.Join(why, c.limits); all != nil {
		report.Why = strings.ReplaceAll(all.Error(), "\n", "; ")
	}
	return report
}

// Configure implements [contract.PaymentProvider]. A configuration that was
// refused narrows no ports, so that a misspelt URL can be corrected.
func (c *confinedProvider) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	c.configuring.Lock()
	defer c.configuring.Unlock()
	descriptor, err := c.Describe(ctx)
	if err != nil {
		return nil, err
	}
	wanted := configuredPorts(descriptor, configuration)
	confinement := c.confinement()
	if confinement.Ports != nil {
		if err := checkPorts(wanted, confinement.Ports); err != nil {
			return nil, err
		}
		return c.PaymentProvider.Configure(ctx, configuration)
	}
	account, err := c.PaymentProvider.Configure(ctx, configuration)
	if err == nil && account != nil && c.asked == ConfinementFull && confinement.Level == ConfinementLevelFiles {
		c.narrow(ctx, wanted)
	}
	return account, err
}

// checkPorts returns an error if a configuration needs a port that the process
// gave up.
func checkPorts(wanted []configuredPort, open []uint16) error {
	e := contract.NewError(contract.InvalidConfig,
		"the configuration needs a TCP port that this process gave up after its first configuration; the previous configuration "+
			"stays in force. Open the provider again, in a new process, with this one, "+
			`or open it with the confinement "files" if one process is to serve several gateways`)
	for _, p := range wanted {
		if !slices.Contains(open, p.port) {
			e.Violations = append(e.Violations, contract.Violation{
				Field: p.field, Description: fmt.Sprintf("leads to port %d; this process can connect to %v only", p.port, open),
			})
		}
	}
	if e.Violations == nil {
		return nil
	}
	return e
}

// narrow gives up all ports but the standing ones and the wanted ones.
func (c *confinedProvider) narrow(ctx context.Context, wanted []configuredPort) {
	ports := slices.Clone(c.standing)
	for _, p := range wanted {
		ports = append(ports, p.port)
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	var report ConfinementReport
	if lacking, err := confine.Ports(ports); err != nil {
		report = c.reached(ConfinementLevelFiles, err)
	} else {
		report = c.reached(ConfinementLevelFull, lacking)
		report.Ports = ports
	}
	c.set(report)
	c.logger.LogAttrs(ctx, slog.LevelDebug, "the process has confined its ports", slog.String("confinement", c.confinement().String()))
}

func (c *confinedProvider) set(report ConfinementReport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress = report
}

func (c *confinedProvider) confinement() ConfinementReport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.progress
}

// health is a grpc.UnaryServerInterceptor. When the process can no longer read what it
// needs it asks the health service's client to start another one, which can.
func (c *confinedProvider) health(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if info.FullMethod != grpc_health_v1.Health_Check_FullMethodName {
		return handler(ctx, request)
	}
	path, first := c.rights.stale()
	if path == "" {
		return handler(ctx, request)
	}
	if first {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "the process must be started anew: a file was replaced, and its rights are to the old one",
			slog.String("path", path))
	}
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_NOT_SERVING}, nil
}

// report is a grpc.UnaryServerInterceptor that reports to the host.
func (c *confinedProvider) report(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, request)
	if carriesReport(info.FullMethod) {
		_ = grpc.SetHeader(ctx, c.confinement().header()) // a host that is gone needs no report
	}
	return answer, err
}
