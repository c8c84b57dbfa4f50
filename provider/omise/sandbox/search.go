package sandbox

func search(a *account, c *call) (any, error) {
	return nil, noSuchPath()
}
