package proc

import (
	"bytes"
	"encoding/binary"
)

const argsName = "kern.procargs2"

// arguments cuts what the kernel says: their number, the program, and then they and the environment.
func arguments(raw []byte) []string {
	if len(raw) < 4 {
		return nil
	}
	n := int(binary.NativeEndian.Uint32(raw))
	_, raw, _ = bytes.Cut(raw[4:], []byte{0})
	all := words(bytes.TrimLeft(raw, "\x00"))
	if n < 0 || n > len(all) {
		n = len(all)
	}
	return all[:n]
}

// allVisible reports whether all processes of the machine can be seen.
func allVisible(int, string) bool { return true }
