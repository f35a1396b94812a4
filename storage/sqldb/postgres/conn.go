package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"societop/model"
	"societop/model/text"
)

const (
	// statementLimit is how long the database may work on one statement; it stops by itself then.
	statementLimit = 2 * time.Second
	// answerLimit is how long an answer is waited for: a server that is there has given up by then.
	answerLimit = statementLimit + 2*time.Second
	// connectLimit is how long connecting may take.
	connectLimit = 4 * time.Second
	// idleLimit is how long a connection is kept that is not used.
	idleLimit = time.Minute
	// connections is how many there are at most: one for the list, the others for runs.
	connections = 4
	// messageLimit is the longest message, and with that row, that is accepted, in bytes.
	messageLimit = 256 << 20
)

// begin begins a transaction that only reads, and makes it independent of the settings of the server
// and of whoever had the connection before. All of it and the query are one message, so that a
// transaction is never left open, whatever happens here.
var begin = fmt.Sprintf("BEGIN READ ONLY;"+
	"SET LOCAL statement_timeout = %d;"+
	"SET LOCAL client_encoding = 'UTF8';"+
	"SET LOCAL standard_conforming_strings = on;"+
	"SET LOCAL TimeZone = 'UTC';"+
	"SET LOCAL DateStyle = 'ISO';"+
	"SET LOCAL extra_float_digits = 1;"+
	"SET LOCAL synchronize_seqscans = off;"+ // rows come in the order of the table
	"SET LOCAL max_parallel_workers_per_gather = 0;", statementLimit.Milliseconds())

// DB is a database of AgentSociety on a server of PostgreSQL. Its methods may be called from any goroutine.
type DB struct {
	shown  text.Text // its address, without secrets
	config *pgconn.Config

	ignored string // why the file of passwords was not used, where one is missing; else empty

	list  chan struct{} // holds one while the connection of the list is used
	panes chan struct{} // holds one for each of the others that is used

	mu     sync.Mutex
	idle   []idleConn // the most recently used last
	closed bool
}

// idleConn is a connection that is not used.
type idleConn struct {
	*pgconn.PgConn
	since time.Time
}

// New is the database at an address. It does not connect.
func New(where string, access model.Access) (*DB, error) {
	a, err := parseAddress(where)
	if err != nil {
		return nil, usage(err)
	}
	s, err := a.settings(access)
	if err != nil {
		return nil, usage(err)
	}
	ignored := withoutOpenPassfile(s)
	c, err := config(s)
	if err != nil {
		return nil, usage(err)
	}
	if c.Password != "" {
		ignored = ""
	}
	return &DB{
		shown: text.Clean(a.shown()), config: c, ignored: ignored,
		list: make(chan struct{}, 1), panes: make(chan struct{}, connections-1),
	}, nil
}

// usage is an address that can't be used. The address itself may have a secret anywhere.
func usage(err error) error {
	return &model.Error{Op: "open", Address: "postgres://…", Err: model.ErrUsage, Detail: err.Error()}
}

// Close closes all connections. What reads meanwhile fails.
func (d *DB) Close() error {
	d.mu.Lock()
	idle := d.idle
	d.idle, d.closed = nil, true
	d.mu.Unlock()
	for _, c := range idle {
		hangUp(c.PgConn)
	}
	return nil
}

// hangUp says goodbye on a connection, if that can be done at once.
func hangUp(c *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = c.Close(ctx) // what fails is closed, too
}

// Read runs one query in a transaction of its own. The values of a row are valid until row
// returns. Of the list there is one reading at a time, with a connection of its own; of runs as many as
// there are other connections.
func (d *DB) Read(ctx context.Context, run bool, query string, row func(values [][]byte) error) error {
	lane := d.list
	if run {
		lane = d.panes
	}
	select {
	case lane <- struct{}{}:
		defer func() { <-lane }()
	case <-ctx.Done():
		return ctx.Err()
	}
	rows := 0
	counted := func(values [][]byte) error {
		rows++
		return row(values)
	}
	used, err := d.once(ctx, query, counted)
	if err != nil && used && rows == 0 && lost(err) && ctx.Err() == nil {
		d.forget() // the others are as old
		_, err = d.once(ctx, query, counted)
	}
	return err
}

// once runs a query, and reports whether the connection was one that had been idle.
func (d *DB) once(ctx context.Context, query string, row func([][]byte) error) (used bool, err error) {
	limited, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	conn, used, err := d.take(limited)
	if err != nil {
		return false, d.failed(ctx, err)
	}
	limited, cancel = context.WithTimeout(ctx, answerLimit)
	defer cancel()
	if err := run(limited, conn, begin+query+";COMMIT", row); err != nil {
		d.giveBack(conn)
		return used, d.failed(ctx, err)
	}
	d.giveBack(conn)
	return used, nil
}

// errStopped ends a reading whose caller wants no more rows.
type errStopped struct{ error }

// run sends statements and gives out the rows of their answers. A failed transaction is ended.
func run(ctx context.Context, conn *pgconn.PgConn, statements string, row func([][]byte) error) (err error) {
	answers := conn.Exec(ctx, statements)
	for err == nil && answers.NextResult() {
		rows := answers.ResultReader()
		for err == nil && rows.NextRow() {
			if e := row(rows.Values()); e != nil {
				err = errStopped{e}
			}
		}
	}
	if err != nil { // the rest is not read, which the connection does not survive
		hangUp(conn)
		_ = answers.Close()
		return err
	}
	err = answers.Close()
	if err != nil && !conn.IsClosed() && conn.TxStatus() != 'I' {
		if e := conn.Exec(ctx, "ROLLBACK").Close(); e != nil {
			hangUp(conn)
		}
	}
	return err
}

// take takes a connection that is idle, or makes one.
func (d *DB) take(ctx context.Context) (conn *pgconn.PgConn, used bool, err error) {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		return nil, false, os.ErrClosed
	}
	if n := len(d.idle) - 1; n >= 0 {
		conn, d.idle = d.idle[n].PgConn, d.idle[:n]
	}
	d.mu.Unlock()
	if conn != nil {
		return conn, true, nil
	}
	conn, err = pgconn.ConnectConfig(ctx, d.config)
	return conn, false, err
}

// giveBack keeps a connection for the next reading, and closes those that nobody has used for long.
func (d *DB) giveBack(conn *pgconn.PgConn) {
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !conn.IsClosed() {
		d.idle = append(d.idle, idleConn{conn, now})
	}
	old := 0
	for old < len(d.idle) && (d.closed || now.Sub(d.idle[old].since) > idleLimit) {
		go hangUp(d.idle[old].PgConn)
		old++
	}
	d.idle = d.idle[old:]
}

// forget closes all idle connections.
func (d *DB) forget() {
	d.mu.Lock()
	idle := d.idle
	d.idle = nil
	d.mu.Unlock()
	for _, c := range idle {
		go hangUp(c.PgConn)
	}
}

// Literal is a text as SQL. What no text of the database can be is null, which equals nothing.
func Literal(s string) string {
	if strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s {
		return "NULL"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// lost reports whether an error means that the connection is of no use any more.
func lost(err error) bool { return errors.Is(err, model.ErrUnreachable) }
