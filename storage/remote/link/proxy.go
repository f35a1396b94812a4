package link

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"

	"societop/model"
)

// shownProxy is the address of a proxy, without the login in it.
func shownProxy(via *url.URL) string { return via.Scheme + "://" + via.Host }

// refusedBy is the fault of a proxy that answers for itself.
func refusedBy(via *url.URL, status int) *Fault {
	return &Fault{Kind: model.ErrUnreachable, Detail: fmt.Sprintf("the proxy %s answered %d %s", shownProxy(via), status, http.StatusText(status))}
}

// byProxy is an error of a connection as one of the proxy, where that is what could not be reached.
func (l *Link) byProxy(err error) error {
	var by *net.OpError
	if errors.Is(err, context.Canceled) || !errors.As(err, &by) || by.Op != "proxyconnect" {
		return err
	}
	via, bad := l.proxy(l.base)
	if bad != nil || via == nil {
		return err
	}
	return &Fault{Kind: model.ErrUnreachable, Detail: fmt.Sprintf("the proxy %s: %s", shownProxy(via), reason(err)), late: late(err)}
}

// blamed is a fault with an answer that came by a proxy, which is named where it is the proxy's
// own, or may be. AgentSociety explains itself in JSON, but for its crashes.
func (l *Link) blamed(f *Fault, answer *http.Response) *Fault {
	via, err := l.proxy(l.base)
	if l.base.Scheme != "http" || err != nil || via == nil || via.Scheme == "socks5" || via.Scheme == "socks5h" {
		return f // nothing in an answer can be the proxy's
	}
	kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	switch code := answer.StatusCode; {
	case code == http.StatusProxyAuthRequired, code == http.StatusBadGateway, code == http.StatusGatewayTimeout,
		code > http.StatusBadRequest && code != http.StatusInternalServerError && kind != "application/json":
		refused := refusedBy(via, code)
		refused.Status, refused.Retry = code, f.Retry
		return refused
	case code < http.StatusBadRequest:
		f.Detail += ", by the proxy " + shownProxy(via)
	}
	return f
}
