package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// patience is how long a server may take to start, on a machine that is busy.
	patience = time.Minute
	// User is the role that reads: it may do nothing else.
	User = "reader"
	// Password is its password.
	Password = "pässwort-of-the-reader/?#@:"
	// TLSUser may connect by TLS only. Its password is the same.
	TLSUser = "tlsreader"
)

// Server is a running PostgreSQL.
type Server struct {
	Port   int    // on 127.0.0.1
	CAFile string // the certificate of its TLS, in PEM

	dir  string // of its socket, its data and its log
	keep *os.File
}

// shared is the server of this process.
var shared = sync.OnceValues(start)

// errMissing is why there is no server.
var errMissing = errors.New("PostgreSQL is not installed; .ci/services installs it")

// Running is the server of this process. The test is skipped where there can be none.
func Running(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	if errors.Is(err, errMissing) {
		t.Skip("skipped:", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bin finds a program of PostgreSQL, the newest that is installed.
func bin(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return len(a) - len(b) }), nil
	}
	return exec.LookPath(name)
}

// start starts a server.
func start() (*Server, error) {
	postgres, err := bin("postgres")
	if err != nil {
		return nil, errMissing
	}
	dir, err := newDir()
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, CAFile: filepath.Join(dir, "server.crt")}
	if err := certify(dir); err != nil {
		return nil, err
	}
	if s.Port, err = freePort(); err != nil {
		return nil, err
	}
	config := fmt.Sprintf(settings, dir, s.Port)
	if found, _ := filepath.Glob(filepath.Join(filepath.Dir(postgres), "../lib/pg_stat_statements.so")); len(found) > 0 {
		config += "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_planning = on\n"
	}
	files := map[string]string{"hba.conf": hba, "postgresql.conf": config}
	if err := writeFiles(dir, files); err != nil {
		return nil, err
	}
	// The data comes to be in a directory of its own, the settings are the ones above.
	if s.keep, err = supervise(dir, `
		"$1/initdb" -D data -U postgres -A trust -E UTF8 --locale=C --no-sync --no-instructions || exit
		mv postgresql.conf data/postgresql.conf
		exec "$1/postgres" -D data`, filepath.Dir(postgres)); err != nil {
		return nil, err
	}
	return s, s.prepare()
}

// hba says who may connect how.
const hba = `local   all all             trust
hostnossl all ` + TLSUser + ` 127.0.0.1/32 reject
host    all all 127.0.0.1/32 scram-sha-256
`

// settings are the server's. Nothing of it is to survive a crash.
const settings = `listen_addresses = '127.0.0.1'
unix_socket_directories = '%[1]s'
port = %[2]d
hba_file = '%[1]s/hba.conf'
ssl = on
ssl_cert_file = '%[1]s/server.crt'
ssl_key_file = '%[1]s/server.key'
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 60
shared_buffers = 256MB
max_wal_size = 8GB
timezone = 'Asia/Shanghai'
lc_messages = 'C'
`

// prepare waits for the server, and makes the roles and the database that others are copied from.
func (s *Server) prepare() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var conn *pgconn.PgConn
	for {
		var err error
		if conn, err = s.connect(ctx, "postgres"); err == nil {
			break
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, query := range []string{
		"CREATE ROLE " + User + " LOGIN PASSWORD '" + Password + "'",
		"CREATE ROLE " + TLSUser + " LOGIN PASSWORD '" + Password + "' IN ROLE " + User,
		"ALTER DATABASE template1 SET datestyle = 'SQL, DMY'", // a reader must not rely on it
	} {
		if _, err := conn.Exec(ctx, query).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}

// connect connects as the owner of everything.
func (s *Server) connect(ctx context.Context, database string) (*pgconn.PgConn, error) {
	return pgconn.Connect(ctx, fmt.Sprintf("host=%s port=%d user=postgres dbname=%s sslmode=disable", s.dir, s.Port, database))
}

// freePort is a port on which nobody listens.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}
