package omise_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/paysocket/paysocket/internal/faults"
	"github.com/paysocket/paysocket/provider/omise"
)

// The tests of this file run in virtual time, so that no test waits.

// sleep waits in virtual time.
func sleep(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // only called within a synctest bubble
}

func TestCreateCharge_GivesUpASlowGatewayAfterTheWriteTimeout(t *testing.T) {
	t.Parallel()
	writeSlowly := func(conn net.Conn) bool {
		for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + strings.Repeat(" ", 100)) {
			if _, err := conn.Write([]byte{b}); err != nil {
				return false
			}
			sleep(time.Second)
		}
		return true
	}
	for name, slow := range map[string]reply{
		"no headers":    hang,
		"half a header": func(conn net.Conn) bool { return raw("HTTP/1.1 200 OK\r\nContent-")(conn) && hang(conn) },
		"half a body": func(conn net.Conn) bool {
			return raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")(conn) && hang(conn)
		},
		"byte for byte": writeSlowly,
		"endless chunks": func(conn net.Conn) bool {
			return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")(conn) && hang(conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := &gateway{script: []reply{slow}}
				c := pipeClient(t, g, nil)
				var err error
				assert.Equal(t, omise.DefaultWriteTimeout, elapsed(func() { _, err = c.CreateCharge(t.Context(), newCharge()) }))
				failed := errorOf(t, err)
				assert.Equal(t, omise.KindTimeout, failed.Kind)
				assert.True(t, failed.Sent)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Len(t, g.received(), 1)
			})
		})
	}
}

func TestRetrieveCharge_GivesUpSoonerAndRetriesWhileTimeIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{hang}}
		c := pipeClient(t, g, &omise.Options{Backoff: noBackoff})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var err error
		took := elapsed(func() { _, err = c.RetrieveCharge(ctx, chargeID) })
		assert.Equal(t, 20*time.Second, took, "8 s, 8 s, and the 4 s that were left")
		assert.Equal(t, omise.KindTimeout, errorOf(t, err).Kind)
		assert.Len(t, g.received(), 3)
	})
}

func TestCreateCharge_EndsAtAnEarlierDeadlineOfTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, &gateway{script: []reply{hang}}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		var err error
		assert.Equal(t, 3*time.Second, elapsed(func() { _, err = c.CreateCharge(ctx, newCharge()) }))
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindTimeout, failed.Kind)
		assert.True(t, failed.Sent)
	})
}

func TestCreateCharge_ReturnsAtOnceWhenCanceledAndMayHaveBeenSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, &gateway{script: []reply{hang}}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		var err error
		assert.Equal(t, time.Second, elapsed(func() { _, err = c.CreateCharge(ctx, newCharge()) }))
		require.ErrorIs(t, err, context.Canceled)
		assert.True(t, errorOf(t, err).Sent)
	})
}

func TestCreateCharge_IsUnsentAfterADialThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1"}, func(ctx context.Context, _, _ string) (net.Conn, error) {
			dialling, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			<-dialling.Done()
			return nil, dialling.Err()
		})
		require.NoError(t, err)
		_, err = c.CreateCharge(t.Context(), newCharge())
		assert.Equal(t, omise.KindUnreachable, errorOf(t, err).Kind)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.CreateCharge(ctx, newCharge())
		assert.Equal(t, omise.KindExpired, errorOf(t, err).Kind, "the caller's time ended")
		sleep(time.Second) // the dial continues after the call
	})
}

func TestCreateCharge_IsNotStartedWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{ok(testdata(t, "charge_pending_2019.json"))}}
		c := pipeClient(t, g, &omise.Options{MinTimeLeft: 10 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		_, err := c.CreateCharge(ctx, newCharge())
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindExpired, failed.Kind)
		assert.False(t, failed.Sent)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Empty(t, g.received())
		_, err = c.RetrieveCharge(ctx, chargeID)
		require.NoError(t, err, "a read may use what is left")
		longer, cancel := context.WithTimeout(t.Context(), 11*time.Second)
		defer cancel()
		_, err = c.CreateCharge(longer, newCharge())
		require.NoError(t, err)
	})
}

