package socket

import (
	"context"
	"io"
	"time"
)

const Version = 3

const (
	ModeTest Mode = "test"
	ModeLive Mode = "live"

	modeNone Mode = ""
)

const Wait = 2 * time.Second

var Default = &Options{}

type Mode string

type Options struct {
	io.Reader
	Mode  Mode `yaml:"mode"`
	Close func() error

	count int
}

type kept struct{ many []int }

type named struct{ Name string }

// Plug promotes Name.
type Plug struct {
	named
	kept
	by selector
}

func (p *Plug) Open(ctx context.Context, modes ...Mode) (_ *Options, err error) { return nil, nil }

func (p *Plug) close() {}

func (m Mode) String() string { return string(m) }

type Selector interface {
	io.Closer
	Choose(mode Mode) selector
	hidden()
}

type selector interface{ isSelector() }

type Set[K comparable, V any] map[K]V

func (s Set[K, V]) Has(key K) bool { _, ok := s[key]; return ok }

type Also = Set[string, Mode]

func Run[T any](selector func(T) (Mode, error)) (T, error) {
	_ = modeNone
	return *new(T), nil
}
