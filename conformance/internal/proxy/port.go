package proxy

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// A reservation keeps a port of loopback, so that no other program gets it while the
// proxy refuses connections. To connect to a port that is kept in this way and where
// nobody listens is refused by the kernel.
type reservation struct {
	socket  *os.File
	address string
}

// reservePort reserves a port that is free.
func reservePort() (*reservation, error) {
	syscall.ForkLock.RLock() // no child inherits the socket
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, fmt.Errorf("a socket: %w", err)
	}
	r := &reservation{socket: os.NewFile(uintptr(fd), "reserved port")}
	if err := r.bind(fd); err != nil {
		_ = r.Close()
		return nil, err
	}
	return r, nil
}

func (r *reservation) bind(fd int) error {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return fmt.Errorf("sharing a port: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return fmt.Errorf("binding a socket: %w", err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return fmt.Errorf("the address of a socket: %w", err)
	}
	own, ok := name.(*unix.SockaddrInet4)
	if !ok {
		return fmt.Errorf("the address of a socket is a %T", name)
	}
	r.address = net.JoinHostPort(loopback, strconv.Itoa(own.Port))
	return nil
}

// listen listens at the port. It may be called again when the listener is closed.
func (r *reservation) listen(ctx context.Context) (net.Listener, error) {
	share := func(_, _ string, socket syscall.RawConn) error {
		var failed error
		err := socket.Control(func(fd uintptr) {
			failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
		})
		if err != nil {
			return err
		}
		return failed
	}
	config := net.ListenConfig{Control: share}
	config.SetMultipathTCP(false) // it cannot share a port with plain TCP
	return config.Listen(ctx, "tcp4", r.address)
}

// Close frees the port.
func (r *reservation) Close() error { return r.socket.Close() }
