package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/paysocket/paysocket/conformance/gateway"
	"github.com/paysocket/paysocket/conformance/internal/harness"
	"github.com/paysocket/paysocket/conformance/internal/proxy"
	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin"
)

// secrecy holds the checks of group SEC.
func secrecy() map[string]Check {
	return map[string]Check{
		"SEC-001": printsNoSecret,
		"SEC-002": returnsNoSecret,
		"SEC-003": sendsSecretsWhereTheyBelong,
		"SEC-004": tellsNobodyThePhone,
		"SEC-005": trustsOnlyItsGateway,
	}
}

// busySession calls every operation of a new process, with and without faults, so
// that each message that could contain a secret is produced. Other clauses check
// whether the calls succeed.
func busySession(t *harness.T, e *harness.Env, options *harness.ScenarioOptions) *harness.Scenario {
	options.Fresh = true
	options.Env = append(options.Env, plugin.LogLevelKey+"=trace")
	s := e.Scenario(t, options)
	misconfigure(t, e, s)
	payment := paidIfPossible(t, e, s)
	session := func() {
		for _, call := range everyCall(t, e, s, payment.PaymentID, "") {
			_ = call.run()
		}
	}
	session()
	for _, fault := range echoingFaults(t, e, sentSecrets(s)) {
		fault.Times, fault.Optional = -1, true
		// Configure anew, so that the provider's circuit breaker is closed.
		_, _ = s.Configure(t, s.Configuration)
		armed := s.Arm(fault)
		session()
		armed.Disarm()
	}
	probing := *s.Configuration
	probing.Probe = true
	_, _ = s.Configure(t, &probing)
	if e.Descriptor.Has(contract.OperationParseWebhook) {
		hostileWebhooks(t, e, s, payment)
	}
	return s
}

// misconfigure tries invalid configurations that contain secrets, and then restores
// the right one.
func misconfigure(t *harness.T, e *harness.Env, s *harness.Scenario) {
	for _, field := range e.Descriptor.ConfigFields {
		value := s.Configuration.Secrets[field.Name].Reveal()
		if !field.Secret || value == "" {
			continue
		}
		for _, wrong := range []string{value + "\n", " " + value + "\x00", strings.ToUpper(value) + "-misspelt", value + "," + value} {
			e.Canaries.Add(strings.TrimSpace(wrong))
			_, _ = s.Configure(t, changed(s, &field, &wrong))
		}
	}
	_, _ = s.Configure(t, s.Configuration)
}

// sentSecrets returns the secrets that the gateway has received and could echo.
func sentSecrets(s *harness.Scenario) []string {
	var headers strings.Builder
	for _, x := range s.Proxy.Journal() {
		for _, values := range x.RequestHeader {
			headers.WriteString(strings.Join(values, "\n") + "\n")
		}
	}
	var secrets []string
	for _, secret := range s.Configuration.Secrets {
		one := &harness.Canaries{}
		one.Add(secret.Reveal())
		if one.Find(headers.String()) != "" {
			secrets = append(secrets, secret.Reveal())
		}
	}
	slices.Sort(secrets)
	return secrets
}

// echoingFaults returns gateway answers that echo the secrets that were sent, as
// real gateways do, and basic connection faults.
func echoingFaults(t *harness.T, e *harness.Env, secrets []string) []proxy.Fault {
	echoed := strings.Join(secrets, " ")
	faults := []proxy.Fault{
		{Kind: proxy.FaultStatus, Status: http.StatusUnauthorized, Body: []byte("<html>no such key: " + echoed + "</html>")},
		{Kind: proxy.FaultStatus, Status: http.StatusBadGateway, Body: []byte("upstream refused " + echoed)},
		{Kind: proxy.FaultStatus, Status: http.StatusOK, Body: []byte("you sent " + echoed)},
		{Kind: proxy.FaultRedirect, URL: "http://127.0.0.1:9/?key=" + strings.Join(secrets, "&key=")},
		{Kind: proxy.FaultReset},
		{Kind: proxy.FaultRefuse},
	}
	object := []byte(harness.OptionalField(t, "errors.object", e.Manifest.Errors.Object))
	var parsed any
	if json.Unmarshal(object, &parsed) != nil {
		return faults
	}
	for _, where := range texts(parsed, "") {
		body, err := gateway.Patch(object, []gateway.PatchOp{{Op: "replace", Path: where, Value: "your key " + echoed + " is not valid"}})
		t.SetupFailed("write a gateway error", err)
		for _, status := range []int{http.StatusBadRequest, http.StatusUnauthorized} {
			faults = append(faults, proxy.Fault{Kind: proxy.FaultStatus, Status: status, Body: body})
		}
	}
	return faults
}

