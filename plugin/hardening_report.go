package plugin

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	v1 "github.com/paysocket/paysocket/contract/paymentprovider/v1"
	"github.com/paysocket/paysocket/internal/text"
)

// HardeningHeader is the header of the answers to Describe and Configure in
// which a plugin tells its host what its process gave up, as JSON:
//
//	paysocket-hardening: {"level":"full","ports":[53,443],"why":"..."}
//
// The level is full, files or none; ports and why can be absent.
const HardeningHeader = "paysocket-hardening"

// What a host takes of a report at most. The report is a plugin's word.
const (
	maxReport = 4 << 10
	maxWhy    = 200
	maxPorts  = 64
)

// report is a Hardening on the wire.
type report struct {
	Level HardeningLevel `json:"level"`
	Ports []uint16       `json:"ports,omitempty"`
	Why   string         `json:"why,omitempty"`
}

func (h Hardening) header() metadata.MD {
	text, _ := json.Marshal(report{Level: h.Level, Ports: h.Ports[:min(len(h.Ports), maxPorts)], Why: plain(h.Why)}) // of strings and numbers
	return metadata.Pairs(HardeningHeader, string(text))
}

// plain bounds a text and keeps of it what a header can hold.
func plain(why string) string {
	return text.Truncate(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, why), maxWhy, "")
}

// readReport reads a report, and gives false for what is none.
func readReport(header metadata.MD) (Hardening, bool) {
	values := header.Get(HardeningHeader)
	if len(values) != 1 || len(values[0]) > maxReport {
		return Hardening{}, false
	}
	var r report
	if err := json.Unmarshal([]byte(values[0]), &r); err != nil || len(r.Ports) > maxPorts {
		return Hardening{}, false
	}
	switch r.Level {
	case HardeningNone, HardeningFiles, HardeningFull:
	case HardeningUnreported:
		return Hardening{}, false
	default:
		return Hardening{}, false
	}
	slices.Sort(r.Ports)
	return Hardening{Level: r.Level, Ports: slices.Compact(r.Ports), Why: plain(r.Why)}, true
}

// tellsHardening reports whether the answers of a method carry the report.
func tellsHardening(method string) bool {
	return method == v1.PaymentProvider_Describe_FullMethodName || method == v1.PaymentProvider_Configure_FullMethodName
}

// hardeningReport is the last report of one process, as the host has it.
type hardeningReport struct {
	last atomic.Pointer[Hardening]
}

func (h *hardeningReport) get() Hardening {
	if last := h.last.Load(); last != nil {
		return Hardening{Level: last.Level, Ports: slices.Clone(last.Ports), Why: last.Why}
	}
	return Hardening{}
}

// intercept is a grpc.UnaryClientInterceptor. It sees every call of the
// connection, also those that do not come by the Client.
func (h *hardeningReport) intercept(
	ctx context.Context, method string, request, answer any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if !tellsHardening(method) {
		return invoke(ctx, method, request, answer, conn, options...)
	}
	var header metadata.MD
	err := invoke(ctx, method, request, answer, conn, append(slices.Clone(options), grpc.Header(&header))...)
	if told, ok := readReport(header); ok {
		h.last.Store(&told)
	}
	return err
}

// logHardening says once for each process how far its sandbox went, with a
// warning if that is not as far as it should.
func (c *Client) logHardening(ctx context.Context, o *OpenOptions) {
	want := o.Sandbox.orDefault()
	if want == SandboxFull && o.Configuration == nil {
		want = SandboxFiles // the ports follow
	}
	level, text := slog.LevelInfo, "the provider's process has given rights up"
	if !c.Hardening().asked(want) {
		level, text = slog.LevelWarn, "the provider's process has given up less than was asked"
	}
	c.logger.LogAttrs(ctx, level, text, slog.Int("pid", c.process.PID), slog.String("path", c.process.Path),
		slog.String("sandbox", string(o.Sandbox.orDefault())), slog.String("hardening", c.Hardening().String()))
}
