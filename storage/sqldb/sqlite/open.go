package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"societop/storage/netfs"
	"societop/storage/sqldb/table"
)

// onNetwork reports whether a file is on a network file system.
var onNetwork = netfs.OnNetwork

const (
	// copyShare is how many times as long as the last copy took a copy is used, though the files have
	// changed.
	copyShare = 20
	// copyLimit is the longest database that is copied from a network file system, in bytes.
	copyLimit = 1 << 30
)

// ready makes sure that what is at the path now is open.
func (d *DB) ready(ctx context.Context) error {
	info, err := os.Stat(d.path)
	if err != nil {
		return errors.Join(err, d.shut())
	}
	if d.conn != nil && os.SameFile(info, d.file) && !d.copy.stale(d.path) {
		return nil
	}
	if err := d.shut(); err != nil {
		return err
	}
	d.file = info
	if err := d.open(ctx, info); err != nil {
		return errors.Join(err, d.shut())
	}
	d.opened++
	return nil
}

// open opens the database in place, or else a copy of it.
func (d *DB) open(ctx context.Context, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errors.New("it is no file")
	}
	head, err := readHead(d.path)
	if err != nil {
		return err
	}
	if !Head(head) {
		return errNotSQLite
	}
	network := onNetwork(d.path)
	if network && info.Size() > copyLimit {
		return errors.New("it is on a network file system, and too large to be copied; read it on the machine that has it, as with ssh://HOST/PATH")
	}
	if !network && (!wal(head) || exists(d.path+"-shm")) {
		err := d.connect(ctx, d.path, sqlite.OpenReadOnly)
		if err == nil || !needsCopy(err) {
			return err
		}
	}
	target, err := d.copy.make(ctx, d.path, d.temp)
	if err != nil {
		return err
	}
	return d.connect(ctx, target, sqlite.OpenReadWrite)
}

// connect opens a database and reads something of it.
func (d *DB) connect(ctx context.Context, path string, flag sqlite.OpenFlags) error {
	conn, err := sqlite.OpenConn(path, flag)
	if err != nil {
		return err
	}
	conn.SetBusyTimeout(0)
	conn.Limit(sqlite.LimitLength, table.ValueLimit)
	d.conn = conn
	err = d.patient(ctx, openWait, func(c *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(c, "SELECT 1 FROM sqlite_master LIMIT 1", nil)
	})
	if err != nil {
		d.conn = nil
		return errors.Join(err, conn.Close())
	}
	return nil
}

// copied is a copy of a database, or none.
type copied struct {
	dir   string // "": there is none
	state string // of what was copied
	made  time.Time
	took  time.Duration
}

// stale reports whether the files were changed, and are to be copied again.
func (c *copied) stale(path string) bool {
	if c.dir == "" || time.Since(c.made) < copyShare*c.took {
		return false
	}
	now, err := state(path)
	return err == nil && now != c.state
}

// remove removes the copy.
func (c *copied) remove() error {
	dir := c.dir
	if c.dir = ""; dir == "" {
		return nil
	}
	return os.RemoveAll(dir)
}

// make copies a database with its journals into a directory in temp, and returns the path of the copy.
// It fails where one of them changes meanwhile.
func (c *copied) make(ctx context.Context, path, temp string) (target string, err error) {
	begun := time.Now()
	if c.dir, err = os.MkdirTemp(temp, "societop-db-"); err != nil {
		return "", err
	}
	target = filepath.Join(c.dir, "sqlite.db")
	if c.state, err = state(path); err != nil {
		return "", err
	}
	for _, suffix := range journals {
		if err := copyFile(ctx, path+suffix, target+suffix); err != nil && (suffix == "" || !errors.Is(err, os.ErrNotExist)) {
			return "", err
		}
	}
	after, err := state(path)
	if err != nil {
		return "", err
	}
	if c.state != after {
		return "", errChanging
	}
	c.made, c.took = time.Now(), time.Since(begun)
	return target, nil
}

// journals are the files that make up a database, by what follows its name.
var journals = []string{"", "-journal", "-wal"}

// state sums up length and time of the files that make up a database.
func state(path string) (string, error) {
	var b strings.Builder
	for _, suffix := range journals {
		info, err := os.Stat(path + suffix)
		switch {
		case err == nil:
			fmt.Fprintln(&b, suffix, info.Size(), info.ModTime().UnixNano())
		case suffix == "" || !errors.Is(err, os.ErrNotExist):
			return "", err
		}
	}
	return b.String(), nil
}

// copyFile copies a file, unless ctx ends.
func copyFile(ctx context.Context, from, to string) error {
	const part = 8 << 20
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	for err == nil && ctx.Err() == nil {
		_, err = io.CopyN(out, in, part)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, ctx.Err(), out.Close())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
