package trust

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const (
	passwdText = "root:x:0:0:root:/root:/bin/sh\nshop:x:1000:1000::/home/shop:/bin/sh\nmallory:x:1001:1001::/:/bin/sh\n" +
		"guest:x:1002:100::/:/bin/sh\ntoor:x:0:0::/root:/bin/sh\nbroken\n\nodd:x:what:4000::/:\n"
	groupText = "root:x:0:\nshop:x:1000:\nmallory:x:1001:\nusers:x:100:\nops:x:2000:shop,root,toor\nall:x:2001:shop,mallory\n" +
		"odd:x:2002:nobody-knows\nempty:x:2003:,\nwritten-oddly:x:02004:shop\n\nbroken:x:2005\nodd:x:4000:\nsplit:x:2006:shop\nsplit:x:2006:mallory\n"
)

func TestGroupIsOurs_IfNobodyElseIsInIt(t *testing.T) {
	t.Parallel()
	for gid, want := range map[uint32]bool{
		0:    true,
		1000: true,
		2000: true,  // the user, and two names of root
		2003: true,  // nobody at all
		2004: true,  // the number is what counts
		1001: false, // mallory's own
		100:  false, // guest's, by the list of users
		2001: false, // mallory is in it
		2002: false, // a member whom the list of users does not name
		2005: false, // not an entry
		2006: false, // mallory is in the second half of it
		4000: false, // of a user whose number cannot be read
		3000: false, // not listed, so it may have anybody in it
	} {
		assert.Equal(t, want, groupIsOurs(groupText, passwdText, gid, 1000), gid)
	}
}

func TestGroupIsOurs_GoesByTheNumberOfTheUser(t *testing.T) {
	t.Parallel()
	renumbered := strings.ReplaceAll(passwdText, "shop:x:1000", "shop:x:1003")
	assert.False(t, groupIsOurs(groupText, renumbered, 2000, 1000), "another user has the name")
	assert.True(t, groupIsOurs(groupText, renumbered, 2000, 1003))
	for _, second := range []string{"shop:x:1003:1003::/:\n", "shop:x:1000:1000::/:\n"} {
		assert.False(t, groupIsOurs(groupText, second+renumbered+second, 2000, 1000), "a name with two numbers")
	}
	assert.False(t, groupIsOurs(groupText, passwdText, 1000, 0), "root's group is root's alone")
	assert.False(t, groupIsOurs("", passwdText, 1000, 1000))
	assert.False(t, groupIsOurs(groupText, "", 2000, 1000))
	assert.True(t, groupIsOurs("shop:x:1000:\r\n", "shop:x:1000:1000::/:\r\n", 1000, 1000), "line ends of another system")
}
