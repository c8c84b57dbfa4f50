package staff

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secret = "correct horse battery staple"

func TestPassword_IsStoredWithItsCost(t *testing.T) {
	t.Parallel()
	h := newHasher()
	stored, err := h.hash(t.Context(), secret)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(stored, "$argon2id$v=19$m=47104,t=1,p=1$"), stored)
	other, err := h.hash(t.Context(), secret)
	require.NoError(t, err)
	assert.NotEqual(t, stored, other, "each has a salt of its own")
	for password, want := range map[string]bool{secret: true, secret + " ": false, "": false, strings.Repeat("x", 2000): false} {
		right, stale, err := h.verify(t.Context(), password, stored)
		require.NoError(t, err)
		assert.Equal(t, want, right, "%.40q", password)
		assert.False(t, stale)
	}
	right, _, err := h.verify(t.Context(), "", "")
	require.NoError(t, err)
	assert.False(t, right, "nobody has no password")
	for _, short := range []string{"", "eleven char", strings.Repeat("x", 257)} {
		_, err := h.hash(t.Context(), short)
		require.ErrorIs(t, err, errPassword)
	}
}

func TestPassword_OfAnotherCostIsHashedAnew(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		require.NoError(o.t, o.addUser(o.t.Context(), "ann", Clerk, secret))
		old := cost{memory: 8 << 10, passes: 1, threads: 1}
		salt := randomBytes(saltLength)
		weak := encodeHash(old, salt, derive(secret, salt, old))
		_, err := o.db.ExecContext(o.t.Context(), `UPDATE shop_staff SET password = $1`, weak)
		require.NoError(o.t, err)
		o.logIn("ann", secret)
		var now string
		require.NoError(o.t, o.db.QueryRowContext(o.t.Context(), `SELECT password FROM shop_staff`).Scan(&now))
		assert.Contains(o.t, now, "m=47104")
		o.logIn("ann", secret)
	})
}

func TestPassword_OfACostThatWouldUseUpTheMachineIsRefused(t *testing.T) {
	t.Parallel()
	good := encodeHash(current, randomBytes(saltLength), randomBytes(hashLength))
	_, _, _, err := decodeHash(good)
	require.NoError(t, err)
	for _, bad := range []string{
		"", "x", good[:len(good)-1], good + "A", strings.Replace(good, "m=47104", "m=4294967295", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "t=1", "t=99999", 1), strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "v=19", "v=16", 1),
	} {
		_, _, _, err := decodeHash(bad)
		require.ErrorIs(t, err, errHash, bad)
	}
}

func TestStart_MakesOnePasswordOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		first, err := o.Start(o.t.Context())
		require.NoError(o.t, err)
		assert.GreaterOrEqual(o.t, len(first), 20, "letters of 5 bits")
		again, err := o.Start(o.t.Context())
		require.NoError(o.t, err)
		assert.Empty(o.t, again)
		var stored string
		require.NoError(o.t, o.db.QueryRowContext(o.t.Context(), `SELECT password FROM shop_staff`).Scan(&stored))
		assert.NotContains(o.t, stored, first)
		cookie := o.logIn(First, first)
		other, err := o.Reset(o.t.Context(), First)
		require.NoError(o.t, err)
		assert.False(o.t, o.isIn(cookie), "the sessions of before have ended")
		o.logIn(First, other)
	})
}

func TestSession_EndsByItself(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		require.NoError(o.t, o.addUser(o.t.Context(), "ann", Clerk, secret))
		idle := o.logIn("ann", secret)
		o.clock = o.clock.Add(idleTime - time.Second)
		assert.True(o.t, o.isIn(idle))
		o.clock = o.clock.Add(idleTime)
		assert.False(o.t, o.isIn(idle), "half an hour without a request")

		busy := o.logIn("ann", secret)
		for at := time.Duration(0); at < sessionTime-idleTime; at += idleTime / 2 {
			o.clock = o.clock.Add(idleTime / 2)
			require.True(o.t, o.isIn(busy), at)
		}
		o.clock = o.clock.Add(idleTime - time.Second)
		require.True(o.t, o.isIn(busy))
		o.clock = o.clock.Add(2 * time.Second)
		assert.False(o.t, o.isIn(busy), "twelve hours, whatever happens")
	})
}

