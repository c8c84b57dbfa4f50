package plugin

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFileThatIsExchangedAfterItWasReadDoesNotRun(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux executes the file that was read")
	}
	path := filepath.Join(t.TempDir(), "provider")
	copySelf(t, path)
	o := (&OpenOptions{Env: []string{"PAYSOCKET_TEST_ROLE=provider"}, StartTimeout: time.Minute}).orDefaults()
	binary, openErr := checkBinary(t.Context(), path, "", o.Logger)
	require.Nil(t, openErr)
	defer binary.close()

	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.WriteFile(other, []byte("#!/bin/sh\nexit 9\n"), 0o700))
	require.NoError(t, os.Rename(other, path))

	l, err := newLaunch(binary, &o)
	require.NoError(t, err)
	client, openErr := l.open(t.Context())
	require.Nil(t, openErr)
	assert.Equal(t, "tester", client.Descriptor().ProviderID)
	require.NoError(t, client.Close())

	_, err = Open(t.Context(), path, &o)
	require.ErrorIs(t, err, &OpenError{Failure: FailureExited}, "or this test proves nothing")
}

func TestAFileThatIsExchangedWhileItIsLookedAtIsNotTrusted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "provider")
	require.NoError(t, os.WriteFile(path, []byte("one"), 0o700))
	file, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	require.NoError(t, checkTrust(path, file))
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.WriteFile(path, []byte("two"), 0o700))
	assert.ErrorContains(t, checkTrust(path, file), "exchanged")
}

func copySelf(t *testing.T, path string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	from, err := os.Open(self)
	require.NoError(t, err)
	defer func() { _ = from.Close() }()
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	require.NoError(t, err)
	_, err = io.Copy(to, from)
	require.NoError(t, err)
	require.NoError(t, to.Close())
}

func TestAGroupIsOursIfNobodyElseIsInIt(t *testing.T) {
	t.Parallel()
	const passwd = "root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1000::/home/shop:/bin/sh\nmallory:x:1001:1001::/:/bin/sh\n" +
		"guest:x:1002:100::/:/bin/sh\nbroken\n"
	const group = "root:x:0:\nshop:x:1000:\nmallory:x:1001:\nusers:x:100:\nops:x:2000:shop,root\nall:x:2001:shop,mallory\nodd:x:2002:nobody-knows\n"
	for gid, want := range map[string]bool{
		"0": true, "1000": true, "2000": true,
		"1001": false, // mallory's own
		"100":  false, // guest's, by the list of users
		"2001": false, "2002": false,
		"3000": false, // not listed, so it may have anybody in it
	} {
		assert.Equal(t, want, groupIsOurs(group, passwd, gid, "1000"), gid)
	}
	assert.False(t, groupIsOurs(group, strings.ReplaceAll(passwd, "shop:x:1000", "shop:x:1003"), "2000", "1000"), "another user of that name")
}
