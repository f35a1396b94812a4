package link

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
)

// Fault is what went wrong with one request.
type Fault struct {
	Kind   error  // a sentinel of the model
	Detail string // in a few words; may hold what the server said, uncleaned, and the token in it
	Status int    // of the answer; 0: there was none
	Said   string // the member "detail" of the answer, uncleaned
	Own    []byte // the body of an answer that has a member "code", as those of societop's own protocol have
	Retry  time.Duration
	Met    bool // a connection was there: it is the answer that went wrong
	late   bool // the request ran out of time: that is no word of the server
}

// Error is the kind and the detail.
func (f *Fault) Error() string { return strings.TrimSuffix(f.Kind.Error()+": "+f.Detail, ": ") }

// Unwrap is the kind.
func (f *Fault) Unwrap() error { return f.Kind }

// UnknownRoute reports whether the server has no such route. AgentSociety says "Not Found" of a
// path and "… not found" of a thing; of a wrong method it says 405, which older servers
// do for routes that they have only with another method.
func (f *Fault) UnknownRoute() bool {
	return f.Status == http.StatusMethodNotAllowed || (f.Status == http.StatusNotFound && (f.Said == "Not Found" || f.Said == ""))
}

// Explain makes the error for the callers of a Client.
func (l *Link) Explain(err error) error { return l.ExplainAs("read", err) }

// ExplainAs is Explain for what was tried.
func (l *Link) ExplainAs(op string, err error) error {
	var known *model.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &model.Error{Op: op, Address: l.Address(), Err: err}
	var f *Fault
	switch {
	case errors.As(err, &f):
		e.Err, e.Detail, e.RetryAfter = f.Kind, clip(l.unsaid(f.Detail)), f.Retry
	case errors.Is(err, context.DeadlineExceeded):
		e.Err, e.Detail = model.ErrUnreachable, "no answer in time"
	case errors.Is(err, context.Canceled):
		e.Err = context.Canceled
	}
	return e
}

// broken is a fault of a request that got no whole answer. met reports whether there was a
// connection.
func broken(err error, met bool) *Fault {
	f := &Fault{Kind: model.ErrUnreachable, Met: met, late: late(err)}
	eof := errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
	switch {
	case errors.Is(err, ErrTooLong):
		f.Kind, f.Detail = model.ErrAnswer, "it is too long"
	case errors.Is(err, errPacked):
		f.Kind, f.Detail = model.ErrAnswer, "it is not compressed as it says"
	case eof && met:
		f.Kind, f.Detail = model.ErrAnswer, "it is cut"
	case eof:
		f.Detail = "the connection was closed without an answer"
	default:
		f.Detail = reason(err)
	}
	return f
}

// late reports whether a request failed for nothing came in time.
func late(err error) bool {
	var slow net.Error
	return errors.Is(err, errNoHead) || errors.Is(err, errIdle) || (errors.As(err, &slow) && slow.Timeout())
}

// reasons are the failures that have a word of their own.
var reasons = []struct {
	err    error
	reason string
}{
	{errNoHead, errNoHead.Error()},
	{errIdle, errIdle.Error()},
	{errSlow, errSlow.Error()},
	{errClosed, errClosed.Error()},
	{errRefused, "connection refused"},
	{errReset, "connection reset"},
	{errBroken, "connection reset"},
	{errNoRoute, "no route to the host"},
	{errNoNetwork, "the network is unreachable"},
	{errHostDown, "the host is down"},
	{http.ErrSchemeMismatch, "it does not speak TLS; try http://"},
}

// reason says in a few words why a server, or the proxy before it, could not be reached.
func reason(err error) string {
	var by *net.OpError
	if errors.As(err, &by) && by.Op == "proxyconnect" && by.Err != nil {
		return reason(by.Err)
	}
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return r.reason
		}
	}
	if why := certificateReason(err); why != "" {
		return why
	}
	var dns *net.DNSError
	var slow net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("the name %s is not known", dns.Name)
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s can't be looked up", dns.Name)
	case errors.As(err, &slow) && slow.Timeout():
		return "no connection in time"
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "malformed MIME"):
		return "it does not speak HTTP"
	case strings.Contains(err.Error(), "server response headers exceeded"):
		return "the head of its answer is too long"
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// certificateReason says what is wrong with a server's certificate; nothing where that is
// not what failed.
func certificateReason(err error) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &authority):
		return "its certificate is of an unknown authority; --ca-file names more"
	case errors.As(err, &host):
		return "its certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired, or is not valid yet"
	case errors.As(err, &invalid):
		return "its certificate is not valid"
	case errors.As(err, &record):
		return "it does not speak TLS; try http://"
	}
	return ""
}

