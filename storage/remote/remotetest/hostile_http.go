package remotetest

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
)

// evil is text that must never reach a terminal as it is.
const evil = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\u202eevil\x00\u009b31m"

// mute is such text that may stand in a header.
const mute = "\u202eevil\u009b31m"

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// broken is foes whose connection or answer breaks.
func broken() []Foe {
	const again = "say that the answer is cut, and try again later"
	cut := goodList()[:500]
	return []Foe{
		foe("nobody at the address", "say that the connection was refused", model.ErrUnreachable, func(t testing.TB) string {
			e := Listen(t, nil)
			e.Stop()
			return e.URL
		}),
		foe("closed without an answer", "say so, and try again later", model.ErrUnreachable, writing("")),
		foe("reset without an answer", "say so, and try again later", model.ErrUnreachable, taking(func(c net.Conn, _ <-chan struct{}) { reset(c) })),
		foe("reset in the header", "say so, and try again later", model.ErrUnreachable, taking(func(c net.Conn, _ <-chan struct{}) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nserver: uvi")
			reset(c)
		})),
		foe("reset in the body", again, ErrAny, taking(func(c net.Conn, _ <-chan struct{}) {
			_, _ = io.WriteString(c, sized+cut)
			reset(c)
		})),
		foe("cut before its length", again, ErrAny, writing(sized+cut)),
		foe("cut between chunks", again, ErrAny, writing(chunkedHead(cut))),
		foe("cut inside of a chunk", again, ErrAny, writing(chunked+"400\r\n"+cut)),
		foe("cut, with the length of what there is", again, model.ErrAnswer, plain(http.StatusOK, cut)),
		foe("cut, with the end of the connection as its end", again, ErrAny, writing(ok+"connection: close\r\n\r\n"+cut)),
		foe("a certificate that nobody has signed", "say so, and name --ca-file", model.ErrUnreachable, func(t testing.TB) string {
			return tlsServer(t, good().ServeHTTP)
		}),
		foe("plain HTTP at https", "say so", model.ErrUnreachable, func(t testing.TB) string {
			return strings.Replace(good().Start(t), "http:", "https:", 1)
		}),
	}
}

