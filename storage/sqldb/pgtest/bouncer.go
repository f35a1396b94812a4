package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// bouncer is a pgbouncer that hands each transaction to another connection.
type bouncer struct {
	port int
	keep *os.File
}

var sharedBouncer = sync.OnceValues(startBouncer)

// bouncerSettings leave what pgbouncer refuses by itself refused.
const bouncerSettings = `[databases]
* = host=%[1]s port=%[2]d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %[3]d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %[4]s/users
pool_mode = transaction
default_pool_size = 3
admin_users = ` + User + `
`

// Pooled is the address of the database through a pgbouncer in transaction mode.
func (d *Database) Pooled(t testing.TB) string {
	t.Helper()
	if _, err := exec.LookPath(bouncerBin); err != nil {
		t.Skip("skipped: pgbouncer is not installed; .ci/services installs it")
	}
	b, err := sharedBouncer()
	if err != nil {
		t.Fatal(err)
	}
	d.pooled = true
	return b.address("/" + d.Name)
}

// address is that of a database, or of pgbouncer's own.
func (b *bouncer) address(path string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(User, Password), Host: fmt.Sprintf("127.0.0.1:%d", b.port), Path: path, RawQuery: "sslmode=disable"}
	return u.String()
}

// leave makes pgbouncer close its connections to a database. It would take a moment to see that they
// were cut, and use them for the next test.
func (b *bouncer) leave(database string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	console, err := pgconn.Connect(ctx, b.address("/pgbouncer"))
	if err != nil {
		return err
	}
	defer func() { _ = console.Close(ctx) }()
	return console.Exec(ctx, "RECONNECT "+database).Close()
}

// bouncerBin is where Debian has it.
const bouncerBin = "/usr/sbin/pgbouncer"

func startBouncer() (*bouncer, error) {
	s, err := shared()
	if err != nil {
		return nil, err
	}
	dir, err := newDir()
	if err != nil {
		return nil, err
	}
	b := &bouncer{}
	if b.port, err = freePort(); err != nil {
		return nil, err
	}
	files := map[string]string{
		"ini":   fmt.Sprintf(bouncerSettings, s.dir, s.Port, b.port, dir),
		"users": fmt.Sprintf("%q %q\n", User, Password),
	}
	if err := writeFiles(dir, files); err != nil {
		return nil, err
	}
	if b.keep, err = supervise(dir, `exec "$1/pgbouncer" -q ini`, filepath.Dir(bouncerBin)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgconn.Connect(ctx, b.address("/postgres"))
		if err == nil {
			return b, conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			return nil, fmt.Errorf("pgbouncer does not start: %w\n%s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
