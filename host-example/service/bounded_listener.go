package service

import (
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
)

// The most connections of the shop and of the admin server. Fewer are taken where the
// process may open few files: a client that opens many would keep the host from
// starting providers.
const (
	maxShopConnections  = 1024
	maxAdminConnections = 64
	leastConnections    = 8
)

// connectionLimit returns how many connections a server may have: at most one for so
// many files that the process may open.
func connectionLimit(most, filesEach uint64) int {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return leastConnections
	}
	return int(max(leastConnections, min(most, uint64(files.Cur)/filesEach))) //nolint:gosec,unconvert // It is at most most; Cur is signed on some systems.
}

// boundedListener accepts a connection when there is room for it. Others wait in the
// system's queue.
type boundedListener struct {
	net.Listener

	room   chan struct{}
	closed chan struct{}
	once   sync.Once
	server atomic.Pointer[http.Server] // whose idle connections make room

	changed chan struct{} // has an element when the room has changed
}

func bound(listener net.Listener, limit int) *boundedListener {
	l := &boundedListener{
		Listener: listener, room: make(chan struct{}, limit), closed: make(chan struct{}), changed: make(chan struct{}, 1),
	}
	go l.keepRoom()
	return l
}

// Accept implements net.Listener.
func (l *boundedListener) Accept() (net.Conn, error) {
	select {
	case l.room <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	l.change()
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.room
		return nil, err
	}
	return &boundedConn{Conn: conn, release: sync.OnceFunc(func() { <-l.room; l.change() })}, nil
}

// change says that the room has changed.
func (l *boundedListener) change() {
	select {
	case l.changed <- struct{}{}:
	default: // it is said already
	}
}

// keepRoom lets connections idle only while half of the room is left: an idle one would
// keep the next client waiting. The server closes idle connections while it holds a
// lock, so closing one must not lead back to it.
func (l *boundedListener) keepRoom() {
	for {
		select {
		case <-l.changed:
			if server := l.server.Load(); server != nil {
				server.SetKeepAlivesEnabled(len(l.room) <= cap(l.room)/2)
			}
		case <-l.closed:
			return
		}
	}
}

// Close implements net.Listener.
func (l *boundedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// boundedConn makes room when it is closed.
type boundedConn struct {
	net.Conn

	release func()
}

// Close implements net.Conn.
func (c *boundedConn) Close() error {
	err := c.Conn.Close()
	c.release()
	return err
}
