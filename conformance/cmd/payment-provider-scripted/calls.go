package main

import (
	"sync"
	"time"
)

// How long the end may wait for calls in flight.
const (
	afterHost = 1500 * time.Millisecond // a host kills after 2 s
	afterTerm = 10 * time.Second
)

// flushGrace is the time in which gRPC writes the answer of a call that has ended. It
// does not say when it has.
const flushGrace = 100 * time.Millisecond

// calls counts the calls in flight, and refuses new ones once the end has begun.
type calls struct {
	mu       sync.Mutex
	inFlight int
	ending   bool
	idle     chan struct{} // closed when the end has begun and no call is left
	once     sync.Once
}

func newCalls() *calls { return &calls{idle: make(chan struct{})} }

// enter begins a call; it returns false if the end has begun.
func (c *calls) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		return false
	}
	c.inFlight++
	return true
}

func (c *calls) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	c.closeIfIdle()
}

func (c *calls) closeIfIdle() {
	if c.ending && c.inFlight == 0 {
		c.once.Do(func() { close(c.idle) })
	}
}

func (c *calls) isEnding() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// end refuses new calls, and waits at most limit for those in flight. It reports
// whether they have ended.
func (c *calls) end(limit time.Duration) bool {
	c.mu.Lock()
	c.ending = true
	c.closeIfIdle()
	c.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.idle:
		return true
	case <-timer.C:
		return false
	}
}

// answer is end, with time for the answers to be written if there were any.
func (c *calls) answer(limit time.Duration) {
	if c.end(limit) {
		<-time.After(flushGrace)
	}
}
