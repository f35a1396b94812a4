package link

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"

	"societop/model"
)

// Link is the way to one server. Its methods may be called from any goroutine. Its exported fields
// may be changed before the first request.
type Link struct {
	Limits Limits
	Watch  func() time.Time // by which requests are timed
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)

	http *http.Client // sends GET and nothing else
	send sending

	base  *url.URL
	shown string // the address, where that is not base
	login login
	proxy func(*url.URL) (*url.URL, error)
	now   func() time.Time
	ear   ear

	mu    sync.Mutex
	clock clock
	last  says
	busy  busy
}

// says is what the last answer of a server says of it.
type says struct {
	liveness model.Liveness // of what it serves
	societop bool
}

// Open prepares the link to the server at an address. It sends nothing. It fails with
// model.ErrUsage where the address is not an endpoint's, or where the proxy, the login or the
// certificates that access names can't be used.
func Open(address string, access model.Access) (*Link, error) {
	base, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	trust, err := trusted(access.CAFile)
	if err != nil {
		return nil, err
	}
	login, err := loginFor(base, access)
	if err != nil {
		return nil, err
	}
	proxy, err := proxyOf(access.Environ)
	if err != nil {
		return nil, err
	}
	if via, err := proxy(base); err == nil && via != nil && base.Scheme == "http" && !login.empty() {
		return nil, usage(base.String(), fmt.Sprintf("the %s would go to the proxy %s in clear; use https, or put the host into $NO_PROXY", login.name(), shownProxy(via)))
	}
	l := &Link{base: base, login: login, proxy: proxy, Limits: Usual, now: access.Now, Watch: time.Now}
	if l.now == nil {
		l.now = time.Now
	}
	l.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		d := net.Dialer{Timeout: l.Limits.Dial}
		return d.DialContext(ctx, network, address)
	}
	l.http = &http.Client{Transport: readOnly{l.transport(trust, proxy)}, CheckRedirect: stay}
	if access.Write {
		l.send.http = senderOver(l.transport(trust, proxy))
	}
	return l, nil
}

// Over returns a link to the server that a transport leads to, whatever the host: one that speaks through
// the pipes of a process, say. The address is only for people. now is the clock; nil is time.Now.
func Over(address string, transport http.RoundTripper, now func() time.Time) *Link {
	if now == nil {
		now = time.Now
	}
	return &Link{
		base: &url.URL{Scheme: "http", Host: "societop"}, shown: address, Limits: Usual, now: now, Watch: time.Now,
		proxy: func(*url.URL) (*url.URL, error) { return nil, nil },
		http:  &http.Client{Transport: readOnly{transport}, CheckRedirect: stay},
	}
}

// Address returns the address of the server as people read it.
func (l *Link) Address() string { return cmp.Or(l.shown, l.base.String()) }

// Guarded reports whether a token or a password is sent with each request.
func (l *Link) Guarded() bool { return !l.login.empty() }

// Warning says that a token or a password would travel unencrypted; it is empty otherwise.
func (l *Link) Warning() string {
	if !l.Exposed() {
		return ""
	}
	return fmt.Sprintf("the %s travels unencrypted to %s: use https, or a tunnel to this machine", l.login.name(), l.base.Hostname())
}

// Exposed reports whether the token or the password travels over a network unencrypted.
func (l *Link) Exposed() bool {
	return !l.login.empty() && l.base.Scheme == "http" && !loopback(l.base.Hostname())
}

// Close frees the connections.
func (l *Link) Close() { l.http.CloseIdleConnections() }

// Liveness returns that of what the server serves, by its last answer. It sends nothing.
func (l *Link) Liveness() model.Liveness {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last.liveness
}

// Societop reports whether the server is a societop, by its last answer.
func (l *Link) Societop() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last.societop
}

// transport sends the requests. AgentSociety closes a connection that was idle for 5.0 s, so
// it is given up before that. What is compressed is not unpacked here, but within the limits.
func (l *Link) transport(trust *x509.CertPool, proxy func(*url.URL) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		OnProxyConnectResponse: func(_ context.Context, via *url.URL, _ *http.Request, r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return refusedBy(via, r.StatusCode)
			}
			return nil
		},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return l.Dial(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    l.Limits.Dial,
		IdleConnTimeout:        4 * time.Second,
		MaxIdleConnsPerHost:    AtOnce,
		MaxResponseHeaderBytes: 1 << 16,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
	}
}

// proxyOf finds the proxy for a URL by the variables that other programs obey, too. One that
// is no URL is an ErrUsage: without it requests would go another way than was meant.
func proxyOf(environ []string) (func(*url.URL) (*url.URL, error), error) {
	get := func(name string) string {
		value := ""
		for _, e := range environ {
			if k, v, _ := strings.Cut(e, "="); k == name || (k == strings.ToLower(name) && value == "") {
				value = v
			}
		}
		return value
	}
	all := get("ALL_PROXY")
	config := httpproxy.Config{HTTPProxy: cmp.Or(get("HTTP_PROXY"), all), HTTPSProxy: cmp.Or(get("HTTPS_PROXY"), all), NoProxy: get("NO_PROXY")}
	for name, proxy := range map[string]string{"HTTP_PROXY": config.HTTPProxy, "HTTPS_PROXY": config.HTTPSProxy} {
		if !strings.Contains(proxy, "://") { // only a host is usual, too
			proxy = "http://" + proxy
		}
		if _, err := url.Parse(proxy); err != nil {
			return nil, usage("$"+name, "the address of the proxy is no URL")
		}
	}
	return config.ProxyFunc(), nil
}

// trusted is the certificates to trust: the system's, and those of a file. Without a file it
// is nil, which stands for the system's.
func trusted(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, usage(file, "the certificates can't be read: "+reason(err))
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usage(file, "there is no certificate in PEM form in it")
	}
	return pool, nil
}
