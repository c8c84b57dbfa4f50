package selftest

// till is a module of two packages, in which names are used in many ways.
func till() map[string]string {
	return map[string]string{
		"go.mod": "module example.org/till\n",
		"coin/coin.go": `package coin

import "errors"

var ErrSmall = errors.New("small")

type Coin struct {
	Value int
	worn  bool
}

type stack struct{ Coin }

func (c *Coin) Worn() bool { return c.worn }

func Sum(coins ...Coin) int {
	sum := 0
	for _, c := range coins {
		sum += c.Value
	}
	return sum
}

func least(n int) error {
	if n < 1 && !quiet() {
		return ErrSmall
	}
	return nil
}

func quiet() bool { return false }

func top(s stack) int { return s.Coin.Value }
`,
		"till/till.go": tillText,
	}
}

const tillText = `package till

import "example.org/till/coin"

type Till struct {
	coins []coin.Coin
	Value int
}

func (t *Till) Worn() int {
	worn := 0
	for _, one := range t.coins {
		if one.Worn() {
			worn++
		}
	}
	return worn
}

func (t *Till) Add(one coin.Coin) int {
	sum := coin.Sum(one)
	t.Value = t.Value + sum + one.Value
	return t.Value
}
`
