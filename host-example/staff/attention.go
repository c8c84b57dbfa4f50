package staff

import (
	"net/http"
	"strings"

	"github.com/paysocket/paysocket/host"
)

// advice has what to do about each kind of attention, by what its text contains. The
// first that fits is taken.
var advice = []struct{ contains, do string }{
	{"the sale was paid before", "The buyer has paid twice. Refund one of the payments: the form is at each of them."},
	{"it was paid late", "The buyer paid after the order was given up. Fulfil the order, or refund it. Then say that it was seen."},
	{"the refund was not made", "The gateway refused the refund. Refund again, or pay it back in another way, and say that it was seen."},
	{"the refund has failed", "The money did not reach the buyer. Refund again, or pay it back in another way, and say that it was seen."},
	{"the gateway sent ", "Open the payment in the gateway's dashboard: disputes have deadlines. Say that it was seen when it is dealt with."},
	{"does not work for the account", "The provider's keys are of another account. Give it the old ones back, or look in the old account's dashboard."},
	{"the secrets of ", "The provider's keys have changed. If they are of the same account, wait until a payment shows it; if you have moved to another account, accept the account."},
	{"nobody wants any more", "The order was canceled or paid otherwise. Look in the gateway's dashboard for the key: if there is a payment, adopt its id; if not, release."},
	{"had lost a payment", "After the database was restored, the gateway has a payment of another amount or method. Find out in its dashboard which is right."},
	{"does not find it any more", "Look in the gateway's dashboard whether the provider's keys are of the account that has the payment. Nothing has failed; it is still read."},
	{"answers about it cannot be used", "Report it to the provider's author, with the timeline. It goes away by itself when an answer can be used."},
	{"not https", "The gateway's link is not safe for real money. Ask the gateway. It counts if it is paid."},
	{"looking at it has failed", "See whether the gateway can be reached. It is read once a day, and this goes away when it is read."},
	{"could not be told", "The shop could not write its own rows. See the log; it is told again by itself."},
	{"is about another ", "An answer does not fit the order, and nothing was believed. The configuration is wrong, or the provider has a fault: report it."},
	{"is not what was asked for", "The gateway has something else for this key. Settle it in the dashboard, then adopt the payment that counts, or release."},
	{"may be paid", "Look in the gateway's dashboard for the key or the order. If there is a payment, adopt its id. If there is none and nobody can pay it, release."},
	{"unknown", "Look in the gateway's dashboard for the key or the order. If there is a payment, adopt its id. If there is none and nobody can pay it, release."},
}

// adviceFor returns what to do about an attention; empty if there is none.
func adviceFor(attention string) string {
	if attention == "" {
		return ""
	}
	for _, a := range advice {
		if strings.Contains(attention, a.contains) {
			return a.do
		}
	}
	return "Read the timeline, and look in the gateway's dashboard for the key or the order. Say that it was seen when it is dealt with."
}

type attentionPage struct {
	page

	N       int
	Changes []attentionRow
	Events  []host.Entry
	Others  int // webhooks that belong to no payment here and need nobody
	Strays  []stray
}

type attentionRow struct {
	host.Change

	Advice string
}

// Path returns the address of the payment's page.
func (a *attentionRow) Path() string { return salePath(a.SaleID) }

func (s *Staff) showAttention(w http.ResponseWriter, r *http.Request, who *session) {
	overview, err := s.shop.Engine().Overview(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	data := &attentionPage{page: s.pageOf(r, who, "Needs a person"), N: overview.Attention}
	for _, change := range overview.NeedAttention {
		data.Changes = append(data.Changes, attentionRow{change, adviceFor(change.Attempt.Attention)})
	}
	for _, event := range overview.UnmatchedWebhooks {
		if event.Kind == "attention" {
			data.Events = append(data.Events, event)
		}
	}
	data.Others = overview.Unmatched - len(data.Events)
	if data.Strays, err = s.strays(r.Context()); err != nil {
		s.fail(w, r, err)
		return
	}
	s.render(w, r, http.StatusOK, "attention", data)
}
