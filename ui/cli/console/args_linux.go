package console

import "unsafe"

// overwrite overwrites a part of an argument. Linux shows the memory of a process's arguments as its
// command line, and that is where the strings of os.Args lie.
func overwrite(part string) {
	b := unsafe.Slice(unsafe.StringData(part), len(part))
	for i := range b {
		b[i] = 'x'
	}
}
