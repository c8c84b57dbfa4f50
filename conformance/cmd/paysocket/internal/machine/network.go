package machine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// netTimeout bounds each question to the network. They are asked at the same time.
const netTimeout = 5 * time.Second

// resolver looks at where names are asked for.
func resolver() Line {
	const path = "/etc/resolv.conf"
	text, err := os.ReadFile(path)
	if err != nil {
		return bad("dns", "resolv.conf", "write one with a line: nameserver ADDRESS", "it cannot be read: %v", err)
	}
	var servers []string
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "nameserver" {
			servers = append(servers, fields[1])
		}
	}
	if len(servers) == 0 {
		return bad("dns", "resolv.conf", "add a line: nameserver ADDRESS", "%s names no nameserver", path)
	}
	return ok("dns", "resolv.conf", "asks %s", strings.Join(servers, ", "))
}

// names looks names up.
func names(ctx context.Context, wanted []string) []Line {
	return ask(ctx, wanted, func(ctx context.Context, name string) Line {
		addresses, err := net.DefaultResolver.LookupHost(ctx, name)
		if err != nil {
			return bad("dns", name, "correct the name in the catalog, or what /etc/resolv.conf names; if only a proxy knows it, write the setting proxy",
				"it is not found: %v", briefly(err))
		}
		return ok("dns", name, "is at %s", strings.Join(addresses[:min(len(addresses), 3)], ", "))
	})
}

// variables are those that other programs take a proxy from.
func variables(getenv func(string) string) []Line {
	var set []string
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"} {
		for _, name := range []string{name, strings.ToLower(name)} {
			if getenv(name) != "" {
				set = append(set, name)
			}
		}
	}
	if len(set) == 0 {
		return nil
	}
	return []Line{warn("proxies", "variables", "write the setting proxy into the entries whose gateway is behind it; docs/operating.md",
		"%s: providers ignore them, and they open no port", strings.Join(set, ", ")+" set")}
}

// proxies connects to the proxies of the catalog.
func proxies(ctx context.Context, by map[string]string) []Line {
	return ask(ctx, slices.Sorted(maps.Keys(by)), func(ctx context.Context, provider string) Line {
		address, err := addressOf(by[provider])
		if err != nil {
			return bad("proxies", provider, "write proxy: http://HOST:PORT", "its setting proxy is no proxy: %v", err)
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return bad("proxies", provider, "check the setting proxy, and that the proxy runs and lets this machine in", "its proxy %s cannot be reached: %v", address, briefly(err))
		}
		_ = conn.Close()
		return ok("proxies", provider, "its proxy %s answers", address)
	})
}

// addressOf returns host and port of a proxy. Errors do not show it: it may have a
// password in it.
func addressOf(proxy string) (string, error) {
	u, err := url.Parse(proxy)
	switch {
	case err != nil || u.Hostname() == "":
		return "", errors.New("it is no URL")
	case u.Port() != "":
		return u.Host, nil
	case u.Scheme == "https":
		return net.JoinHostPort(u.Hostname(), "443"), nil
	default:
		return net.JoinHostPort(u.Hostname(), "80"), nil
	}
}

// ask asks about all subjects at once, each for a bounded time.
func ask(ctx context.Context, subjects []string, about func(context.Context, string) Line) []Line {
	ctx, cancel := context.WithTimeout(ctx, netTimeout)
	defer cancel()
	lines := make([]Line, len(subjects))
	var asking sync.WaitGroup
	for i, subject := range subjects {
		asking.Go(func() { lines[i] = about(ctx, subject) })
	}
	asking.Wait()
	return lines
}

// briefly returns an error of the network without the addresses of this machine.
func briefly(err error) error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return fmt.Errorf("%s", dns.Err)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}
