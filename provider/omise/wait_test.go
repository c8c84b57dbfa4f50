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

	"github.com/paysocket/paysocket/provider/kit/roundtrip"
	"github.com/paysocket/paysocket/provider/omise"
)

// The tests of this file run in virtual time: what takes half a minute takes none.

// pass lets virtual time go by.
func pass(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // only called within a synctest bubble
}

func TestASlowGatewayIsGivenUpWhenTheTimeIsUp(t *testing.T) {
	t.Parallel()
	drip := func(conn net.Conn) bool {
		for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + strings.Repeat(" ", 100)) {
			if _, err := conn.Write([]byte{b}); err != nil {
				return false
			}
			pass(time.Second)
		}
		return true
	}
	for name, slow := range map[string]reply{
		"no headers":    hold,
		"half a header": func(conn net.Conn) bool { return raw("HTTP/1.1 200 OK\r\nContent-")(conn) && hold(conn) },
		"half a body": func(conn net.Conn) bool {
			return raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")(conn) && hold(conn)
		},
		"byte for byte": drip,
		"endless chunks": func(conn net.Conn) bool {
			return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")(conn) && hold(conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := &gateway{script: []reply{slow}}
				c := inMemory(t, g, nil)
				var err error
				assert.Equal(t, omise.DefaultWriteTimeout, elapsed(func() { _, err = c.CreateCharge(t.Context(), aCharge()) }))
				failed := failure(t, err)
				assert.Equal(t, omise.KindTimeout, failed.Kind)
				assert.True(t, failed.Sent)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Len(t, g.seen(), 1)
			})
		})
	}
}

func TestAReadIsGivenUpSoonerAndTriedAgainWhileTimeIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{hold}}
		c := inMemory(t, g, &omise.Options{Backoff: noBackoff})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		var err error
		took := elapsed(func() { _, err = c.RetrieveCharge(ctx, chargeID) })
		assert.Equal(t, 20*time.Second, took, "8 s, 8 s, and the 4 s that were left")
		assert.Equal(t, omise.KindTimeout, failure(t, err).Kind)
		assert.Len(t, g.seen(), 3)
	})
}

func TestACallersDeadlineBeatsTheClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, &gateway{script: []reply{hold}}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		var err error
		assert.Equal(t, 3*time.Second, elapsed(func() { _, err = c.CreateCharge(ctx, aCharge()) }))
		failed := failure(t, err)
		assert.Equal(t, omise.KindTimeout, failed.Kind)
		assert.True(t, failed.Sent)
	})
}

func TestACallerWhoHangsUpIsToldAtOnceThatTheChargeMayExist(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, &gateway{script: []reply{hold}}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		var err error
		assert.Equal(t, time.Second, elapsed(func() { _, err = c.CreateCharge(ctx, aCharge()) }))
		require.ErrorIs(t, err, context.Canceled)
		assert.True(t, failure(t, err).Sent)
	})
}

func TestADialThatHangsIsUnreachableAndLeavesTheChargeUnsent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1"}, func(ctx context.Context, _, _ string) (net.Conn, error) {
			dialling, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			<-dialling.Done()
			return nil, dialling.Err()
		})
		require.NoError(t, err)
		_, err = c.CreateCharge(t.Context(), aCharge())
		assert.Equal(t, omise.KindUnreachable, failure(t, err).Kind)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.CreateCharge(ctx, aCharge())
		assert.Equal(t, omise.KindExpired, failure(t, err).Kind, "here it was the caller's time that ended")
		pass(time.Second) // the dial goes on behind the call's back
	})
}

func TestAChargeIsNotBegunWithTooLittleTimeLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{ok(testdata(t, "charge_pending_2019.json"))}}
		c := inMemory(t, g, &omise.Options{MinTimeLeft: 10 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		_, err := c.CreateCharge(ctx, aCharge())
		failed := failure(t, err)
		assert.Equal(t, omise.KindExpired, failed.Kind)
		assert.False(t, failed.Sent)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Empty(t, g.seen())
		_, err = c.RetrieveCharge(ctx, chargeID)
		require.NoError(t, err, "a read may use what is left")
		longer, cancel := context.WithTimeout(t.Context(), 11*time.Second)
		defer cancel()
		_, err = c.CreateCharge(longer, aCharge())
		require.NoError(t, err)
	})
}

func TestAnAttemptThatComesTooLateIsNotMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		c, err := omise.NewWithDial(testKeys(), &omise.Options{BaseURL: "http://127.0.0.1", Backoff: noBackoff, MinTimeLeft: 10 * time.Second}, func(context.Context, string, string) (net.Conn, error) {
			dials++
			pass(2 * time.Second)
			return nil, errRefused
		})
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		_, err = c.CreateCharge(ctx, aCharge())
		assert.Equal(t, omise.KindUnreachable, failure(t, err).Kind)
		assert.Equal(t, 2, dials, "the third would begin with 9 s left")
	})
}

func TestRetryAfterIsHonouredInBothForms(t *testing.T) {
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
					c := inMemory(t, g, &omise.Options{Backoff: noBackoff})
					assert.Equal(t, row.wait, elapsed(func() {
						_, err := c.RetrieveCharge(t.Context(), chargeID)
						assert.NoError(t, err)
					}))
				})
			})
		}
	}
}

func TestAWaitBeyondTheDeadlineFailsAtOnceAndTellsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{answer(429, headers("Retry-After: 86400"), "")}}
		c := inMemory(t, g, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		var err error
		assert.Zero(t, elapsed(func() { _, err = c.RetrieveCharge(ctx, chargeID) }))
		failed := failure(t, err)
		assert.Equal(t, omise.KindRateLimited, failed.Kind)
		assert.Equal(t, roundtrip.MaxRetryAfter, failed.RetryAfter)
		assert.Len(t, g.seen(), 1)
	})
}