func TestSession_IsStoredAsAHash(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		require.NoError(o.t, o.addUser(o.t.Context(), "ann", Clerk, secret))
		cookie := o.logIn("ann", secret)
		assert.True(o.t, cookie.HttpOnly)
		assert.Equal(o.t, http.SameSiteStrictMode, cookie.SameSite)
		var id string
		require.NoError(o.t, o.db.QueryRowContext(o.t.Context(), `SELECT id FROM shop_staff_sessions`).Scan(&id))
		assert.NotContains(o.t, id, cookie.Value)
		stolen := *cookie
		stolen.Value = id
		assert.False(o.t, o.isIn(&stolen), "who reads the database cannot log in")
		assert.NotEqual(o.t, cookie.Value, o.logIn("ann", secret).Value)
	})
}

func TestSession_EndsWhenItsOwnerChanges(t *testing.T) {
	t.Parallel()
	onEach(t, func(o *office) {
		ctx := o.t.Context()
		require.NoError(o.t, o.addUser(ctx, "ann", Operator, secret))
		require.NoError(o.t, o.addUser(ctx, "bob", Operator, secret))
		bystander := o.logIn("bob", secret)
		out := o.logIn("ann", secret)
		assert.Equal(o.t, http.StatusSeeOther, o.send(http.MethodPost, "/logout", url.Values{}, out).status)
		assert.False(o.t, o.isIn(out), "a cookie that was kept is of no use")

		mine, elsewhere := o.logIn("ann", secret), o.logIn("ann", secret)
		const next = "another long password"
		wrong := o.send(http.MethodPost, "/password", url.Values{"old": {"guess"}, "new": {next}, "again": {next}}, mine)
		assert.Equal(o.t, http.StatusForbidden, wrong.status, "a cookie alone changes no password")
		changed := o.send(http.MethodPost, "/password", url.Values{"old": {secret}, "new": {next}, "again": {next}}, mine)
		require.Equal(o.t, http.StatusSeeOther, changed.status, changed.body)
		assert.False(o.t, o.isIn(mine))
		assert.False(o.t, o.isIn(elsewhere))
		assert.True(o.t, o.isIn(changed.cookie))

		require.NoError(o.t, o.setRole(ctx, "ann", Clerk, false))
		assert.False(o.t, o.isIn(changed.cookie), "a role is not kept in a session")
		ann := o.logIn("ann", next)
		assert.Equal(o.t, http.StatusForbidden, o.send(http.MethodGet, "/staff", nil, ann).status)
		require.NoError(o.t, o.setRole(ctx, "ann", Operator, true))
		assert.False(o.t, o.isIn(ann))
		assert.Equal(o.t, http.StatusUnauthorized, o.send(http.MethodPost, "/login", url.Values{"name": {"ann"}, "password": {next}}, nil).status)
		require.NoError(o.t, o.setRole(ctx, "ann", Clerk, false))
		kept := o.logIn("ann", next)
		_, err := o.db.ExecContext(ctx, `UPDATE shop_staff SET disabled = 1 WHERE name = 'ann'`)
		require.NoError(o.t, err)
		assert.False(o.t, o.isIn(kept), "a session that began in the same moment")
		assert.True(o.t, o.isIn(bystander))
		require.ErrorIs(o.t, o.setRole(ctx, "bob", Clerk, false), errLast)
		require.ErrorIs(o.t, o.setRole(ctx, "bob", Operator, true), errLast)
		assert.True(o.t, o.isIn(bystander))
	})
}