func TestCreateCharge_IsNotRetriedWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1", Backoff: noBackoff, MinTimeLeft: 10 * time.Second}, func(context.Context, string, string) (net.Conn, error) {
			dials++
			sleep(2 * time.Second)
			return nil, errRefused
		})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		_, err = c.CreateCharge(ctx, newCharge())
		assert.Equal(t, omise.KindUnreachable, errorOf(t, err).Kind)
		assert.Equal(t, 2, dials, "the third would start with 9 s left")
	})
}

func TestClient_WaitsForRetryAfterInBothForms(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		lines []string
		wait  time.Duration
	}{
		"seconds":              {[]string{"Retry-After: 7"}, 7 * time.Second},
		"a date":               {[]string{"Retry-After: Sat, 01 Jan 2000 00:00:09 GMT"}, 9 * time.Second},
		"by the gateway's own": {[]string{"Date: Tue, 05 May 2026 10:00:00 GMT", "Retry-After: Tue, 05 May 2026 10:00:04 GMT"}, 4 * time.Second},
	} {
		for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					g := &gateway{script: []reply{answer(status, headers(row.lines...), ""), ok(testdata(t, "charge_pending_2019.json"))}}
					c := pipeClient(t, g, &omise.Options{Backoff: noBackoff})
					assert.Equal(t, row.wait, elapsed(func() {
						_, err := c.RetrieveCharge(t.Context(), chargeID)
						assert.NoError(t, err)
					}))
				})
			})
		}
	}
}

func TestClient_FailsAtOnceIfRetryAfterIsBeyondTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{answer(429, headers("Retry-After: 86400"), "")}}
		c := pipeClient(t, g, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		var err error
		assert.Zero(t, elapsed(func() { _, err = c.RetrieveCharge(ctx, chargeID) }))
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindRateLimited, failed.Kind)
		assert.Equal(t, 5*time.Minute, failed.RetryAfter)
		assert.Len(t, g.received(), 1)
	})
}

func TestClient_WaitsBetweenAttemptsAsTheCallerChose(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		backoff func(attempt int) time.Duration
		reply   reply
		took    time.Duration
	}{
		"longer each time":      {func(attempt int) time.Duration { return time.Duration(attempt) * time.Second }, errorAnswer(500, ""), 3 * time.Second},
		"below zero":            {func(int) time.Duration { return -time.Hour }, errorAnswer(500, ""), 0},
		"less than asked for":   {noBackoff, answer(503, headers("Retry-After: 7"), ""), 14 * time.Second},
		"more than asked for":   {func(int) time.Duration { return 9 * time.Second }, answer(503, headers("Retry-After: 7"), ""), 18 * time.Second},
		"not sent again at all": {func(int) time.Duration { return time.Hour }, errorAnswer(400, "bad_request"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := pipeClient(t, &gateway{script: []reply{row.reply}}, &omise.Options{Backoff: row.backoff})
				assert.Equal(t, row.took, elapsed(func() {
					_, err := c.RetrieveCharge(t.Context(), chargeID)
					assert.Error(t, err)
				}))
			})
		})
	}
}

func TestClient_SpreadsAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{errorAnswer(500, "")}}
		c := pipeClient(t, g, nil)
		times := map[time.Duration]bool{}
		for range 5 {
			took := elapsed(func() { _, _ = c.RetrieveCharge(t.Context(), chargeID) })
			assert.LessOrEqual(t, took, 600*time.Millisecond)
			times[took] = true
		}
		assert.Greater(t, len(times), 1, "without jitter all callers would retry together")
	})
}

