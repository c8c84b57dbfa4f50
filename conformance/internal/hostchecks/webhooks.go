package hostchecks

import "sync"

func webhookStories() []Story {
	return []Story{
		{Clause: "HWH-002", Tell: webhooksDeliveredManyTimes},
	}
}

// One event is delivered forty times at once, and some more times after that.
func webhooksDeliveredManyTimes(t *T) {
	o := t.NewOrder()
	o.Place()
	o.Finds()
	payment := o.Pay()
	w := o.Wallets[0]
	webhook := w.PaymentWebhook(payment, nil)
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() { t.Deliver(w, webhook) })
	}
	all.Wait()
	t.Sure(w, webhook)
	o.Paid(payment)
	for range 3 {
		t.Sure(w, webhook)
	}
	o.ActedOn()
	t.Sure(w, w.PaymentWebhook(payment, nil)) // another event about the same
	t.Throughout("order "+o.ID+" is acted on once", func() bool {
		said := o.Look()
		return said == nil || said.Effects == 1
	})
}
