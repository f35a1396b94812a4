package remote

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/sync/singleflight"

	"societop/model"
)

// Client is an endpoint: AgentSociety's web API, or what serves the same routes. Its methods
// may be called from any goroutine.
type Client struct {
	id      uint64 // by which its cursors are known
	base    *url.URL
	address string // base as people read it
	login   login
	http    *http.Client
	proxy   func(*url.URL) (*url.URL, error)
	limits  limits
	now     func() time.Time // by which things are due
	watch   func() time.Time // by which they are timed

	life    context.Context // of everything that runs on behalf of several callers
	end     context.CancelFunc
	running sync.WaitGroup
	flights singleflight.Group
	ear     ear

	mu       sync.Mutex
	mirror   mirror
	plans    plans
	list     listing
	odd      error // what the server said of one experiment alone, the last time
	clock    clock
	liveness model.Liveness // of what the server serves, by its last answer
	busy     busy
	ration   ration
	called   time.Time     // when Changes was called last
	asked    time.Time     // when a request other than a list ended last
	tick     time.Duration // between its last two calls
	changed  chan struct{} // closed, and made anew, when anything above has moved
}

var (
	_ model.Source   = (*Client)(nil)
	_ model.Finder   = (*Client)(nil)
	_ model.Surveyor = (*Client)(nil)
	_ model.Prober   = (*Client)(nil)
	_ model.Lively   = (*Client)(nil)
)

// Open names an endpoint. It asks it nothing, so that it may come up later. It fails with
// ErrUsage where the address is no endpoint's, or the proxy or the certificates that access
// names are of no use.
func Open(address string, access model.Access) (*Client, error) {
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
	c := &Client{
		id: rand.Uint64(), base: base, address: base.String(), login: login, proxy: proxy, limits: usual, now: access.Now, watch: time.Now,
		mirror: newMirror(), plans: newPlans(), changed: make(chan struct{}),
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.ration = newRation(c.now())
	c.life, c.end = context.WithCancel(context.Background())
	c.http = &http.Client{
		Transport: transport(trust, proxy, &c.limits),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // AgentSociety has none: see faultOf
		},
	}
	return c, nil
}

// transport sends the requests. AgentSociety closes a connection that was idle for 5.0 s, so
// it is given up before that. What is compressed is not unpacked here, but within the limits.
func transport(trust *x509.CertPool, proxy func(*url.URL) (*url.URL, error), l *limits) *http.Transport {
	return &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		OnProxyConnectResponse: func(_ context.Context, via *url.URL, _ *http.Request, r *http.Response) error {
			if r.StatusCode != http.StatusOK {
				return refusedBy(via, r.StatusCode)
			}
			return nil
		},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			d := net.Dialer{Timeout: l.dial}
			return d.DialContext(ctx, network, address)
		},
		TLSClientConfig:        &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    l.dial,
		IdleConnTimeout:        4 * time.Second,
		MaxIdleConnsPerHost:    atOnce,
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
		if !strings.Contains(proxy, "://") { // a host alone is usual, too
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

// Info tells the address of the endpoint, and warns where a token would travel in clear.
func (c *Client) Info() model.Info {
	info := model.Info{Kind: "endpoint", Address: model.Clean(c.address)}
	if c.exposed() {
		info.Warning = model.Clean(fmt.Sprintf("the %s travels unencrypted to %s: use https, or a tunnel to this machine", c.login.name(), c.base.Hostname()))
	}
	return info
}

// exposed reports whether the token or the password travels over a network in clear.
func (c *Client) exposed() bool {
	return !c.login.empty() && c.base.Scheme == "http" && !loopback(c.base.Hostname())
}

// Close ends what is under way and frees the connections.
func (c *Client) Close() error {
	c.mu.Lock()
	c.end()
	c.mu.Unlock()
	c.running.Wait()
	c.http.CloseIdleConnections()
	return nil
}

// share runs fn for everybody who asks for the same thing while it is under way. It goes on
// as long as the Client lives, or fn does: a caller that has had enough leaves the others.
func share[T any](ctx context.Context, c *Client, what string, fn func(context.Context) (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, c.explain(context.Cause(ctx))
	}
	answer := c.flights.DoChan(what, func() (any, error) {
		if err := c.enter(); err != nil {
			return none, err
		}
		defer c.running.Done()
		return safely(func() (T, error) { return fn(c.life) })
	})
	select {
	case <-ctx.Done():
		return none, c.explain(context.Cause(ctx))
	case r := <-answer:
		if r.Err != nil {
			return none, c.explain(r.Err)
		}
		return r.Val.(T), nil
	}
}

// enter counts one more thing that runs, which Close waits for; it fails once the Client is
// closed.
func (c *Client) enter() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.Err() == nil {
		c.running.Add(1)
	}
	return c.life.Err()
}

// safely makes an error of a panic, which in a goroutine of this package would end the
// program and leave its terminal as it is.
func safely[T any](fn func() (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &fault{kind: model.ErrAnswer, detail: fmt.Sprintf("societop failed on it: %v: %s", r, debug.Stack())}
		}
	}()
	return fn()
}

// Liveness is that of what the server serves, by its last answer. It asks nothing.
func (c *Client) Liveness(context.Context) (model.Liveness, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.liveness, nil
}
