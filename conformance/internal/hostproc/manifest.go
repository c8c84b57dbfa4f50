package hostproc

import (
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/paysocket/paysocket/conformance/internal/manifest"
)

// APIVersion is what the field apiVersion must say.
const APIVersion = "paysocket.host/v1"

// DatabaseKind is the kind of database that the suite makes for a host.
type DatabaseKind string

// The kinds of databases.
const (
	SQLite   DatabaseKind = "sqlite"   // the path of a file that is not there yet
	Postgres DatabaseKind = "postgres" // the URL of an empty database
	None     DatabaseKind = "none"     // the host brings its own; the suite does not see it
)

// Manifest is everything that the suite has to know about a host.
type Manifest struct {
	// File is the path of the manifest, and Folder the folder that it is in.
	File, Folder string

	Implementation manifest.Implementation

	// Profile names the features that must be there.
	Profile string

	// Command is how a process of the host is started, without a shell, and Env are
	// variables for it, "NAME=value". Both are templates over Facts.
	Command, Env []string

	// Processes is how many processes of the host run on one database: 1 or 2.
	Processes int

	// Stop is the signal at which a process ends in good order. Reload is the one at
	// which it reads its catalog again; 0 if there is none, and it is started again.
	Stop, Reload syscall.Signal

	// Webhooks is the URL of a provider's webhooks, a template over Facts and
	// {{.Provider}}, its name in the catalog; empty if the host takes none.
	Webhooks string

	Database DatabaseKind

	// Providers is how many providers a catalog may have; 0: any number.
	Providers int

	// Live is whether the host also sells for real money, as far as it knows: in worlds
	// whose providers all have the mode live.
	Live bool

	Pace Pace

	// KnownFailing is the path of the file with excused clauses; empty if there is
	// none.
	KnownFailing string
}

// Pace is how fast a host is.
type Pace struct {
	// CallTimeout is the longest that one call of a provider which moves money takes.
	CallTimeout time.Duration

	// MinTimeLeft is the least time to its deadline with which such a call begins.
	MinTimeLeft time.Duration

	// Notice is the longest until the host looks by itself for what nobody told it.
	Notice time.Duration

	// Quiet is how long the suite watches that something does not happen.
	Quiet time.Duration

	// Start is the longest until a process takes orders, and Stop until it has ended
	// after it was asked to.
	Start, Stop time.Duration
}

// Facts are what templates of the manifest can use. Each process has its own.
type Facts struct {
	Catalog  string // the path of the catalog, which the suite writes
	Database string // see DatabaseKind; empty for None
	Hostctl  string // the address at which to serve hostctl/1: 127.0.0.1:PORT
	Webhooks string // the address at which to take webhooks and buyers: 127.0.0.1:PORT
	Folder   string // for files of the host's own, which its processes share
	Process  int    // counts the processes of one database from 1
	Mode     string // of all providers of the catalog: test or live
}

// webhookURL returns where a process takes the webhooks of a provider of the catalog.
func (m *Manifest) webhookURL(facts *Facts, provider string) (string, error) {
	return fill(m.Webhooks, &struct {
		Facts

		Provider string
	}{*facts, provider})
}

// fill fills in a template.
func fill(text string, facts any) (string, error) {
	parsed, err := template.New("").Parse(text)
	if err != nil {
		return "", err
	}
	var filled strings.Builder
	err = parsed.Execute(&filled, facts)
	return filled.String(), err
}

// command returns the command line and the environment of a process.
func (m *Manifest) command(facts *Facts) (argv, env []string, err error) {
	for _, list := range []struct {
		templates []string
		filled    *[]string
	}{{m.Command, &argv}, {m.Env, &env}} {
		for _, text := range list.templates {
			one, err := fill(text, facts)
			if err != nil {
				return nil, nil, err
			}
			*list.filled = append(*list.filled, one)
		}
	}
	return argv, env, nil
}