// texts returns the JSON Pointers of all strings in the value at a pointer.
func texts(value any, at string) []string {
	switch value := value.(type) {
	case string:
		return []string{at}
	case map[string]any:
		var found []string
		for name, member := range inOrder(value) {
			found = append(found, texts(member, at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name))...)
		}
		return found
	default: // errors of gateways have no lists of texts
		return nil
	}
}

// hostileWebhooks parses webhooks that are forged or malformed.
func hostileWebhooks(t *harness.T, e *harness.Env, s *harness.Scenario, payment *contract.Payment) {
	if !e.HasFeature(gateway.FeatureWebhookBuild) {
		return
	}
	for _, sign := range []gateway.Signing{"", gateway.SignNone, gateway.SignWrong} {
		spec := about(payment)
		spec.Sign = sign
		hook := built(t, s, spec)
		_, _ = s.Parse(t, hook)
		hook.Body = append(hook.Body, "{]"...)
		_, _ = s.Parse(t, hook)
	}
}

func printsNoSecret(t *harness.T, e *harness.Env) {
	s := busySession(t, e, &harness.ScenarioOptions{})
	_ = s.Client.Close() // waits until all its output has been read
	lines := 0
	for line := range strings.SplitSeq(s.Log(), "\n") {
		if strings.TrimSpace(line) != "" {
			lines++
		}
		if found := s.FindSecret(line); found != "" {
			t.Errorf("the secret %s is printed: %s", found, e.Canaries.Redact(line))
		}
	}
	t.Logf("%d lines were printed", lines)
}

func returnsNoSecret(t *harness.T, e *harness.Env) {
	s := busySession(t, e, &harness.ScenarioOptions{})
	_, _ = s.Describe(t)
	for _, call := range s.Calls() {
		for what, message := range inOrder(map[string]proto.Message{"answer": call.Response, "error": call.Status.Proto()}) {
			if message == nil {
				continue
			}
			raw, err := proto.Marshal(message)
			t.SetupFailed("encode a wire message", err)
			if found := s.FindSecret(string(raw)); found != "" {
				t.Errorf("the secret %s is in the %s of %s%s: %s", found, what, call.Method, fieldWith(message, s.FindSecret), e.Canaries.Redact(harness.Describe(&call)))
			}
		}
	}
	for _, call := range s.Calls() {
		if found := s.FindSecret(fmt.Sprint(call.Metadata)); found != "" {
			t.Errorf("the secret %s is in the headers or trailers of %s", found, call.Method)
		}
	}
	harness.True(t, len(s.Calls()) > 0, "no call was made")
}

// fieldWith returns where in a message a text holds a secret, as " at /payment/reference";
// empty if that is not known.
func fieldWith(message proto.Message, find func(string) string) string {
	encoded, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	var parsed any
	if err != nil || json.Unmarshal(encoded, &parsed) != nil {
		return ""
	}
	for _, where := range texts(parsed, "") {
		value, _ := valueAt(encoded, where)
		if text, ok := value.(string); ok && find(text) != "" {
			return " at " + where
		}
	}
	return ""
}