func TestClient_WaitsBetweenAttemptsAsTheCallerChose(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		backoff func(attempt int) time.Duration
		reply   reply
		took    time.Duration
	}{
		"longer each time":      {func(attempt int) time.Duration { return time.Duration(attempt) * time.Second }, failing(500, ""), 3 * time.Second},
		"below zero":            {func(int) time.Duration { return -time.Hour }, failing(500, ""), 0},
		"less than asked for":   {noBackoff, answer(503, headers("Retry-After: 7"), ""), 14 * time.Second},
		"more than asked for":   {func(int) time.Duration { return 9 * time.Second }, answer(503, headers("Retry-After: 7"), ""), 18 * time.Second},
		"not sent again at all": {func(int) time.Duration { return time.Hour }, failing(400, "bad_request"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := inMemory(t, &gateway{script: []reply{row.reply}}, &omise.Options{Backoff: row.backoff})
				assert.Equal(t, row.took, elapsed(func() {
					_, err := c.RetrieveCharge(t.Context(), chargeID)
					assert.Error(t, err)
				}))
			})
		})
	}
}

func TestAttemptsOfAReadAreSpreadOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{failing(500, "")}}
		c := inMemory(t, g, nil)
		times := map[time.Duration]bool{}
		for range 5 {
			took := elapsed(func() { _, _ = c.RetrieveCharge(t.Context(), chargeID) })
			assert.LessOrEqual(t, took, 600*time.Millisecond)
			times[took] = true
		}
		assert.Greater(t, len(times), 1, "without jitter all callers would come back together")
	})
}

func TestAGatewayThatFailsIsGivenARestAndTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		script := []reply{}
		for range omise.BreakerCount {
			script = append(script, failing(500, ""))
		}
		g := &gateway{script: append(script, ok(testdata(t, "charge_pending_2019.json")))}
		lines, logger := logged()
		c := inMemory(t, g, &omise.Options{Backoff: noBackoff, Logger: logger})
		for range omise.BreakerCount {
			_, err := c.CreateCharge(t.Context(), aCharge())
			assert.Equal(t, omise.KindFault, failure(t, err).Kind)
		}
		_, err := c.CreateCharge(t.Context(), aCharge())
		failed := failure(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.False(t, failed.Sent)
		assert.Equal(t, omise.BreakerDelay, failed.RetryAfter)
		assert.Len(t, g.seen(), omise.BreakerCount)
		assert.Contains(t, lines.String(), `"from":"closed","to":"open"`)

		pass(omise.BreakerDelay)
		for range 5 {
			_, err = c.CreateCharge(t.Context(), aCharge())
			require.NoError(t, err)
		}
		assert.Contains(t, lines.String(), `"to":"closed"`)
	})
}

func TestRefusalsAndCallersWhoHangUpDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		harmless := []reply{
			failing(400, "bad_request"), failing(401, ""), failing(404, "not_found"), failing(408, ""), failing(409, ""),
			answer(429, "", ""), failing(400, "backend_error"), answer(400, "", "<html>"), hold,
		}
		for _, each := range harmless {
			g := &gateway{script: []reply{each}}
			c := inMemory(t, g, nil)
			for range omise.BreakerCount + 1 {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				_, err := c.CreateCharge(ctx, aCharge())
				assert.True(t, failure(t, err).Sent)
				cancel()
			}
			assert.Len(t, g.seen(), omise.BreakerCount+1)
		}
	})
}

func TestACrowdBeyondTheBulkheadIsTurnedAwayUnsent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{script: []reply{hold}}
		c := inMemory(t, g, nil)
		var crowd sync.WaitGroup
		for range omise.BulkheadSize {
			crowd.Go(func() { _, _ = c.CreateCharge(t.Context(), aCharge()) })
		}
		synctest.Wait()
		var err error
		took := elapsed(func() { _, err = c.CreateCharge(t.Context(), aCharge()) })
		assert.InDelta(t, omise.BulkheadWait, took, float64(100*time.Millisecond))
		failed := failure(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.False(t, failed.Sent)
		crowd.Wait()
		assert.Len(t, g.seen(), omise.BulkheadSize)
	})
}

func TestWhatTheBulkheadTurnsAwayDoesNotMakeASickGatewayLookWell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := inMemory(t, &gateway{script: []reply{hold}}, nil)
		var crowd sync.WaitGroup
		for range 3 * omise.BulkheadSize {
			crowd.Go(func() { _, _ = c.CreateCharge(t.Context(), aCharge()) })
		}
		crowd.Wait()
		_, err := c.CreateCharge(t.Context(), aCharge())
		failed := failure(t, err)
		assert.Equal(t, omise.KindHeldBack, failed.Kind)
		assert.Equal(t, omise.BreakerDelay, failed.RetryAfter, "all that were sent have failed: the breaker is open")
	})
}

func TestRetriesOfACrowdAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const callers = 15
		busy := func(conn net.Conn) bool {
			pass(time.Second)
			return answer(429, "", "")(conn)
		}
		g := &gateway{script: []reply{busy}}
		c := inMemory(t, g, &omise.Options{Backoff: noBackoff})
		var crowd sync.WaitGroup
		for range callers {
			crowd.Go(func() {
				_, err := c.RetrieveCharge(t.Context(), chargeID)
				assert.Equal(t, omise.KindRateLimited, failure(t, err).Kind)
			})
		}
		crowd.Wait()
		assert.Less(t, len(g.seen()), callers*2, "each alone would be tried three times")
		assert.Greater(t, len(g.seen()), callers)
	})
}
