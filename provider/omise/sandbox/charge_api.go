package sandbox

func getCharge(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	return c.view.charge(found), nil
}

func listCharges(a *account, c *call) (any, error) {
	return list(a, c, a.charges, "/charges", c.view.charge)
}

// updateCharge answers PATCH /charges/:id. Only description and metadata can
// change.
func updateCharge(a *account, c *call) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	metadata, err := readMetadata(c.params)
	if err != nil {
		return nil, err
	}
	if text, ok := c.params.text("description"); ok {
		found.description = text
	}
	if c.params.has("metadata") {
		a.unindex(found)
		found.metadata = metadata
		a.index(found)
	}
	a.emit("charge.update", found)
	return c.view.charge(found), nil
}

func expireCharge(a *account, c *call) (any, error) {
	return a.changeCharge(c, func(found *charge) error {
		if found.status != statusPending {
			return refuse("failed_expire", "only pending charges can be expired")
		}
		a.expire(found)
		return nil
	})
}

// reverseCharge always refuses: Alipay charges are captured as they are paid,
// and only an authorized one that is not captured can be reversed.
func reverseCharge(a *account, c *call) (any, error) {
	return a.changeCharge(c, func(*charge) error {
		return refuse("failed_reverse", "only uncaptured authorized charges can be reversed")
	})
}

func captureCharge(a *account, c *call) (any, error) {
	return a.changeCharge(c, func(found *charge) error {
		switch found.status {
		case statusExpired:
			return refuse("expired_charge", "charge expired")
		case statusSuccessful:
			return refuse("failed_capture", "charge was already captured")
		case statusPending, statusFailed, statusReversed:
		}
		return refuse("failed_capture", "charge is not authorized")
	})
}

// markAsPaid and markAsFailed exist in test mode only, as the whole sandbox does.
func markAsPaid(a *account, c *call) (any, error) {
	return a.changeCharge(c, func(found *charge) error {
		if err := markable(found); err != nil {
			return err
		}
		a.pay(found)
		return nil
	})
}

func markAsFailed(a *account, c *call) (any, error) {
	code, given := c.params.text("failure_code")
	if !given || code == "" {
		code = "payment_rejected"
	}
	return a.changeCharge(c, func(found *charge) error {
		if err := markable(found); err != nil {
			return err
		}
		a.fail(found, code)
		return nil
	})
}

func markable(c *charge) error {
	switch c.status {
	case statusPending:
		return nil
	case statusExpired:
		return refuse("expired_charge", "charge expired")
	case statusSuccessful, statusFailed, statusReversed:
	}
	return badRequest("charge is not pending")
}

// changeCharge applies a change to the charge of the path and returns the changed
// charge.
func (a *account) changeCharge(c *call, apply func(*charge) error) (any, error) {
	found, err := a.chargeOf(c)
	if err != nil {
		return nil, err
	}
	if err := apply(found); err != nil {
		return nil, err
	}
	return c.view.charge(found), nil
}

func (a *account) chargeOf(c *call) (*charge, error) {
	found, ok := a.charges.get(c.ids[0])
	if !ok {
		return nil, notFound("charge", c.ids[0])
	}
	return found, nil
}
