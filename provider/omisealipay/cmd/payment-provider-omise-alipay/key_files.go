package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/internal/trust"
	"github.com/paysocket/paysocket/provider/omise"
	"github.com/paysocket/paysocket/provider/omisealipay"
)

// keyFiles are the flags that name an account. Keys are in files, since other users can
// read a command line.
type keyFiles struct {
	secret, public, webhook string
	apiBase                 string
	live                    bool
}

func (k *keyFiles) flags(command *cobra.Command) {
	command.Flags().StringVar(&k.secret, "secret-key-file", "", "a file with the secret key, that nobody else can read")
	command.Flags().StringVar(&k.webhook, "webhook-secret-file", "", "a file with the webhook secret, in base64 as the dashboard shows it")
	command.Flags().StringVar(&k.apiBase, "api-base", omise.DefaultBaseURL, "the URL of the API: Omise's, or a sandbox's on this machine")
	command.Flags().BoolVar(&k.live, "live", false, "permit a live key")
}

// An account is what the files lead to.
type account struct {
	client        *omise.Client
	configuration *contract.Configuration
	verifier      *omise.Verifier // nil without a webhook secret
	sandbox       bool
}

func (k *keyFiles) read() (*account, error) {
	if k.secret == "" {
		return nil, errors.New("--secret-key-file is missing: name a file with the secret key (skey_...)")
	}
	secrets := map[string]contract.Secret{}
	for _, named := range []struct{ flag, setting, path string }{
		{"--secret-key-file", "secret_key", k.secret},
		{"--public-key-file", "public_key", k.public},
		{"--webhook-secret-file", "webhook_secrets", k.webhook},
	} {
		if named.path == "" {
			continue
		}
		value, err := readSecret(named.path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", named.flag, err)
		}
		secrets[named.setting] = value
	}
	made := &account{sandbox: isLoopback(k.apiBase)}
	var err error
	made.client, err = omise.New(omise.Credentials{
		SecretKey: omise.NewSecret(secrets["secret_key"].Reveal()), PublicKey: omise.NewSecret(secrets["public_key"].Reveal()),
	}, &omise.Options{BaseURL: k.apiBase, UserAgent: "Paysocket/" + omisealipay.Version})
	if err != nil {
		return nil, err
	}
	mode, settings := contract.ModeTest, map[string]string{"api_base": k.apiBase}
	if !strings.Contains(secrets["secret_key"].Reveal(), "_test_") {
		mode = contract.ModeLive
	}
	if (mode == contract.ModeLive) != k.live {
		return nil, modeError(k.live)
	}
	if k.webhook == "" {
		settings["webhook_verification"] = "fetch"
	} else if made.verifier, err = newVerifier(secrets["webhook_secrets"]); err != nil {
		return nil, fmt.Errorf("--webhook-secret-file: %w", err)
	}
	made.configuration = &contract.Configuration{Mode: mode, Settings: settings, Secrets: secrets}
	return made, nil
}

func modeError(live bool) error {
	if live {
		return errors.New("the key in --secret-key-file is a test key: leave out --live, or name the live key")
	}
	return errors.New("the key in --secret-key-file is a live key: if this is meant, add --live")
}

// newVerifier takes one secret, or several with commas between them, as the provider does.
func newVerifier(list contract.Secret) (*omise.Verifier, error) {
	var secrets []omise.Secret
	for secret := range strings.SplitSeq(list.Reveal(), ",") {
		secrets = append(secrets, omise.NewSecret(strings.TrimSpace(secret)))
	}
	return omise.NewVerifier(secrets, 0)
}

// maxSecret is far longer than a key, or eight webhook secrets.
const maxSecret = 8 << 10

// readSecret reads a file that only its owner can read or write, as those of a catalog.
func readSecret(path string) (contract.Secret, error) {
	file, err := trust.Open(path)
	if err != nil {
		return contract.Secret{}, err
	}
	defer func() { _ = file.Close() }()
	if err := cmp.Or(file.CheckPrivate(), file.CheckContent()); err != nil {
		return contract.Secret{}, fmt.Errorf("%w; %s", err, trust.Remedy(path))
	}
	text, err := file.ReadAll(maxSecret)
	if err != nil {
		return contract.Secret{}, err
	}
	value := strings.TrimSpace(string(text))
	if value == "" {
		return contract.Secret{}, fmt.Errorf("%s is empty", path)
	}
	return contract.NewSecret(value), nil
}

// isLoopback reports whether the API is a sandbox on this machine.
func isLoopback(base string) bool {
	at, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(at.Hostname())
	return at.Hostname() == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
