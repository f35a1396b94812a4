//go:build unix

package pgtest

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"sync"
	"syscall"
)

// servant is the user and the group that run a server, which root may not: nil is this one.
var servant = sync.OnceValues(func() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
})

// asServant lets a command be run by the servant, out of reach of the terminal's signals.
func asServant(cmd *exec.Cmd) error {
	c, err := servant()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c}
	return err
}

// give gives a file to the servant.
func give(path string) error {
	c, err := servant()
	if err != nil || c == nil {
		return err
	}
	return os.Chown(path, int(c.Uid), int(c.Gid))
}
