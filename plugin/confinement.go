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

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/confine"
)

// confinement is the plugin's end of a [Sandbox]: what this process has given
// up so far. It stands between the door and the provider, to narrow the ports
// when the provider has taken a configuration.
type confinement struct {
	contract.PaymentProvider

	sandbox  Sandbox
	standing []uint16 // ports that are kept whatever the configuration says
	limits   error    // why the process could not be limited; nil if it was
	logger   *slog.Logger

	configuring sync.Mutex // held over a Configure

	mu    sync.Mutex
	state Hardening
}

// newConfinement takes from the process what does not depend on its
// configuration. It does what the system can do, and goes on without the rest:
// the host is told, and decides.
func newConfinement(provider contract.PaymentProvider, sandbox Sandbox, o *ServeOptions) *confinement {
	c := &confinement{
		PaymentProvider: provider, sandbox: sandbox.orDefault(), standing: standingPorts(o.ConnectPorts), logger: o.Logger,
	}
	if c.sandbox == SandboxOff {
		c.state = Hardening{Level: HardeningNone, Why: "the host switched the sandbox off"}
		return c
	}
	c.limits = confine.Process() // the secrets are in its memory
	folder := os.Getenv(goplugin.EnvUnixSocketDir)
	err := errors.New("the host named no folder for the socket in " + goplugin.EnvUnixSocketDir)
	if filepath.IsAbs(folder) {
		err = confine.Files(fileRights(folder, o.ReadPaths))
	}
	switch {
	case err != nil:
		c.state = c.reached(HardeningNone, err)
	case c.sandbox == SandboxFull:
		c.state = c.reached(HardeningFiles, errors.New("the ports follow with the configuration"))
	default:
		c.state = c.reached(HardeningFiles, errors.New("the host asked for no more"))
	}
	return c
}

// fileRights are what a plugin needs to read, and to make and remove its socket.
func fileRights(socketFolder string, more []string) *confine.FileRights {
	rights := &confine.FileRights{Read: append(confine.SystemPaths(os.Getenv), more...), Sockets: socketFolder}
	// The last one to go removes the folders. A folder is removed by a right on
	// the one above it, and with it go only empty ones.
	parent := filepath.Dir(socketFolder)
	rights.RemoveFolders = []string{parent}
	if strings.HasPrefix(filepath.Base(parent), socketFolderPattern) {
		rights.RemoveFolders = append(rights.RemoveFolders, filepath.Dir(parent))
	}
	return rights
}

// reached is a state with what kept the process from more.
func (c *confinement) reached(level HardeningLevel, why error) Hardening {
	state := Hardening{Level: level}
	if all := errors.Join(why, c.limits); all != nil {
		state.Why = strings.ReplaceAll(all.Error(), "\n", "; ")
	}
	return state
}

// Configure implements [contract.PaymentProvider]. The ports are narrowed when
// a configuration was taken, so that one with a misspelt URL can be mended.
func (c *confinement) Configure(ctx context.Context, configuration *contract.Configuration) (*contract.Account, error) {
	c.configuring.Lock()
	defer c.configuring.Unlock()
	descriptor, err := c.Describe(ctx)
	if err != nil {
		return nil, err
	}
	wanted := configuredPorts(descriptor, configuration)
	state := c.hardening()
	if state.Ports != nil {
		if e := outOfReach(wanted, state.Ports); e != nil {
			return nil, e
		}
		return c.PaymentProvider.Configure(ctx, configuration)
	}
	account, err := c.PaymentProvider.Configure(ctx, configuration)
	if err == nil && account != nil && c.sandbox == SandboxFull && state.Level == HardeningFiles {
		c.narrow(ctx, wanted)
	}
	return account, err
}

// outOfReach is the error of a configuration that needs a port which the
// process gave up.
func outOfReach(wanted []placed, kept []uint16) error {
	e := contract.NewError(contract.InvalidConfig,
		"the configuration needs another TCP port than the first one of this process, whose sandbox keeps only the ports of that; "+
			"the previous configuration stays in force. Open the provider again, in a new process, with this one, "+
			`or open it with the sandbox "files" if one process is to serve several gateways`)
	for _, p := range wanted {
		if !slices.Contains(kept, p.port) {
			e.Violations = append(e.Violations, contract.Violation{
				Field: p.field, Description: fmt.Sprintf("leads to port %d; this process can connect to %v only", p.port, kept),
			})
		}
	}
	if e.Violations == nil {
		return nil
	}
	return e
}

// narrow gives all ports up but the standing ones and those that are wanted.
func (c *confinement) narrow(ctx context.Context, wanted []placed) {
	ports := slices.Clone(c.standing)
	for _, p := range wanted {
		ports = append(ports, p.port)
	}
	slices.Sort(ports)
	ports = slices.Compact(ports)
	var state Hardening
	if lacking, err := confine.Ports(ports); err != nil {
		state = c.reached(HardeningFiles, err)
	} else {
		state = c.reached(HardeningFull, lacking)
		state.Ports = ports
	}
	c.set(state)
	c.logger.LogAttrs(ctx, slog.LevelDebug, "the process has given rights up", slog.String("hardening", c.hardening().String()))
}

func (c *confinement) set(state Hardening) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

func (c *confinement) hardening() Hardening {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// report is a grpc.UnaryServerInterceptor that tells the host.
func (c *confinement) report(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	answer, err := handler(ctx, request)
	if tellsHardening(info.FullMethod) {
		_ = grpc.SetHeader(ctx, c.hardening().header()) // a host that is gone needs no report
	}
	return answer, err
}
