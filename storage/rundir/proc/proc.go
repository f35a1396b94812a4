// Package proc finds out whether the process of a run of AgentSociety 2 is alive.
//
// A process proves that a run is alive if it has the number of its pid.json, its command line holds
// "agentsociety2", and an argument or the working directory is of this run: numbers are used again, and
// mean nothing on another machine. That there is no such process proves that the run has ended only
// where one would be seen: on a local file system of a machine whose processes are all visible. In a
// container that is the case for what lies on its own file system; what is mounted into it may be
// written from outside. Whether somebody else's process without such an argument is of this run can't
// be known where its working directory can't be read.
package proc

import (
	"path/filepath"
	"strings"

	"societop/storage/netfs"
	"societop/storage/rundir/runfile"
)

// State is what is known of the process of a run.
type State int8

// The states.
const (
	Unknown State = iota // it may be alive: its files must tell
	Alive                // it is
	Gone                 // it is not
)

// Name is what the command line of a run holds.
const Name = "agentsociety2"

// process is what can be seen of a process.
type process struct {
	exists bool
	hidden bool     // it exists, and nothing else can be known of it
	args   []string // empty: it is a kernel's, or has ended and is not buried
	cwd    string   // empty: it can't be known
}

// Look looks for the process of the run in a directory, which is absolute and without links.
func Look(pid int64, dir string) State {
	if pid <= 0 || pid > 1<<31-1 {
		return Unknown
	}
	p, known := inspect(int(pid))
	switch {
	case !known, p.hidden:
		return Unknown
	case p.exists && p.holds(Name):
		if p.of(dir) {
			return Alive
		}
		if p.cwd == "" {
			return Unknown // it may be of this run
		}
	case p.exists && p.holds("agentsociety") && p.of(dir):
		return Unknown // started by its console script
	}
	if netfs.OnNetwork(dir) || !allVisible(int(pid), dir) {
		return Unknown
	}
	return Gone
}

// holds reports whether the command line has a word in it.
func (p *process) holds(word string) bool {
	for _, arg := range p.args {
		if strings.Contains(arg, word) {
			return true
		}
	}
	return false
}

// of reports whether an argument or the working directory is of the run in a directory.
func (p *process) of(dir string) bool {
	if p.cwd != "" && within(runfile.Resolve(p.cwd), dir) {
		return true
	}
	for _, arg := range p.args {
		if _, value, ok := strings.Cut(arg, "="); ok && strings.HasPrefix(arg, "-") {
			arg = value
		}
		if arg == "" || strings.HasPrefix(arg, "-") {
			continue
		}
		if !filepath.IsAbs(arg) {
			if p.cwd == "" {
				continue
			}
			arg = filepath.Join(p.cwd, arg)
		}
		if within(runfile.Resolve(arg), dir) {
			return true
		}
	}
	return false
}

// within reports whether a path is a directory, or lies in it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}
