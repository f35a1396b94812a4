package alert

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/http/httpproxy"

	"societop/model"
)

// Webhook is the channel --webhook: an address to which an alert is posted as JSON. What of the
// address is no host may be secret, and is in none of its errors.
type Webhook struct {
	url    *url.URL
	client *http.Client
}

// postTime is what one request is given.
const postTime = 30 * time.Second

// NewWebhook returns the webhook at an address: https, or http on this machine. Proxies are those
// of the environment.
func NewWebhook(address string, getenv func(string) string) (*Webhook, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Opaque != "" {
		return nil, errors.New("is not a URL: it has to be like https://host/path")
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	switch {
	case u.Scheme == "https":
	case u.Scheme != "http":
		return nil, errors.New("has to begin with https://")
	case !loopback(u.Hostname()):
		return nil, errors.New("may begin with http:// only on this machine; use https://")
	default:
		dialer.Control = onlyLoopback
	}
	config := httpproxy.Config{
		HTTPSProxy: firstOf(getenv, "HTTPS_PROXY", "https_proxy"),
		NoProxy:    firstOf(getenv, "NO_PROXY", "no_proxy"),
	}
	proxy := config.ProxyFunc()
	transport := &http.Transport{
		DialContext:         dialer.DialContext,
		Proxy:               func(r *http.Request) (*url.URL, error) { return proxy(r.URL) },
		TLSHandshakeTimeout: 10 * time.Second,
		IdleConnTimeout:     time.Minute,
		ForceAttemptHTTP2:   true,
	}
	return &Webhook{u, &http.Client{
		Transport:     transport,
		Timeout:       postTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func firstOf(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if v := getenv(name); v != "" {
			return v
		}
	}
	return ""
}

// loopback reports whether a host is this machine by its name.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

// onlyLoopback refuses to connect to another machine, whatever a name leads to.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
		return errors.New("it is not on this machine")
	}
	return nil
}

// Name is "webhook".
func (*Webhook) Name() string { return "webhook" }

// AtOnce is one: alerts arrive in order.
func (*Webhook) AtOnce() int { return 1 }

// Send posts an alert. It is worth another try unless the server refuses the alert itself.
func (w *Webhook) Send(ctx context.Context, a *Alert, _ func()) (again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url.String(), bytes.NewReader(a.JSON))
	if err != nil {
		return false, w.failed("its URL can't be used")
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "societop")
	request.Header.Set("Idempotency-Key", a.ID)
	answer, err := w.client.Do(request)
	if err != nil {
		return true, w.failed(reason(err))
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection can be used again
	_ = answer.Body.Close()
	status := answer.StatusCode
	switch {
	case status < 300:
		return false, nil
	case status < 400:
		return false, w.failed(fmt.Sprintf("it answered %d, a redirect, which is not followed; the event is given up", status))
	case status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests:
		return false, w.failed(fmt.Sprintf("it answered %d %s; the event is given up", status, http.StatusText(status)))
	}
	return true, &model.Error{
		Op: "post to", Address: "the webhook at " + w.url.Host, Err: fmt.Errorf("it answered %d %s", status, http.StatusText(status)),
		RetryAfter: retryAfter(answer.Header.Get("Retry-After")),
	}
}

func (w *Webhook) failed(why string) error {
	return fmt.Errorf("post to the webhook at %s: %s", w.url.Host, why)
}

// reason is why a request failed, without its URL.
func reason(err error) string {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		if inURL.Timeout() {
			return "it did not answer in time"
		}
		err = inURL.Err
	}
	return err.Error()
}

// retryAfter is how long a server asks to wait, at most an hour.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(min(seconds, 3600))*time.Second, time.Hour)
}
