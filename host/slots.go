package host

import (
	"math"
	"sync"

	"github.com/paysocket/paysocket/contract"
)

// maxBuyersOfOne is how many buyers wait for the calls of one provider at the same time.
// One that is slow takes no more of the host than they do: whoever comes then is refused
// at once, before anything is stored.
const maxBuyersOfOne = 64

// slots bound how much is done at the same time: in all, and for each provider, so that
// one that hangs does not keep the others' out.
type slots struct {
	most, mostOfOne int

	mu  sync.Mutex
	all int
	of  map[string]int // by provider; those with none are not in it
}

func newSlots(most, mostOfOne int) *slots {
	return &slots{most: most, mostOfOne: mostOfOne, of: map[string]int{}}
}

func newBuyers() *slots { return newSlots(math.MaxInt, maxBuyersOfOne) }

func (s *slots) take(provider string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == s.most || s.of[provider] == s.mostOfOne {
		return false
	}
	s.all++
	s.of[provider]++
	return true
}

func (s *slots) free(provider string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.of[provider]--; s.of[provider] == 0 {
		delete(s.of, provider)
	}
}

// errCrowded is of a buyer who comes while too many wait for a provider.
func errCrowded(provider string) error {
	return contract.Errorf(contract.ProviderUnreachable,
		"nothing was stored, and nothing was sent: %d buyers wait for %s already; see why its calls take long, and try again", maxBuyersOfOne, provider)
}