func TestCircuitBreaker_OpensAndClosesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		script := []reply{}
		for range omise.BreakerCount {
			script = append(script, errorAnswer(500, ""))
		}
		g := &gateway{script: append(script, ok(testdata(t, "charge_pending_2019.json")))}
		lines, logger := newLogger()
		c := pipeClient(t, g, &omise.Options{Backoff: noBackoff, Logger: logger})
		for range omise.BreakerCount {
			_, err := c.CreateCharge(t.Context(), newCharge())
			assert.Equal(t, omise.KindFault, errorOf(t, err).Kind)
		}
		_, err := c.CreateCharge(t.Context(), newCharge())
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.False(t, failed.Sent)
		assert.Equal(t, omise.BreakerDelay, failed.RetryAfter)
		assert.Len(t, g.received(), omise.BreakerCount)
		assert.Contains(t, lines.String(), `"from":"closed","to":"open"`)

		failing := len(g.received())
		sleep(omise.BreakerDelay)
		for range 5 {
			_, err = c.CreateCharge(t.Context(), newCharge())
			require.NoError(t, err)
		}
		assert.Contains(t, lines.String(), `"to":"closed"`)
		faults.Proved(t, faults.Injected{How: "the status 500 until the breaker opens", Times: failing}, "PG27")
	})
}

func TestCircuitBreaker_IgnoresRefusalsAndCanceledCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		harmless := []reply{
			errorAnswer(400, "bad_request"), errorAnswer(401, ""), errorAnswer(404, "not_found"), errorAnswer(408, ""), errorAnswer(409, ""),
			answer(429, "", ""), errorAnswer(400, "backend_error"), answer(400, "", "<html>"), hang,
		}
		for _, each := range harmless {
			g := &gateway{script: []reply{each}}
			c := pipeClient(t, g, nil)
			for range omise.BreakerCount + 1 {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				_, err := c.CreateCharge(ctx, newCharge())
				assert.True(t, errorOf(t, err).Sent)
				cancel()
			}
			assert.Len(t, g.received(), omise.BreakerCount+1)
		}
	})
}

func TestBulkhead_RefusesUnsentWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{hang}}
		c := pipeClient(t, g, nil)
		var callers sync.WaitGroup
		for range omise.BulkheadSize {
			callers.Go(func() { _, _ = c.CreateCharge(t.Context(), newCharge()) })
		}
		synctest.Wait()
		var err error
		took := elapsed(func() { _, err = c.CreateCharge(t.Context(), newCharge()) })
		assert.InDelta(t, omise.BulkheadWait, took, float64(100*time.Millisecond))
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.False(t, failed.Sent)
		callers.Wait()
		assert.Len(t, g.received(), omise.BulkheadSize)
	})
}

func TestBulkhead_DoesNotCountAsSuccessForTheCircuitBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := pipeClient(t, &gateway{script: []reply{hang}}, nil)
		var callers sync.WaitGroup
		for range 3 * omise.BulkheadSize {
			callers.Go(func() { _, _ = c.CreateCharge(t.Context(), newCharge()) })
		}
		callers.Wait()
		_, err := c.CreateCharge(t.Context(), newCharge())
		failed := errorOf(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.Equal(t, omise.BreakerDelay, failed.RetryAfter, "all that were sent have failed: the breaker is open")
	})
}

func TestRetryBudget_BoundsTheRetriesOfManyCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const many = 15
		busy := func(conn net.Conn) bool {
			sleep(time.Second)
			return answer(429, "", "")(conn)
		}
		g := &gateway{script: []reply{busy}}
		c := pipeClient(t, g, &omise.Options{Backoff: noBackoff})
		var callers sync.WaitGroup
		for range many {
			callers.Go(func() {
				_, err := c.RetrieveCharge(t.Context(), chargeID)
				assert.Equal(t, omise.KindRateLimited, errorOf(t, err).Kind)
			})
		}
		callers.Wait()
		assert.Less(t, len(g.received()), many*2, "each alone would be tried three times")
		assert.Greater(t, len(g.received()), many)
	})
}