// faultOf is what is wrong with an answer by its head; nil for a good one. It reads the
// message of a bad one.
func faultOf(r *http.Response, message func() []byte, at time.Time) *Fault {
	f := &Fault{Status: r.StatusCode}
	switch code := r.StatusCode; {
	case code == http.StatusOK:
		return faultOfType(r.Header)
	case code >= 300 && code < 400:
		f.Kind, f.Detail = model.ErrNotEndpoint, "it sends elsewhere: "+withoutLogin(r.Header.Get("Location"))
		return f
	}
	said := message()
	if f.Said = detailOf(said); coded(said) {
		f.Own = said
	}
	f.Detail = fmt.Sprintf("%d %s", r.StatusCode, http.StatusText(r.StatusCode))
	if f.Said != "" && f.Said != http.StatusText(r.StatusCode) {
		f.Detail += ": " + f.Said
	}
	f.Retry = retryAfter(r.Header.Get("Retry-After"), r.Header.Get("Date"), at)
	f.Kind = kindOf(r.StatusCode)
	return f
}

// kindOf is the sentinel of a status that is not good.
func kindOf(code int) error {
	switch {
	case code == http.StatusUnauthorized:
		return model.ErrUnauthorized
	case code == http.StatusForbidden:
		return model.ErrForbidden
	case code == http.StatusNotFound, code == http.StatusMethodNotAllowed:
		return model.ErrNotEndpoint
	case code == http.StatusTooManyRequests, code >= 500:
		return model.ErrServer
	}
	return model.ErrAnswer
}

// faultOfType looks at what kind of data an answer says it is. AgentSociety answers a path
// that it does not know with 200 and its web page.
func faultOfType(h http.Header) *Fault {
	if e := h.Get("Content-Encoding"); e != "" && e != "identity" && e != "gzip" {
		return &Fault{Kind: model.ErrAnswer, Status: http.StatusOK, Detail: "it is compressed, which was not asked for"}
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch kind {
	case "application/json":
		return nil
	case "text/html":
		return &Fault{Kind: model.ErrNotEndpoint, Status: http.StatusOK, Detail: "it answers with a web page"}
	}
	return &Fault{Kind: model.ErrNotEndpoint, Status: http.StatusOK, Detail: "it does not answer with JSON"}
}

// detailOf is the member "detail" of an error's body, where that is a text.
func detailOf(body []byte) string {
	var m struct {
		Detail json.RawMessage `json:"detail"`
	}
	var s string
	if json.Unmarshal(body, &m) != nil || json.Unmarshal(m.Detail, &s) != nil {
		return ""
	}
	return s
}

// coded reports whether an error's body has a code.
func coded(body []byte) bool {
	var m struct {
		Code string `json:"code"`
	}
	return json.Unmarshal(body, &m) == nil && m.Code != ""
}

// Unsaid returns a text without the token or the password, which a server may repeat.
func (l *Link) Unsaid(s string) string { return l.unsaid(s) }

// unsaid is a text without the token or the password, which a server may repeat.
func (l *Link) unsaid(s string) string {
	for _, secret := range l.login.secrets() {
		s = strings.ReplaceAll(s, secret.Reveal(), secret.String())
	}
	return s
}

// MaxSaid is how long the detail of an error is, in which a server may have the word.
const MaxSaid = 300

// clip is the beginning of a detail, on one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(text.Clean(s).String()), " ")
	if r := []rune(s); len(r) > MaxSaid {
		s = string(r[:MaxSaid]) + "…"
	}
	return s
}

// withoutLogin is a URL without the user and the password in it.
func withoutLogin(location string) string {
	head, rest, ok := strings.Cut(location, "://")
	if !ok {
		return location
	}
	authority, path, _ := strings.Cut(rest, "/")
	return head + "://" + authority[strings.LastIndexByte(authority, '@')+1:] + "/" + path
}
