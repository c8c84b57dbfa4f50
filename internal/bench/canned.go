package bench

import (
	"bytes"
	"context"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Echoed stands in the body of an answer for what the request has behind Answer.Echo, which must be as long.
const Echoed = "<twenty-characters->"

// An Answer is the body of 200 for requests that begin with some bytes, such as "POST /charges ".
type Answer struct {
	Begins, Body string
	// Echo is what the request has before the text that Echoed stands for; empty if the answer is always the same.
	Echo string
}

// Canned serves answers on loopback until the benchmark ends, and returns the URL. It allocates nothing for a request, since what
// is measured may be in the same process.
func Canned(b *testing.B, answers ...Answer) string {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	context.AfterFunc(b.Context(), func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			context.AfterFunc(b.Context(), func() { _ = conn.Close() })
			go serveCanned(conn, answers)
		}
	}()
	return "http://" + listener.Addr().String()
}

// canned is an answer on one connection.
type canned struct {
	begins, echo, whole []byte
	echoed              int // where Echoed stands in whole
}

func newCanned(a Answer) canned {
	whole := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(len(a.Body)) + "\r\n\r\n" + a.Body)
	return canned{begins: []byte(a.Begins), echo: []byte(a.Echo), whole: whole, echoed: bytes.Index(whole, []byte(Echoed))}
}

// to returns the answer to a request.
func (c *canned) to(request []byte) []byte {
	if at := bytes.Index(request, c.echo); len(c.echo) > 0 && at >= 0 && c.echoed >= 0 {
		copy(c.whole[c.echoed:c.echoed+len(Echoed)], request[at+len(c.echo):])
	}
	return c.whole
}

func serveCanned(conn net.Conn, answers []Answer) {
	made := make([]canned, len(answers))
	for i, a := range answers {
		made[i] = newCanned(a)
	}
	buffer, have := make([]byte, 64<<10), 0
	for {
		n, err := conn.Read(buffer[have:])
		if err != nil {
			return
		}
		have += n
		length := requestLength(buffer[:have])
		if length == 0 || length > have {
			continue
		}
		for i := range made {
			if bytes.HasPrefix(buffer[:length], made[i].begins) {
				if _, err := conn.Write(made[i].to(buffer[:length])); err != nil {
					return
				}
				break
			}
		}
		have = copy(buffer, buffer[length:have])
	}
}

// requestLength returns how long the first request is; 0 if its header has not come yet.
func requestLength(content []byte) int {
	end := bytes.Index(content, []byte("\r\n\r\n"))
	if end < 0 {
		return 0
	}
	length := end + 4
	const name = "\r\nContent-Length: "
	if at := bytes.Index(content[:end], []byte(name)); at >= 0 {
		body := 0
		for _, digit := range content[at+len(name) : end] {
			if digit < '0' || digit > '9' {
				break
			}
			body = body*10 + int(digit-'0')
		}
		length += body
	}
	return length
}
