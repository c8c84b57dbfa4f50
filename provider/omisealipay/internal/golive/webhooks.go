package golive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/paysocket/paysocket/provider/omise"
)

// endpoint is where the account's webhooks go.
func (o *Options) endpoint(account *omise.Account) string {
	if o.WebhookURL != "" {
		return o.WebhookURL
	}
	return account.WebhookURI
}

// webhooks looks where the account's events go, whether that address takes what is
// signed with the secret and nothing else, and how the gateway's last delivery ended.
func (o *Options) webhooks(ctx context.Context, report *Report, account *omise.Account) {
	const set = "set it on the webhooks page of the dashboard, for this mode: https://, and the path that the host serves"
	address := o.endpoint(account)
	at, err := url.Parse(address)
	switch {
	case address == "":
		report.add("endpoint", Failed, "the account has no address for webhooks", set)
	case err != nil || at.Host == "" || at.User != nil:
		report.add("endpoint", Failed, "the address for webhooks is not a URL with a host", set)
	case at.Scheme != "https" && !o.Sandbox:
		report.add("endpoint", Failed, "the address for webhooks is not https: "+shown(at), set)
	default:
		report.add("endpoint", OK, shown(at), "")
		o.secret(ctx, report, at)
	}
	o.lastDelivery(ctx, report)
}

// shown returns an address without its query, which may have a secret in it.
func shown(at *url.URL) string {
	return (&url.URL{Scheme: at.Scheme, Host: at.Host, Path: at.Path}).String()
}

// ping is an event that no host acts on: providers ignore kinds that they do not know.
const ping = `{"object":"event","id":"evnt_test_paysocketgolive","livemode":%t,"location":"/events/evnt_test_paysocketgolive",` +
	`"webhook_deliveries":[],"data":null,"key":"paysocket.golive","created_at":%q}`

// secret sends the endpoint a signed event and one with a forged signature. Both
// answers together say whether the host knows this secret.
func (o *Options) secret(ctx context.Context, report *Report, at *url.URL) {
	if o.Verifier == nil {
		report.add("secret", Warning, "no webhook secret was named, so the endpoint was not tried",
			"create one on the webhooks page of the dashboard, and name its file with --webhook-secret-file")
		return
	}
	send := newSender(&senderOptions{loopback: o.Sandbox})
	defer send.close()
	now := o.Now()
	body := fmt.Appendf(nil, ping, report.Mode == modeLive, now.UTC().Format(time.RFC3339))
	genuine, err := send.post(ctx, at, body, o.Verifier.Sign(body, now))
	if err != nil {
		report.unreached(err)
		return
	}
	forged := o.Verifier.Sign(append(bytes.Clone(body), ' '), now)
	refused, err := send.post(ctx, at, body, forged)
	if err != nil {
		report.unreached(err)
		return
	}
	found := fmt.Sprintf("the endpoint answered %d to an event signed with the secret, and %d to a forged one", genuine, refused)
	const other = "give the host the same webhook secret as in this file, and look whether its clock is right"
	switch {
	case genuine/100 == 2 && refused/100 == 4:
		report.add("secret", OK, found, "")
	case genuine/100 == 2:
		report.add("secret", Warning, found, "the host seems to check no signatures: see webhook_verification in its catalog")
	case genuine/100 == 3:
		report.add("secret", Failed, found, "set the address in the dashboard to where it is redirected; the gateway does not follow")
	case genuine == http.StatusNotFound || genuine == http.StatusMethodNotAllowed:
		report.add("secret", Failed, found, "correct the path of the address; the host's log names the one that it serves")
	case genuine/100 == 4:
		report.add("secret", Failed, found, other)
	default:
		report.add("secret", Failed, found, "look into the log of the host, or of what stands before it")
	}
}

// unreached adds the line of an endpoint that did not answer.
func (r *Report) unreached(err error) {
	if errors.Is(err, errPrivate) {
		r.add("secret", Unknown, err.Error(), "run this where the name leads to its public address, as it does for the gateway")
		return
	}
	r.add("secret", Failed, "the endpoint does not answer: "+err.Error(),
		"open it to the internet, with a certificate that is valid for its name")
}

// lastDelivery reports how the gateway's own last attempt ended. The gateway signs with
// its secret: a refusal while the secret above was accepted means that the two differ.
func (o *Options) lastDelivery(ctx context.Context, report *Report) {
	const name = "delivery"
	page, err := o.Client.ListEvents(ctx, &omise.ListOptions{Limit: 1, Order: "reverse_chronological"})
	if err != nil {
		report.add(name, Unknown, err.Error(), remedyOf(err))
		return
	}
	if len(page.Data) == 0 {
		report.add(name, Unknown, "the account has no events yet", "make a test payment, and run this again")
		return
	}
	record, err := o.Client.RetrieveEventRecord(ctx, page.Data[0].ID)
	if err != nil {
		report.add(name, Unknown, err.Error(), remedyOf(err))
		return
	}
	if len(record.Deliveries) == 0 {
		report.add(name, Warning, "the gateway has not tried to deliver its last event, "+record.Key,
			"if the address was set only now, make a test payment, and run this again")
		return
	}
	last := record.Deliveries[len(record.Deliveries)-1]
	found := fmt.Sprintf("the gateway delivered %s at %s: answered %d", record.Key, last.At.Format(time.RFC3339), last.Status)
	switch {
	case last.Status/100 == 2:
		report.add(name, OK, found, "")
	case last.Status == 0:
		report.add(name, Failed, strings.TrimSuffix(fmt.Sprintf("the gateway got no answer for %s: %s", record.Key, last.Error), ": "),
			"open the endpoint to the internet, with a valid certificate")
	case last.Status == http.StatusUnauthorized || last.Status == http.StatusForbidden:
		report.add(name, Failed, found, "give the host the webhook secret that the dashboard shows now, for this mode")
	default:
		report.add(name, Failed, found, "look into the log of the host at that time")
	}
}
