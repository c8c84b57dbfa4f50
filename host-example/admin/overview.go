package admin

import (
	"net/http"
	"slices"
	"time"

	"github.com/paysocket/paysocket/contract"
	"github.com/paysocket/paysocket/host"
)

// overviewResponse is the answer to GET /overview.
type overviewResponse struct {
	At          time.Time                      `json:"at"`
	Open        map[contract.PaymentStatus]int `json:"open"`
	LastHour    map[contract.PaymentStatus]int `json:"last_hour"`
	Unknown     tallyResponse                  `json:"unknown"`
	Due         tallyResponse                  `json:"due"`
	Undelivered tallyResponse                  `json:"undelivered"`
	Attention   tallyResponse                  `json:"attention"`
	Unmatched   tallyResponse                  `json:"unmatched_webhooks"`
	Webhooks    []entryResponse                `json:"latest_unmatched_webhooks"`
}

// tallyResponse is how many there are, and since when the oldest.
type tallyResponse struct {
	N      int       `json:"n"`
	Oldest time.Time `json:"oldest,omitzero"`
}

// named returns counts with a name for payments that have no status yet.
func named(counts map[contract.PaymentStatus]int) map[contract.PaymentStatus]int {
	all := map[contract.PaymentStatus]int{}
	for status, n := range counts {
		if status == "" {
			status = "NONE"
		}
		all[status] = n
	}
	return all
}

func (a *Admin) serveOverview(w http.ResponseWriter, r *http.Request) {
	o, err := a.shop.Engine().Overview(r.Context())
	if err != nil {
		a.fail(w, r, "overview", err)
		return
	}
	response := overviewResponse{
		At: o.At, Open: named(o.Open), LastHour: named(o.LastHour), Unknown: tallyResponse{o.Unknown, o.OldestUnknown},
		Due: tallyResponse{o.Due, o.OldestDue}, Undelivered: tallyResponse{o.Undelivered, o.OldestUndelivered},
		Attention: tallyResponse{N: o.Attention}, Unmatched: tallyResponse{N: o.Unmatched}, Webhooks: newEntryResponses(o.UnmatchedWebhooks),
	}
	if len(o.NeedAttention) > 0 {
		response.Attention.Oldest = o.NeedAttention[0].At
	}
	writeJSON(w, http.StatusOK, response)
}

// attentionResponse is a payment or a refund that a person should look at.
type attentionResponse struct {
	Sale    string          `json:"sale"`
	Since   time.Time       `json:"since"`
	Attempt attemptResponse `json:"attempt"`
}

func (a *Admin) serveAttention(w http.ResponseWriter, r *http.Request) {
	o, err := a.shop.Engine().Overview(r.Context())
	if err != nil {
		a.fail(w, r, "attention", err)
		return
	}
	list := make([]attentionResponse, len(o.NeedAttention))
	for i := range o.NeedAttention {
		c := &o.NeedAttention[i]
		list[i] = attentionResponse{Sale: c.SaleID, Since: c.At, Attempt: newAttemptResponse(&c.Attempt)}
	}
	webhooks := slices.DeleteFunc(o.UnmatchedWebhooks, func(e host.Entry) bool { return e.Kind != "attention" })
	writeJSON(w, http.StatusOK, map[string]any{"n": o.Attention, "attention": list, "webhooks": newEntryResponses(webhooks)})
}
