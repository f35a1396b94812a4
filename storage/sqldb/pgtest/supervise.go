package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// supervisor runs a script in a directory until its standard input ends, as it does when the
// process of the tests has ended, in whatever way; then it ends what the script runs, quickly, and removes the
// directory.
const supervisor = `cd "$2" || exit
sh -c "$3" - "$1" </dev/null &
read -r _
kill -INT $!
wait $!
cd /
rm -rf "$2"
`

// supervise runs a script, with bin as its first argument, until the file that it returns is closed.
// What it prints is in the file log of the directory.
func supervise(dir, script, bin string) (*os.File, error) {
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	cmd := exec.Command("sh", "-c", supervisor, "-", bin, dir, script)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, read, log, log
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C"}
	if err := asServant(cmd); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", bin, err)
	}
	go func() { _ = cmd.Wait() }() // it ends when it is told to
	return write, nil
}

// newDir makes a directory for a server. Its path is short: that of a socket may have but 107 bytes.
func newDir() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "pgtest")
	if err != nil {
		return "", err
	}
	return dir, give(dir)
}

// writeFiles writes files that only the server may read.
func writeFiles(dir string, files map[string]string) error {
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
		if err := give(path); err != nil {
			return err
		}
	}
	return nil
}
