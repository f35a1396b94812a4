package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"societop/model"
	"societop/storage/sqldb/pgtest"
)

// opened is a database at an address, in an environment.
func opened(t *testing.T, address string, environ ...string) *DB {
	t.Helper()
	d, err := New(address, model.Access{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// first is the first value of a query's answer.
func first(ctx context.Context, d *DB, query string) (string, error) {
	got := ""
	err := d.Read(ctx, true, query, func(values [][]byte) error {
		got = string(values[0])
		return nil
	})
	return got, err
}

// settingsQuery is what a transaction depends on.
const settingsQuery = `SELECT concat_ws(' ', current_setting('transaction_read_only'), current_setting('statement_timeout'),
	current_setting('TimeZone'), current_setting('application_name'), current_user, '2026-03-01 08:00+08'::timestamptz)`

func TestATransactionReadsOnlyAndIsShort(t *testing.T) {
	db := pgtest.New(t)
	for name, address := range map[string]string{
		"direct": db.URL(), "pgbouncer": db.Pooled(t), "scheme": "postgresql+asyncpg" + strings.TrimPrefix(db.URL(), "postgres"),
	} {
		d := opened(t, address)
		for range 3 { // with connections that were used before
			if got, err := first(t.Context(), d, settingsQuery); got != "on 2s UTC societop reader 2026-03-01 00:00:00+00" || err != nil {
				t.Errorf("%s: %q, %v", name, got, err)
			}
			if _, err := first(t.Context(), d, "CREATE TEMPORARY TABLE x (y int)"); Code(err) != "25006" {
				t.Errorf("%s: writing fails with %v", name, err)
			}
		}
	}
}

func TestALongStatementEnds(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var wait sync.WaitGroup
	for _, address := range []string{db.URL(), db.Pooled(t)} {
		d := opened(t, address)
		wait.Go(func() {
			begun := time.Now()
			_, err := first(t.Context(), d, "SELECT pg_sleep(60)")
			if took := time.Since(begun); !errors.Is(err, model.ErrServer) || took < time.Second || took > answerLimit {
				t.Errorf("a long statement ends after %v with %v", took, err)
			}
			if got, err := first(t.Context(), d, "SELECT 7"); got != "7" || err != nil {
				t.Errorf("after that: %q, %v", got, err)
			}
		})
	}
	wait.Wait()
}

// A server that is reached says what is wrong, in one sentence without the password.
func TestRefusals(t *testing.T) {
	db := pgtest.New(t)
	other := func(change func(u *url.URL)) string {
		u, err := url.Parse(db.URL())
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		return u.String()
	}
	full := pgtest.New(t)
	full.Exec(t, "ALTER DATABASE "+full.Name+" CONNECTION LIMIT 0")
	for name, tc := range map[string]struct {
		address string
		want    error
		says    string
	}{
		"wrong password":       {other(func(u *url.URL) { u.User = url.UserPassword(pgtest.User, "s3cret") }), model.ErrLogin, "password authentication failed"},
		"no password":          {other(func(u *url.URL) { u.User = url.User(pgtest.User) }), model.ErrLogin, ""},
		"no such user":         {other(func(u *url.URL) { u.User = url.UserPassword("nobody", "s3cret") }), model.ErrLogin, ""},
		"no such database":     {other(func(u *url.URL) { u.Path = "/nowhere" }), model.ErrNoDatabase, `"nowhere"`},
		"too many connections": {full.URL(), model.ErrUnreachable, "too many connections"},
		"no TLS":               {other(func(u *url.URL) { u.User = url.UserPassword(pgtest.TLSUser, pgtest.Password) }), model.ErrLogin, "no encryption"},
		"unknown authority":    {other(func(u *url.URL) { u.RawQuery = "sslmode=verify-full" }), model.ErrUnreachable, "certificate"},
		"nobody there":         {"postgres://u:s3cret@127.0.0.1:1/x", model.ErrUnreachable, "refused"},
		"no such host":         {"postgres://u:s3cret@nowhere.invalid/x", model.ErrUnreachable, "no such host: nowhere.invalid"},
	} {
		_, err := first(t.Context(), opened(t, tc.address), "SELECT 1")
		said := model.Explain(err).String()
		if !errors.Is(err, tc.want) || !strings.Contains(said, tc.says) || strings.Contains(said, "s3cret") || strings.Contains(said, pgtest.Password) || strings.Contains(said, "\n") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func TestTLS(t *testing.T) {
	db := pgtest.New(t)
	u := db.Address(url.UserPassword(pgtest.TLSUser, pgtest.Password))
	for _, query := range []string{"sslmode=require", "sslmode=verify-full&sslrootcert=" + url.QueryEscape(db.Server.CAFile), ""} {
		u.RawQuery = query
		if got, err := first(t.Context(), opened(t, u.String()), "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"); got != "t" || err != nil {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
	d, err := New(u.String()+"?sslmode=verify-full", model.Access{CAFile: db.Server.CAFile})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first(t.Context(), d, "SELECT 1"); err != nil {
		t.Error(err)
	}
}

// Secrets and the rest come from where PostgreSQL's own programs have them.
func TestLogin(t *testing.T) {
	db, home := pgtest.New(t), t.TempDir()
	port := fmt.Sprint(db.Server.Port)
	escaped := strings.ReplaceAll(pgtest.Password, ":", `\:`)
	for name, content := range map[string]string{
		".pgpass":          "127.0.0.1:" + port + ":*:" + pgtest.User + ":" + escaped + "\n",
		".pg_service.conf": "[lab]\nhost=127.0.0.1\nport=" + port + "\nuser=" + pgtest.User + "\ndbname=" + db.Name + "\n",
	} {
		if err := os.WriteFile(filepath.Join(home, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	host := "127.0.0.1:" + port
	for name, tc := range map[string]struct {
		address string
		environ []string
	}{
		"password file":         {"postgres://reader@" + host + "/" + db.Name, []string{"HOME=" + home}},
		"another password file": {"postgres://reader@" + host + "/" + db.Name, []string{"PGPASSFILE=" + home + "/.pgpass"}},
		"PGPASSWORD":            {"postgres://reader@" + host + "/" + db.Name, []string{"PGPASSWORD=" + pgtest.Password}},
		"PGSERVICE":             {"postgres://", []string{"HOME=" + home, "PGSERVICE=lab", "PGUSER=somebody", "PGDATABASE=elsewhere"}},
		"service":               {"postgresql:///?service=lab", []string{"HOME=" + home}},
		"address over service":  {"postgres:///" + db.Name + "?service=lab&sslmode=disable", []string{"HOME=" + home, "PGPORT=1"}},
		"query":                 {"postgres:///" + db.Name + "?host=127.0.0.1&port=" + port + "&user=reader&password=" + url.QueryEscape(pgtest.Password), nil},
		"socket":                {"postgres://postgres@/" + db.Name + "?host=" + filepath.Dir(db.Server.CAFile) + "&port=" + port, nil},
	} {
		d := opened(t, tc.address, tc.environ...)
		if got, err := first(t.Context(), d, "SELECT current_database()"); got != db.Name || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if d.Info().Guarded == (name == "socket") {
			t.Errorf("%s: guarded %v", name, d.Info().Guarded)
		}
		if shown := d.Info().Address.String(); strings.Contains(shown, "ssw") {
			t.Errorf("%s: shown as %s", name, shown)
		}
	}
}

// A file of passwords that others may read is not used, and a login that fails says so.
func TestAnOpenPasswordFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes")
	}
	db, path := pgtest.New(t), filepath.Join(t.TempDir(), "pgpass")
	if err := os.WriteFile(path, []byte("*:*:*:*:"+strings.ReplaceAll(pgtest.Password, ":", `\:`)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	address := db.Address(url.User(pgtest.User)).String()
	_, err := first(t.Context(), opened(t, address, "PGPASSFILE="+path), "SELECT 1")
	if said := fmt.Sprint(err); !errors.Is(err, model.ErrLogin) || !strings.Contains(said, path+" is ignored: its mode is 0644, and must be 0600") {
		t.Errorf("of mode 0644: %s", said)
	}
	if got, err := first(t.Context(), opened(t, address, "PGPASSFILE="+path, "PGPASSWORD="+pgtest.Password), "SELECT 1"); got != "1" || err != nil {
		t.Errorf("with another password: %q, %v", got, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := first(t.Context(), opened(t, address, "PGPASSFILE="+path), "SELECT 1"); got != "1" || err != nil {
		t.Errorf("of mode 0600: %q, %v", got, err)
	}
}

// What is wrong with an address is said without it.
func TestAddresses(t *testing.T) {
	for address, says := range map[string]string{
		"postgres://u:s3cret/x@h/db":             "%2F",
		"postgres://u:s3cret%zz@h/db":            "%25",
		"postgres://u:s3cret@h:port/db":          "port",
		"postgres://u:s3cret@h/db?sslmode=maybe": "sslmode",
		"postgres://u:s3cret@h/db?search_path=x": `"search_path"`,
		"postgres://h/db?service=s3cret%zz":      "name=value",
	} {
		_, err := New(address, model.Access{})
		if said := fmt.Sprint(err); !errors.Is(err, model.ErrUsage) || !strings.Contains(said, says) || strings.Contains(said, "s3cret") {
			t.Errorf("%s: %s", address, said)
		}
	}
	for address, want := range map[string]string{
		"postgres://me:s3cret@h1:1,h2/db?sslmode=require&password=s3cret": "postgres://me@h1:1,h2/db",
		"postgresql+asyncpg://h/实验":                                       "postgres://h/%E5%AE%9E%E9%AA%8C",
		"postgres://[::1]:5432/db":                                        "postgres://[::1]:5432/db",
		"postgres:///?dbname=db&host=/tmp":                                "postgres:///db?host=%2Ftmp",
	} {
		d, err := New(address, model.Access{})
		if err != nil {
			t.Errorf("%s: %v", address, err)
		} else if got := d.Info().Address.String(); got != want {
			t.Errorf("%s is shown as %s", address, got)
		}
	}
}

// Connections that were cut are replaced without a word; one that is cut while it is read is an
// outage, after which the next reading succeeds.
func TestCutConnections(t *testing.T) {
	db := pgtest.New(t)
	for name, address := range map[string]string{"direct": db.URL(), "pgbouncer": db.Pooled(t)} {
		d := opened(t, address)
		if _, err := first(t.Context(), d, "SELECT 1"); err != nil {
			t.Fatal(err)
		}
		if db.Disconnect(t) == 0 {
			t.Fatal("nothing was connected")
		}
		if _, err := first(t.Context(), d, "SELECT 1"); err != nil && name == "direct" {
			t.Errorf("%s: after a cut: %v", name, err)
		}
		err := d.Read(t.Context(), true, "SELECT repeat('x', 1000) FROM generate_series(1, 100000) UNION ALL SELECT pg_sleep(1)::text", func([][]byte) error {
			db.Disconnect(t)
			return nil
		})
		if !errors.Is(err, model.ErrUnreachable) {
			t.Errorf("%s: cut in the middle: %v", name, err)
		}
		if got, err := first(t.Context(), d, "SELECT 7"); got != "7" || err != nil {
			t.Errorf("%s: after that: %q, %v", name, got, err)
		}
	}
}

// A reading that is cancelled returns at once, and what it asked for ends on the server.
func TestCancel(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for name, address := range map[string]string{"direct": db.URL(), "pgbouncer": db.Pooled(t)} {
		d := opened(t, address)
		ctx, cancel := context.WithCancel(t.Context())
		running := "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(1.9)%' AND state = 'active' AND pid <> pg_backend_pid()"
		done := make(chan error, 1)
		go func() {
			_, err := first(ctx, d, "SELECT pg_sleep(1.9)")
			done <- err
		}()
		eventually(t, func() bool { return db.Query(t, running)[0][0] == "1" })
		cancel()
		begun := time.Now()
		if err := <-done; !errors.Is(err, context.Canceled) || time.Since(begun) > time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(begun))
		}
		eventually(t, func() bool { return db.Query(t, running)[0][0] == "0" })
		if got, err := first(t.Context(), d, "SELECT 7"); got != "7" || err != nil {
			t.Errorf("%s: after that: %q, %v", name, got, err)
		}
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); {
		if time.Now().After(end) {
			t.Fatal("it does not come to be")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// The list has a connection of its own: runs that take long do not keep it waiting, and there are
// never more connections than a few.
func TestTheListDoesNotWaitForRuns(t *testing.T) {
	db := pgtest.New(t)
	d := opened(t, db.URL())
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { _, _ = first(t.Context(), d, "SELECT pg_sleep(0.3)") })
	}
	eventually(t, func() bool { return db.Connections(t) == connections-1 })
	if err := d.Read(t.Context(), false, "SELECT 1", func([][]byte) error { return nil }); err != nil {
		t.Error(err)
	}
	if n := db.Connections(t); n > connections {
		t.Errorf("%d connections", n)
	}
	wait.Wait()
}

// listening answers each connection at an address of its own by a function, until the test ends.
func listening(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			go serve(c)
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		wait.Wait()
	})
	return l.Addr().String()
}

// What answers, but not as a server that can be read.
func TestOddServers(t *testing.T) {
	t.Parallel()
	saying := func(code, message string) string {
		return listening(t, func(c net.Conn) {
			b := pgproto3.NewBackend(c, c)
			for {
				m, err := b.ReceiveStartupMessage()
				if err != nil {
					return
				}
				if _, ok := m.(*pgproto3.SSLRequest); ok {
					_, _ = c.Write([]byte("N"))
					continue
				}
				b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: code, Message: message})
				_ = b.Flush()
				_ = c.Close()
				return
			}
		})
	}
	starting := saying("57P03", "the database system is starting up")
	silent := listening(t, func(net.Conn) {})
	noise := listening(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") })
	closing := listening(t, func(c net.Conn) { _ = c.Close() })
	for address, says := range map[string]string{
		starting + "/x":                 "the database system is starting up",
		starting + "/x?sslmode=require": "has no TLS",
		silent + "/x":                   "no answer in time",
		noise + "/x":                    "has no TLS",
		noise + "/x?sslmode=disable":    "no server of PostgreSQL",
		closing + "/x":                  "the connection was cut",
	} {
		begun := time.Now()
		_, err := first(t.Context(), opened(t, "postgres://u:s3cret@"+address), "SELECT 1")
		said := model.Explain(err).String()
		if !errors.Is(err, model.ErrUnreachable) || !strings.Contains(said, says) || strings.Contains(said, "s3cret") {
			t.Errorf("%s: %s", address, said)
		}
		if took := time.Since(begun); took > connectLimit+time.Second {
			t.Errorf("%s: after %v", address, took)
		}
	}
}
