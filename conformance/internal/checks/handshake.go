package checks

import (
	"context"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/plugin"
)

// processChecks holds the checks of group HSK.
func processChecks() map[string]Check {
	return map[string]Check{
		"HSK-001": announcesItself,
		"HSK-002": refusesWithoutTheCookie,
		"HSK-004": isHealthy,
		"HSK-005": endsBy("HSK-005"),
		"HSK-007": makesNoRequestBeforeConfigure,
		"HSK-008": servesItsHostAlone,
		"HSK-009": endsBy("HSK-009"),
		"HSK-010": answersBeforeItEnds,
		"HSK-011": leavesSignalsToItsHost,
	}
}

// healthService is the name under which go-plugin asks for health.
const healthService = "plugin"

func announcesItself(t *harness.T, e *harness.Env) {
	b := startBare(t, e, true)
	defer b.close()
	said, conn := b.announced(t)
	defer func() { _ = conn.Close() }()
	harness.Equal(t, "core version", "1", said.core)
	harness.Equal(t, "protocol version", strconv.Itoa(plugin.ProtocolVersion), said.protocol)
	harness.Equal(t, "network", "unix", said.network)
	harness.Equal(t, "protocol", "grpc", said.kind)
	if t.Failed() {
		t.FailNow()
	}
	ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
	defer cancel()
	if _, err := health(ctx, conn); err != nil {
		t.Errorf("nothing answers at the address of the handshake: %v", err)
	}
}

func refusesWithoutTheCookie(t *harness.T, e *harness.Env) {
	b := startBare(t, e, false)
	defer b.close()
	if !b.endsWithin(endLimit) {
		t.Latef("run by hand, the program did not end within %s", endLimit)
		t.FailNow()
	}
	if b.err == nil {
		t.Errorf("run by hand, the program ended with status 0; it must fail")
	}
	var said strings.Builder
	for _, line := range b.printed() {
		if shake, err := parseHandshake(line); err == nil && shake.kind == "grpc" {
			t.Errorf("run by hand, the program printed a handshake: %.120q", line)
		}
		said.WriteString(line + " ")
	}
	harness.True(t, len(strings.Fields(said.String())) >= 4, "run by hand, the program does not print what it is; its output was %q", said.String())
}

func isHealthy(t *harness.T, e *harness.Env) {
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true})
	serving := grpc_health_v1.HealthCheckResponse_SERVING.String()
	ask := func(when string) {
		ctx, cancel := context.WithTimeout(t.Context(), e.CallLimit())
		defer cancel()
		answer, err := health(ctx, s.Conn)
		if err != nil {
			t.Fatalf("the health service does not answer %s: %v", when, err)
		}
		harness.Equal(t, "health "+when, serving, answer)
	}
	ask("before Configure")
	if _, err := s.Configure(t, s.Configuration); err == nil {
		ask("after Configure")
	}
}

func health(ctx context.Context, conn grpc.ClientConnInterface) (string, error) {
	answer, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{Service: healthService})
	return answer.GetStatus().String(), err
}

func makesNoRequestBeforeConfigure(t *harness.T, e *harness.Env) {
	refusing, err := proxy.NewRefusingProxy()
	t.SetupFailed("open a proxy that refuses", err)
	defer func() { _ = refusing.Close() }()
	s := e.Scenario(t, &harness.ScenarioOptions{Unconfigured: true, Env: refusing.Env()})
	if _, err := s.Describe(t); err != nil {
		t.Errorf("Describe of a process that is not configured failed: %v", err)
	}
	harness.Equal(t, "requests to the gateway before Configure", 0, s.Requests())
	harness.Equal(t, "hosts that were asked for before Configure", "", strings.Join(refusing.Hosts(), " "))
}
