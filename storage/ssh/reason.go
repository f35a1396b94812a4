package ssh

import (
	"cmp"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"societop/model"
	"societop/model/text"
)

// The reasons for which a process is ended from here.
var (
	errSilent = errors.New("no answer for 5 s")
	errSlow   = errors.New("no answer within 25 s")
)

// complaints are what ssh says when it can't connect, what that means, and what can be done. HOST
// is the host, LOGIN what a person types to log in, and KNOWN how known_hosts has the host.
var complaints = []struct{ said, means, remedy string }{
	{"REMOTE HOST IDENTIFICATION HAS CHANGED", "its host key has changed", "someone may have come between; if the change is known to you, remove the old key with `ssh-keygen -R KNOWN` and log in by hand with `LOGIN`"},
	{"Host key verification failed", "its host key is not known yet", "log in once by hand with `LOGIN`, and check the key"},
	{"Could not resolve hostname", "the name HOST is not known", "check the name, or add it to ~/.ssh/config"},
	{"Permission denied", "permission denied", "log in once by hand with `LOGIN`, or add the key to the agent with `ssh-add`"},
	{"Too many authentication failures", "permission denied: the agent offers too many keys", "name the key for HOST in ~/.ssh/config, with IdentitiesOnly"},
	{"Connection refused", "connection refused", "check the address and the port, and that sshd runs there"},
	{"timed out", "it does not answer", "check the address, and that `LOGIN` connects"},
	{"No route to host", "no route to the host", "check the address and the network"},
	{"Network is unreachable", "the network is unreachable", "check the address and the network"},
	{"Connection closed by", "it closed the connection", "try `LOGIN` by hand"},
	{"Connection reset by", "it reset the connection", "try `LOGIN` by hand"},
}

// explain is the error of a process that has failed, or could not be started, after an error was met.
func (t *Transport) explain(p *process, met error) error {
	e := &model.Error{Op: "read", Address: t.address.String(), Err: model.ErrMachine}
	var known *model.Error
	switch {
	case errors.As(met, &known):
		return met
	case errors.Is(met, exec.ErrNotFound), errors.Is(met, exec.ErrDot):
		e.Detail, e.Remedy = "there is no ssh on the PATH", "install OpenSSH's client"
	case p == nil:
		e.Detail = "ssh can't be started: " + met.Error()
	case errors.Is(p.why(), errSilent), errors.Is(p.why(), errSlow):
		e.Detail, e.Remedy = p.why().Error(), t.filled("check that `LOGIN` connects, and the load there")
	case !p.over():
		e.Detail = fmt.Sprintf("the connection failed: %v", met)
	default:
		t.byStatus(e, p, met)
	}
	e.Detail = clip(e.Detail)
	return e
}

// byStatus explains the end of a process by its status and what it said.
func (t *Transport) byStatus(e *model.Error, p *process, met error) {
	said, status := p.said.String(), p.exit()
	missing := strings.Contains(said, "is not recognized as an internal or external command")
	switch {
	case status == sshFailed && t.complained(e, said):
	case status == 127 || missing:
		e.Err, e.Detail = model.ErrNoPeer, fmt.Sprintf("the command `%s` is not found there", strings.Join(t.command, " "))
		e.Remedy = t.filled("install societop on HOST in a directory that is on the PATH of ssh's commands, or set remote_command in the configuration")
	case status == 126:
		e.Err, e.Detail = model.ErrNoPeer, "it can't be run there: "+lastLine(said)
	case status == 2 && strings.Contains(said, `"stdio"`):
		e.Err, e.Detail, e.Remedy = model.ErrNoPeer, "it is too old", t.filled("update societop on HOST")
	case errors.Is(met, errNoise):
		e.Err, e.Detail = model.ErrNoPeer, met.Error()
		e.Remedy = t.filled("see what `LOGIN true` prints, and remove that from the start files of its shell")
	case status < 0:
		e.Detail = "ssh was killed"
	case status == 0 || lastLine(said) == "":
		e.Detail = "the connection was lost"
	default:
		e.Detail = cmp.Or(lastLine(said), fmt.Sprintf("ssh ended with status %d", status))
	}
}

// sshFailed is the status of an ssh that failed itself, and not the command there.
const sshFailed = 255

// complained explains what ssh said, and reports whether it is known.
func (t *Transport) complained(e *model.Error, said string) bool {
	for _, c := range complaints {
		if strings.Contains(said, c.said) {
			e.Detail, e.Remedy = t.filled(c.means), t.filled(c.remedy)
			return true
		}
	}
	return false
}

// filled is a sentence with the names of the machine in it.
func (t *Transport) filled(s string) string {
	known := t.address.Host
	if t.address.Port != 0 && t.address.Port != 22 {
		known = fmt.Sprintf("'[%s]:%d'", known, t.address.Port)
	}
	return strings.NewReplacer("HOST", t.address.Host, "LOGIN", t.address.byHand(), "KNOWN", known).Replace(s)
}

// lastLine is the last line of what a process said that is not empty.
func lastLine(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}

// clip is the beginning of a detail, on one line and clean.
func clip(s string) string {
	s = strings.Join(strings.Fields(text.Clean(s).String()), " ")
	if r := []rune(s); len(r) > maxSaid {
		s = string(r[:maxSaid]) + "…"
	}
	return s
}

// maxSaid is how long a detail is in which another program may have the word.
const maxSaid = 300