// authorization matches the names of headers that carry a secret.
var authorization = regexp.MustCompile(`(?i)^(authorization|.*(api-?key|auth|token|signature).*)$`)

func sendsSecretsWhereTheyBelong(t *harness.T, e *harness.Env) {
	folder, err := os.MkdirTemp("", "ps")
	t.SetupFailed("make a folder for the provider", err)
	defer func() { _ = os.RemoveAll(folder) }()
	// Confinement would keep the provider from writing files and hide its memory.
	s := busySession(t, e, &harness.ScenarioOptions{Env: []string{"TMPDIR=" + folder, "HOME=" + folder}, Unconfined: true})
	webhook := &harness.Canaries{}
	for name, secret := range s.Configuration.Secrets {
		if strings.Contains(name, "webhook") {
			webhook.Add(secret.Reveal())
		}
	}
	for _, x := range s.Proxy.Journal() {
		request := x.Method + " " + x.Path
		nowhere := func(part, text string) {
			if found := s.FindSecret(text); found != "" {
				t.Errorf("the secret %s is in %s of %s", found, part, e.Canaries.Redact(request))
			}
		}
		nowhere("the URL", x.Path+"?"+x.Query)
		nowhere("the body", string(x.RequestBody))
		inOneHeader(t, s, &x)
		for name, values := range x.RequestHeader {
			text := strings.Join(values, "\n")
			if !authorization.MatchString(name) {
				nowhere("the header "+name, text)
			} else if found := webhook.Find(text); found != "" {
				t.Errorf("the webhook secret %s is in the header %s of %s", found, name, request)
			}
		}
	}
	leaksNothingLocally(t, s, folder)
}

// inOneHeader fails the check if a secret is in several headers of a request: one of them
// authorizes it, and whatever is on the way may keep the others.
func inOneHeader(t *harness.T, s *harness.Scenario, x *proxy.Exchange) {
	for name, secret := range inOrder(s.Configuration.Secrets) {
		one := &harness.Canaries{}
		one.Add(secret.Reveal())
		var carry []string
		for header, values := range inOrder(x.RequestHeader) {
			if one.Find(strings.Join(values, "\n")) != "" {
				carry = append(carry, header)
			}
		}
		harness.True(t, len(carry) < 2, "%s is in several headers of %s %s: %s", name, x.Method, x.Path, strings.Join(carry, ", "))
	}
}

// leaksNothingLocally looks for secrets where other users of the machine can read.
func leaksNothingLocally(t *harness.T, s *harness.Scenario, folder string) {
	if process := s.Client.Process(); process != nil {
		for _, name := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", process.PID, name))
			if err != nil {
				t.Logf("the process's %s cannot be read here: %v", name, err)
				continue
			}
			found := s.FindSecret(string(text))
			harness.True(t, found == "", "the secret %s is in the process's %s", found, name)
		}
	}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // the suite's own folder
		if err != nil {
			return err
		}
		found := s.FindSecret(string(text))
		harness.True(t, found == "", "the secret %s is in the file %s, which the provider wrote", found, entry.Name())
		return nil
	})
	t.SetupFailed("look through the files that the provider wrote", err)
	keepsNoFileElsewhere(t, s)
}

// keepsNoFileElsewhere looks for secrets in new files of the folders that every
// program may write to.
func keepsNoFileElsewhere(t *harness.T, s *harness.Scenario) {
	const largest = 1 << 20
	for _, folder := range []string{"/dev/shm", "/var/tmp", "/tmp"} {
		entries, _ := os.ReadDir(folder) // not every system has each
		for _, entry := range entries {
			about, err := entry.Info()
			if err != nil || !about.Mode().IsRegular() || about.Size() > largest || about.ModTime().Before(s.Opened()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, entry.Name())) //nolint:gosec // what everybody may read
			if found := s.FindSecret(string(text)); err == nil && found != "" {
				t.Errorf("the secret %s is in the file %s, written while the provider ran", found, filepath.Join(folder, entry.Name()))
			}
		}
	}
}