// tlsServer starts a server with the certificate of CAFile.
func tlsServer(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet()
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

// strange is foes that are something else, or answer something else.
func strange() []Foe {
	const other = "say that this is no AgentSociety"
	noise := strings.Repeat("HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n", 3)
	body := goodList()
	answer := fmt.Sprintf(ok+"content-length: %d\r\nconnection: close\r\n\r\n%s", len(body), body)
	return []Foe{
		foe("no HTTP at all", other, ErrAny, writing("SSH-2.0-OpenSSH_9.2p1\r\n")),
		foe("a web page", other, model.ErrNotEndpoint, plain(http.StatusOK, "<!doctype html><html></html>", "Content-Type", "text/html; charset=utf-8")),
		foe("JSON that is called text", other, model.ErrNotEndpoint, plain(http.StatusOK, body, "Content-Type", "text/plain")),
		foe("JSON without a content type", other, model.ErrNotEndpoint, writing(strings.Replace(answer, "content-type: application/json\r\n", "", 1))),
		foe("JSON of a named character set", "read it", nil, plain(http.StatusOK, body, "Content-Type", "application/json; charset=utf-8")),
		foe("204 without a body", "say that the answer can't be used", ErrAny, plain(http.StatusNoContent, "")),
		foe("200 without a body", "say that the answer can't be used", model.ErrAnswer, plain(http.StatusOK, "")),
		foe("206 of the middle", "say that the answer can't be used", ErrAny, plain(http.StatusPartialContent, body[100:300])),
		foe("some answers 1xx before the answer", "read the answer", nil, writing(noise+answer)),
		foe("answers 1xx without end", "give up after some of them", ErrAny, endless("", noise)),
		foe("a status of four digits", "say that the answer can't be used", ErrAny, writing("HTTP/1.1 2000 OK\r\n\r\n")),
		foe("a clock hours ahead", "count ages by the server's clock", nil, clocked("", 7*time.Hour)),
		foe("a clock hours late", "count ages by the server's clock", nil, clocked("", -7*time.Hour)),
		foe("a clock of no sense", "count ages by its own clock", nil, clocked("yesterday "+mute, 0)),
		foe("no clock", "count ages by its own clock", nil, writing(answer)),
	}
}

// clocked is a good server with another clock.
func clocked(date string, ahead time.Duration) func(testing.TB) string {
	return func(t testing.TB) string {
		s := good()
		s.Clock(func() time.Time { return time.Now().Add(ahead) })
		if date != "" {
			s.Fail("GET /api/experiments", http.StatusOK, goodList(), http.Header{"Date": {date}})
		}
		return s.Start(t)
	}
}

// refusing is foes that say no.
func refusing() []Foe {
	const busy, pause, own = `{"detail":"Too many requests"}`, "pause for as long as it asks", "wait for as long as it would anyway"
	long := `{"detail":"` + strings.Repeat(`\u001b[2J\u001b]0;evil`, 1<<20/23) + `"}`
	return []Foe{
		foe("401", "ask for a token", model.ErrUnauthorized, plain(http.StatusUnauthorized, `{"detail":"Unauthorized"}`)),
		foe("401 of a proxy", "ask for a token", model.ErrUnauthorized, plain(http.StatusUnauthorized, "<html>", "Content-Type", "text/html", "WWW-Authenticate", `Basic realm="`+"lab"+`"`)),
		foe("403", "say that this token may not", model.ErrForbidden, plain(http.StatusForbidden, `{"detail":"Demo user is not allowed"}`)),
		foe("404", "say that this is no AgentSociety", model.ErrNotEndpoint, plain(http.StatusNotFound, `{"detail":"Not Found"}`)),
		foe("407 of a proxy", "say so", ErrAny, plain(http.StatusProxyAuthRequired, "<html>", "Content-Type", "text/html")),
		foe("429, in 7 seconds again", pause, model.ErrServer, plain(http.StatusTooManyRequests, busy, "Retry-After", "7")).after(7 * time.Second),
		foe("429, in an hour by date again", pause, model.ErrServer, inAnHour(busy)).after(time.Hour),
		foe("429, some time again", own, model.ErrServer, plain(http.StatusTooManyRequests, busy, "Retry-After", "soon "+mute)),
		foe("429, after the end of time again", "come back within some minutes all the same", model.ErrServer, plain(http.StatusTooManyRequests, busy, "Retry-After", "99999999999999999999")),
		foe("503, in 30 seconds again", pause, model.ErrServer, plain(http.StatusServiceUnavailable, "busy", "Retry-After", "30", "Content-Type", "text/plain")).after(30 * time.Second),
		foe("503, before now again", own, model.ErrServer, plain(http.StatusServiceUnavailable, "busy", "Retry-After", "-5")),
		foe("500", "say that the server failed", model.ErrServer, plain(http.StatusInternalServerError, "Internal Server Error", "Content-Type", "text/plain; charset=utf-8")),
		foe("500 on only the list", "read the experiments that it knows one by one", model.ErrServer, func(t testing.TB) string {
			s := good()
			s.FailList()
			return s.Start(t)
		}),
		foe("502 with a megabyte of hostile text", "say one clean, short sentence", model.ErrServer, plain(http.StatusBadGateway, long)),
		foe("500 with a hostile status line", "say one clean, short sentence", model.ErrServer, writing("HTTP/1.1 500 "+evil+"\r\nserver: "+mute+"\r\ncontent-type: "+mute+"\r\ncontent-length: 0\r\n\r\n")),
		foe("500 with an escape in its header", "say one clean, short sentence", ErrAny, writing("HTTP/1.1 500 Error\r\nserver: "+evil+"\r\ncontent-length: 0\r\n\r\n")),
		foe("400 with a list of hostile details", "say one clean, short sentence", ErrAny, plain(http.StatusBadRequest, `{"detail":[{"msg":`+text.ValueOf(evil).Raw()+`},7,null]}`)),
		foe("500 with a body without end", "read only the beginning of it", model.ErrServer, endless("HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain\r\n\r\n", "x")),
	}
}

// inAnHour asks for a pause for an hour from the request on, as a date.
func inAnHour(body string) func(testing.TB) string {
	return serving(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, body)
	})
}

// redirecting is foes that send the client elsewhere. Where a token arrives elsewhere, the
// test fails.
func redirecting() []Foe {
	const stay = "stay, or go without the token"
	to := func(target func(testing.TB) string) func(testing.TB) string {
		return func(t testing.TB) string {
			return serving(redirect(target(t)))(t)
		}
	}
	named := func(t testing.TB) string { return strings.Replace(trap(t), "127.0.0.1", "localhost", 1) }
	return []Foe{
		foe("a redirect to another port", stay, nil, to(trap)),
		foe("a redirect to another host", stay, nil, to(named)),
		foe("a redirect to http", stay+"; it speaks TLS, see CAFile", nil, func(t testing.TB) string { return tlsServer(t, redirect(trap(t))) }),
		foe("redirects in a circle", "give up after some of them", ErrAny, serving(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"?again", http.StatusTemporaryRedirect)
		})),
		foe("redirects without end", "give up after some of them", ErrAny, serving(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"/x", http.StatusFound)
		})),
		foe("a redirect to a file", "stay", ErrAny, plain(http.StatusFound, "", "Location", "file:///etc/passwd")),
		foe("a redirect to nowhere", "stay", ErrAny, plain(http.StatusFound, "")),
		foe("a redirect to nonsense", "say one clean sentence", ErrAny, writing("HTTP/1.1 302 Found\r\nlocation: ht\x1b[2Jtp://%zz/"+"\r\ncontent-length: 0\r\n\r\n")),
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, to+r.URL.Path, http.StatusFound)
	}
}

// trap is a good server that fails the test at its end if a token came to it.
func trap(t testing.TB) string {
	t.Helper()
	s := good()
	var came atomic.Bool
	t.Cleanup(func() {
		if came.Load() {
			t.Error("the token went to another host than its own")
		}
	})
	return Listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			came.Store(true)
		}
		s.ServeHTTP(w, r)
	})).URL
}