func TestSetRole_LeavesOneOfTwoOperatorsWhoDemoteEachOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t, engines["PostgreSQL"](t), nil)
	ctx := t.Context()
	for _, name := range []string{"ann", "bob"} {
		require.NoError(t, o.addUser(ctx, name, Operator, secret))
	}
	tx, err := o.db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(ctx, `SELECT name FROM shop_staff FOR UPDATE`)
	require.NoError(t, err)
	ended := make(chan error, 2)
	for _, name := range []string{"ann", "bob"} {
		go func() { ended <- o.setRole(ctx, name, Clerk, false) }()
	}
	require.Eventually(t, func() bool { // both have begun, and neither knows of the other
		var waiting int
		err := o.db.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting)
		return err == nil && waiting == 2
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, tx.Rollback())
	refused := errors.Join(<-ended, <-ended)
	require.ErrorIs(t, refused, errLast)
	var left int
	require.NoError(t, o.db.QueryRowContext(ctx, `SELECT count(*) FROM shop_staff WHERE role = 'operator'`).Scan(&left))
	assert.Equal(t, 1, left)
}

func TestSession_NeedsTLSBehindAProxy(t *testing.T) {
	t.Parallel()
	at, err := url.Parse("https://staff.example")
	require.NoError(t, err)
	o := newOffice(t, filepath.Join(t.TempDir(), "shop.db"), func(options *Options) { options.URL = at })
	require.NoError(t, o.addUser(t.Context(), "ann", Clerk, secret))
	cookie := o.logIn("ann", secret)
	assert.Equal(t, "__Host-staff", cookie.Name)
	assert.True(t, cookie.Secure)
	assert.Equal(t, "/", cookie.Path)
	assert.True(t, o.isOwnHost("staff.example"))
	assert.False(t, o.isOwnHost("staff.example.evil"))
	assert.False(t, o.isOwnHost("192.0.2.1"))
}

// TestRoutes_NeedTheRolesThatTheyHave has the one list of what a clerk may send.
func TestRoutes_NeedTheRolesThatTheyHave(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filepath.Join(t.TempDir(), "shop.db"), nil)
	may := map[string]Role{
		"POST /payments/{sale}/look": Clerk, "POST /password": Clerk, "POST /logout": Clerk, "POST /payments/{sale}/refund": Refunds, "GET /staff": Operator,
	}
	for pattern, route := range o.routes() {
		want, listed := may[pattern]
		if !listed {
			want = Operator
			if strings.HasPrefix(pattern, "GET ") {
				want = Clerk
			}
		}
		assert.Equal(t, want, route.needs, pattern)
		method, path, _ := strings.Cut(strings.NewReplacer("{sale}", "tea-1", "{name}", "wallet", "{$}", "").Replace(pattern), " ")
		anyone := o.send(method, path, url.Values{}, nil)
		assert.Equal(t, http.StatusSeeOther, anyone.status, pattern)
		assert.Equal(t, "/login", anyone.header.Get("Location"), pattern)
	}
	assert.False(t, Role("").may(Clerk))
	assert.False(t, Role("boss").may(Clerk))
	assert.False(t, Refunds.may(Operator))
	assert.True(t, Operator.may(Refunds))
}

func TestPages_HaveStrictHeaders(t *testing.T) {
	t.Parallel()
	o := newOffice(t, filepath.Join(t.TempDir(), "shop.db"), nil)
	header := o.send(http.MethodGet, "/login", nil, nil).header
	policy := header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
		assert.Contains(t, policy, part)
	}
	assert.NotContains(t, policy, "unsafe")
	assert.Equal(t, "no-store", header.Get("Cache-Control"))
	assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
}

func TestLimiter_BoundsTriesAndMemory(t *testing.T) {
	t.Parallel()
	l := newLimiter(3, time.Minute)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for range 3 {
		assert.True(t, l.allow("ann", now))
	}
	for range 3 {
		assert.False(t, l.allow("ann", now))
	}
	now = now.Add(time.Minute)
	assert.True(t, l.allow("ann", now), "one more a minute")
	assert.False(t, l.allow("ann", now))
	l.forget("ann")
	assert.True(t, l.allow("ann", now))
	for a, b := range map[string]string{
		"192.0.2.1:5": "192.0.2.1", "[2001:db8::1]:5": "2001:db8::/64", "[2001:db8::ffff:2]:9": "2001:db8::/64", "[::ffff:192.0.2.1]:7": "192.0.2.1",
		"[fe80::1%eth0]:7": "fe80::/64",
	} {
		assert.Equal(t, b, addressKey(a))
	}
}
