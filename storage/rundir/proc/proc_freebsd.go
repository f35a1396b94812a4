package proc

import "golang.org/x/sys/unix"

const argsName = "kern.proc.args"

func arguments(raw []byte) []string { return words(raw) }

// allVisible reports whether all processes of the machine can be seen, which is not so in a jail.
func allVisible(int, string) bool {
	jailed, err := unix.SysctlUint32("security.jail.jailed")
	return err == nil && jailed == 0
}
