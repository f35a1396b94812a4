package serve

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"golang.org/x/net/netutil"

	"societop/model"
	"societop/model/text"
)

// Run serves a source on an address until ctx is done; then it ends within two seconds,
// whoever is still being answered. ready is told the URL as soon as requests are accepted. It
// fails with ErrListen where the address can't be had, with ErrUsage where a source that was opened
// with a token or a password would be served to other machines without one, and with what the source
// fails with when it can't be read at the start. It does not close the source.
func Run(ctx context.Context, src model.Source, o model.ServeOptions, ready func(url string)) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return unheard(o.Listen, err)
	}
	h := New(src, Options{Failed: o.Failed, Version: o.Version})
	h.compress, h.names = true, o.AllowHosts
	if at, ok := l.Addr().(*net.TCPAddr); ok {
		h.private = at.IP.IsLoopback()
	}
	h.guard(o.Token)
	if err := h.begin(ctx, o); err != nil {
		_ = l.Close() // nobody was let in
		return err
	}
	ready("http://" + l.Addr().String())
	defer h.describeTo(ctx, o.Metrics)()
	return h.run(ctx, l)
}

// begin makes sure that the source can be read, and may be served.
func (h *Handler) begin(ctx context.Context, o model.ServeOptions) error {
	if info := h.src.Info(); info.Guarded && !h.private && h.token == nil {
		return &model.Error{Op: "serve", Address: info.Address.String(), Err: model.ErrUsage, Detail: "a token or a password opens it, " +
			"so without one it is served to this machine only: listen on 127.0.0.1, or ask for a token with --serve-token-file"}
	}
	return look(ctx, h.src, o.Found)
}

// look makes sure that a source can be read, and tells whose experiments it has.
func look(ctx context.Context, src model.Source, found func([]text.Text, error)) error {
	if found == nil {
		_, err := src.Changes(ctx, model.Cursor{}, model.Budget{Rows: 1})
		return err
	}
	tenants, err := model.Tenants(ctx, src)
	if err != nil {
		return err
	}
	var missing error
	if of, ok := src.(model.Tenanted); ok {
		missing = of.MissingTenants(ctx)
	}
	found(tenants, missing)
	return nil
}

// run serves on a listener until ctx is done, and closes it.
func (h *Handler) run(ctx context.Context, l net.Listener) error {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := &http.Server{
		Handler: h, ErrorLog: log.New(io.Discard, "", 0),
		ReadHeaderTimeout: h.limits.head, MaxHeaderBytes: h.limits.header,
		WriteTimeout: h.limits.grace, // until the handler sets its own
		IdleTimeout:  h.limits.idle,
		BaseContext:  func(net.Listener) context.Context { return life },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(netutil.LimitListener(l, h.limits.connections)) }()
	select {
	case err := <-ended:
		return unheard(l.Addr().String(), err)
	case <-ctx.Done():
	}
	h.leave(life, server)
	end()
	h.drain()
	return nil
}

// leave lets the requests under way come to their end, for a short time.
func (h *Handler) leave(life context.Context, server *http.Server) {
	polite, done := context.WithTimeout(life, h.limits.leave)
	defer done()
	if server.Shutdown(polite) != nil {
		_ = server.Close() // its listener is closed already
	}
}

// drain waits until nothing reads the source any more, which may be closed then.
func (h *Handler) drain() {
	ctx, done := context.WithTimeout(context.Background(), h.limits.leave/2)
	defer done()
	h.requests.drain(ctx)
	h.lists.drain(ctx)
}

// unheard is the error of an address that can't be listened on.
func unheard(address string, err error) error {
	var call *os.SyscallError
	var name *net.DNSError
	why := err.Error()
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errInUse):
		why = "another program listens there"
	case errors.As(err, &name):
		why = "the name of the host is not known"
	case errors.As(err, &call):
		why = call.Err.Error()
	}
	return &model.Error{Op: "listen on", Address: address, Err: model.ErrListen, Detail: why}
}
