package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"societop/model"
)

// causes say what the codes of PostgreSQL mean here: a whole one first, then the two characters of a
// class. The sentence, where there is one, is clearer than the server's.
var causes = []struct {
	code string
	err  error
	says string
}{
	{"28P01", model.ErrLogin, ""},
	{"28", model.ErrLogin, ""}, // no entry in pg_hba.conf, no such role
	{"3D000", model.ErrNoDatabase, ""},
	{"42501", model.ErrNoRight, ""},
	{"42P01", model.ErrNoData, ""}, // no such table, no such column: mostly dropped since it was looked for
	{"42703", model.ErrNoData, ""},
	{"57014", model.ErrServer, fmt.Sprintf("it did not answer within %v", statementLimit)},
	{"57P03", model.ErrNoServer, ""}, // starts, stops, or recovers
	{"57P", model.ErrNoServer, ""},
	{"53300", model.ErrNoServer, ""}, // too many connections
	{"08", model.ErrNoServer, ""},
	{"40001", model.ErrServer, "the server, a standby, had to cancel the reading"},
}

// failed is an error of the driver as one of the model's. Nothing of it is a secret: the driver's own
// sentences are not used where they could have an address.
func (d *DB) failed(ctx context.Context, err error) error {
	var stopped errStopped
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &stopped):
		return stopped.error
	case errors.Is(err, os.ErrClosed):
		return err
	}
	out := &model.Error{Op: "read", Address: d.shown.String(), Err: model.ErrNoServer}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		out.Err, out.Detail = model.ErrServer, e.Message
		for _, c := range causes {
			if strings.HasPrefix(e.Code, c.code) {
				out.Err = c.err
				if c.says != "" {
					out.Detail = c.says
				}
				break
			}
		}
		if errors.Is(out.Err, model.ErrLogin) && d.ignored != "" {
			out.Detail += "; " + d.ignored
		}
		out.Err = withCode{out.Err, e.Code}
		return out
	}
	if out.Detail = network(err); out.Detail == noTLS {
		out.Remedy = "turn on ssl in the server, or set sslmode=disable in the address where the network is trusted"
	}
	return out
}

// withCode is a sentinel with the code of PostgreSQL.
type withCode struct {
	error
	code string
}

func (w withCode) Unwrap() error { return w.error }

// Code is PostgreSQL's code of an error, or "".
func Code(err error) string {
	var w withCode
	if errors.As(err, &w) {
		return w.code
	}
	return ""
}

// noTLS is said of a server that answers, but not to TLS, where sslmode asks for it.
const noTLS = "the server has no TLS, which sslmode asks for"

// network is why there is no answer, in a few words.
func network(err error) string {
	var (
		op       *net.OpError
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		record   tls.RecordHeaderError
		errno    syscall.Errno
		long     *pgproto3.ExceededMaxBodyLenErr
	)
	switch {
	case errors.As(err, &unknown):
		return "the certificate is signed by nobody whom sslrootcert or --ca-file names"
	case errors.As(err, &hostname):
		return "the certificate is not for this host"
	case errors.As(err, &invalid):
		return "the certificate is not valid: " + invalid.Error()
	case errors.As(err, &record), strings.Contains(err.Error(), "tls error: server refused TLS"):
		return noTLS
	case errors.As(err, &dns):
		return "no such host: " + dns.Name
	case pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, pgconn.ErrConnClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the connection was cut"
	case errors.As(err, &long):
		return "what answers is no server of PostgreSQL"
	case strings.Contains(err.Error(), "tls error"):
		return "TLS failed: " + last(err)
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return last(err)
}

// last is the innermost sentence of an error: those around it are of the driver, and have the address.
func last(err error) string {
	for {
		var several interface{ Unwrap() []error }
		switch inner := errors.Unwrap(err); {
		case inner != nil:
			err = inner
		case errors.As(err, &several) && len(several.Unwrap()) > 0:
			err = several.Unwrap()[len(several.Unwrap())-1]
		default:
			return err.Error()
		}
	}
}
