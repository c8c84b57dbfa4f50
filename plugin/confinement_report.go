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

// reportHeader is the header of the answers to Describe and Configure in which a
// plugin reports its confinement to the host, as JSON:
//
//	paysocket-hardening: {"level":"full","ports":[53,443],"why":"..."}
//
// The level is full, files or none; ports and why can be absent.
const reportHeader = "paysocket-hardening"

// The bounds of a report that a host accepts. It is a stranger's text.
const (
	maxReport = 4 << 10
	maxWhy    = 200
	maxPorts  = 64
)

// wireReport is a ConfinementReport as JSON.
type wireReport struct {
	Level ConfinementLevel `json:"level"`
	Ports []uint16         `json:"ports,omitempty"`
	Why   string           `json:"why,omitempty"`
}

func (r ConfinementReport) header() metadata.MD {
	content, _ := json.Marshal(wireReport{Level: r.Level, Ports: r.Ports[:min(len(r.Ports), maxPorts)], Why: plain(r.Why)}) // of strings and numbers
	return metadata.Pairs(reportHeader, string(content))
}

// plain bounds a text and replaces what a header cannot hold.
func plain(why string) string {
	return text.Truncate(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, why), maxWhy, "")
}

// readReport returns the report of a header, and false if it has none that can
// be read.
func readReport(header metadata.MD) (ConfinementReport, bool) {
	values := header.Get(reportHeader)
	if len(values) != 1 || len(values[0]) > maxReport {
		return ConfinementReport{}, false
	}
	var r wireReport
	if err := json.Unmarshal([]byte(values[0]), &r); err != nil || len(r.Ports) > maxPorts {
		return ConfinementReport{}, false
	}
	switch r.Level {
	case ConfinementLevelNone, ConfinementLevelFiles, ConfinementLevelFull:
	case ConfinementLevelUnreported:
		return ConfinementReport{}, false
	default:
		return ConfinementReport{}, false
	}
	slices.Sort(r.Ports)
	return ConfinementReport{Level: r.Level, Ports: slices.Compact(r.Ports), Why: plain(r.Why)}, true
}

// carriesReport reports whether the answers of a method carry a report.
func carriesReport(method string) bool {
	return method == v1.PaymentProvider_Describe_FullMethodName || method == v1.PaymentProvider_Configure_FullMethodName
}

// latestReport is the latest report of one process, at the host's end.
type latestReport struct {
	report atomic.Pointer[ConfinementReport]
}

func (l *latestReport) get() ConfinementReport {
	if r := l.report.Load(); r != nil {
		return ConfinementReport{Level: r.Level, Ports: slices.Clone(r.Ports), Why: r.Why}
	}
	return ConfinementReport{}
}

// intercept is a grpc.UnaryClientInterceptor. It sees every call of the
// connection, also those that the Client does not make.
func (l *latestReport) intercept(
	ctx context.Context, method string, request, answer any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	if !carriesReport(method) {
		return invoke(ctx, method, request, answer, conn, options...)
	}
	var header metadata.MD
	err := invoke(ctx, method, request, answer, conn, append(slices.Clone(options), grpc.Header(&header))...)
	if report, ok := readReport(header); ok {
		l.report.Store(&report)
	}
	return err
}

// logConfinement logs once for each process how far it is confined, as a warning
// if that is less than was asked for.
func (c *Client) logConfinement(ctx context.Context, o *OpenOptions) {
	asked := o.Confinement.orDefault()
	due := asked
	if asked == ConfinementFull && o.Configuration == nil {
		due = ConfinementFiles // the ports follow with the configuration
	}
	level, message := slog.LevelInfo, "the provider's process is confined as asked"
	if !c.Confinement().satisfies(due) {
		level, message = slog.LevelWarn, "the provider's process is confined less than was asked"
	}
	c.logger.LogAttrs(ctx, level, message, slog.Int("pid", c.process.PID), slog.String("path", c.process.Path),
		slog.String("asked", string(asked)), slog.String("confinement", c.Confinement().String()))
}
