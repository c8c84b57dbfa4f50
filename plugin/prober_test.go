package plugin_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/plugin/internal/plugintest"
)

// prober is a provider that tries what it is told, and answers with what came
// of it. It is told by a webhook: the path is what to do, the body with what.
type prober struct {
	*plugintest.Provider
}

// Describe implements contract.PaymentProvider.
func (p *prober) Describe(ctx context.Context) (*contract.Descriptor, error) {
	d, err := p.Provider.Describe(ctx)
	if err != nil {
		return nil, err
	}
	d.Modes = append(d.Modes, contract.ModeLive)
	d.ConfigFields = append(d.ConfigFields,
		contract.ConfigField{Name: "api_base", Kind: contract.ConfigURL, Default: "https://gateway.example", Description: "Any URL."},
		contract.ConfigField{Name: "proxy", Kind: contract.ConfigURL, Description: "Any URL."},
		contract.ConfigField{Name: "other", Kind: contract.ConfigString, Description: "Anything."})
	return d, nil
}

// ParseWebhook implements contract.PaymentProvider.
func (p *prober) ParseWebhook(_ context.Context, request *contract.WebhookRequest) (*contract.WebhookResult, error) {
	what, with := path.Base(request.Path), string(request.Body)
	attempt, ok := attempts[what]
	if !ok {
		attempt = systemAttempts()[what]
	}
	text, err := attempt(with)
	if err != nil {
		text = "error: " + err.Error()
	}
	return &contract.WebhookResult{
		Disposition: contract.DispositionIgnored, Kind: "test", Verification: contract.VerificationSignature, DedupeKey: "1",
		Ack: contract.Ack{Status: 200, Body: []byte(text)},
	}, nil
}

// attempts are what a prober can try.
var attempts = map[string]func(with string) (string, error){
	"read": func(file string) (string, error) {
		text, err := os.ReadFile(file)
		return string(text), err
	},
	"list": func(folder string) (string, error) {
		entries, err := os.ReadDir(folder)
		return fmt.Sprint(entries), err
	},
	"write":  func(file string) (string, error) { return "", os.WriteFile(file, []byte("x"), 0o600) },
	"remove": func(file string) (string, error) { return "", os.Remove(file) },
	"exec": func(program string) (string, error) {
		output, err := exec.Command(program).CombinedOutput()
		return string(output), err
	},
	"zone": func(name string) (string, error) {
		zone, err := time.LoadLocation(name)
		if err != nil {
			return "", err
		}
		return zone.String(), nil
	},
	"roots": func(string) (string, error) {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return "", err
		}
		return strconv.FormatBool(!roots.Equal(x509.NewCertPool())), nil
	},
	"resolve": func(name string) (string, error) {
		addresses, err := net.DefaultResolver.LookupHost(context.Background(), name)
		return strings.Join(addresses, " "), err
	},
	"get":      get,
	"tcp":      dial("tcp"),
	"udp":      dial("udp"),
	"unix":     dial("unix"),
	"dumpable": func(string) (string, error) { return dumpable() },
	"signal": func(pid string) (string, error) {
		number, err := strconv.Atoi(pid)
		if err != nil {
			return "", err
		}
		return "", syscall.Kill(number, 0)
	},
	"listen": func(string) (string, error) {
		listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0") // Multipath TCP, if there is any
		if err != nil {
			return "", err
		}
		return "", listener.Close()
	},
	"read on all threads": readOnAllThreads,
}

func get(url string) (string, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}).Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

func dial(network string) func(string) (string, error) {
	return func(address string) (string, error) {
		conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(context.Background(), network, address)
		if err != nil {
			return "", err
		}
		_, err = conn.Write([]byte("x"))
		_ = conn.Close()
		return "", err
	}
}

// readOnAllThreads opens a file on many threads at once, most of which the
// process had before, and returns how many could.
func readOnAllThreads(file string) (string, error) {
	const threads = 32
	var group sync.WaitGroup
	var mu sync.Mutex
	ready := sync.NewCond(&mu)
	waiting, could := 0, 0
	for range threads {
		group.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			mu.Lock()
			defer mu.Unlock()
			if waiting++; waiting == threads {
				ready.Broadcast()
			}
			for waiting < threads {
				ready.Wait()
			}
			if f, err := os.Open(file); err == nil {
				could++
				_ = f.Close()
			}
		})
	}
	group.Wait()
	return strconv.Itoa(could), nil
}

// lineOf returns the line of a text that begins with a word.
func lineOf(text, word string) string {
	scanner := bufio.NewScanner(strings.NewReader(text))
	for scanner.Scan() {
		if rest, ok := strings.CutPrefix(scanner.Text(), word); ok {
			return strings.Join(strings.Fields(rest), " ")
		}
	}
	return ""
}
