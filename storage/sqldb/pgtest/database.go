package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Database is a database that is the test's own until its end.
type Database struct {
	Server *Server
	Name   string

	conn   *pgconn.PgConn // its owner's
	pooled bool           // the test reads it through pgbouncer
}

// databases are those that were made, and those of them that no test has.
var databases struct {
	sync.Mutex
	made int
	free []*Database
}

// New is a database with AgentSociety's tables, without rows.
func New(t testing.TB) *Database {
	t.Helper()
	d := Empty(t)
	if err := Dialect.Create(d.Do); err != nil {
		t.Fatal(err)
	}
	return d
}

// Empty is a database without any table. What its owner makes, the reader may read.
func Empty(t testing.TB) *Database {
	t.Helper()
	s := Running(t)
	databases.Lock()
	defer databases.Unlock()
	if n := len(databases.free) - 1; n >= 0 {
		d := databases.free[n]
		databases.free = databases.free[:n]
		t.Cleanup(func() { d.clear(t) })
		return d
	}
	databases.made++
	d := &Database{Server: s, Name: fmt.Sprintf("lab%d", databases.made)}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	admin, err := s.connect(ctx, "postgres")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = admin.Close(ctx) }()
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+d.Name).ReadAll(); err != nil {
		t.Fatal(err)
	}
	if d.conn, err = s.connect(ctx, d.Name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.clear(t) })
	d.Exec(t, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "+User)
	return d
}

// clear makes the database ready for another test: it takes as long to make a new one as most tests.
func (d *Database) clear(t testing.TB) {
	if d.pooled {
		b, err := sharedBouncer()
		if err == nil {
			err = b.leave(d.Name)
		}
		if err != nil {
			t.Error(err)
		}
		d.pooled = false
		for end := time.Now().Add(patience); d.Connections(t) > 0 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
	}
	d.Disconnect(t)
	d.Exec(t, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; ALTER DATABASE "+d.Name+" CONNECTION LIMIT -1")
	databases.Lock()
	defer databases.Unlock()
	databases.free = append(databases.free, d)
}

// Exec runs statements as the owner of the database.
func (d *Database) Exec(t testing.TB, query string) { t.Helper(); _ = d.Query(t, query) }

// Query runs statements as the owner of the database, and returns the rows of the last one.
func (d *Database) Query(t testing.TB, query string) [][]string {
	t.Helper()
	results, err := d.conn.Exec(context.Background(), query).ReadAll()
	if err != nil {
		t.Fatalf("%.200s: %v", query, err)
	}
	var rows [][]string
	if len(results) > 0 {
		for _, r := range results[len(results)-1].Rows {
			row := make([]string, len(r))
			for i, v := range r {
				row[i] = string(v)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// Copy adds rows to a table; a nil value is null.
func (d *Database) Copy(t testing.TB, table string, rows [][]any) {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			if v == nil {
				b.WriteString(`\N`)
				continue
			}
			_, _ = copyEscapes.WriteString(&b, fmt.Sprint(v))
		}
		b.WriteByte('\n')
	}
	if _, err := d.conn.CopyFrom(context.Background(), strings.NewReader(b.String()), fmt.Sprintf("COPY %q FROM STDIN", table)); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// URL is its address, with the reader's name and password.
func (d *Database) URL() string { return d.Address(url.UserPassword(User, Password)).String() }

// Address is its address for a user.
func (d *Database) Address(user *url.Userinfo) *url.URL {
	return &url.URL{Scheme: "postgres", User: user, Host: fmt.Sprintf("127.0.0.1:%d", d.Server.Port), Path: "/" + d.Name, RawQuery: "sslmode=disable"}
}

// Connections is how many connections readers have to the database.
func (d *Database) Connections(t testing.TB) int {
	t.Helper()
	return len(d.Query(t, "SELECT pid"+others(d.Name)))
}

// others is where the connections of readers are found.
func others(database string) string {
	return " FROM pg_stat_activity WHERE datname = '" + database + "' AND pid <> pg_backend_pid()"
}

// Disconnect cuts all connections of readers to the database, and returns how many there were.
func (d *Database) Disconnect(t testing.TB) int {
	t.Helper()
	return len(d.Query(t, "SELECT pg_terminate_backend(pid)"+others(d.Name)))
}
