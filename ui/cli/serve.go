package cli

import (
	"context"
	"fmt"
	"net"
	"strings"

	"societop/model"
	"societop/model/text"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newServe(env *Env) *cobra.Command {
	var o model.ServeOptions
	var m metricsFlags
	var tokenFile string
	cmd := env.onSource(&cobra.Command{
		Use:   "serve SOURCE...",
		Short: "Serve sources through AgentSociety's web API, and to other societops",
		Long: `Serve a source, or several as one, through the read-only routes of AgentSociety's web API, and
to other societops through a protocol that sends only what has changed. Secrets in configs are
masked. The server runs until it is interrupted.

With --serve-token-file, every request must bring the token that is in the file. A source that was
itself opened with a token or a password is served only to this machine unless that is asked for.

With --metrics, it also has /metrics in Prometheus' text format, and /healthz, which answers 200
while the source is live and otherwise 503 with a sentence.

` + aboutSOURCE,
		Example: `  societop serve lab.db
  societop serve sqlite.db http://lab-7:8080
  societop http://127.0.0.1:8080       watch it from another terminal
  ssh -L 8080:127.0.0.1:8080 lab-7     watch it from another machine, through a tunnel
  societop serve --metrics lab.db`,
	}, ownForm, func(ctx context.Context, r request) (err error) {
		if o.Metrics, err = m.options(env); err != nil {
			return err
		}
		if o.Token, err = serveToken(tokenFile); err != nil {
			return err
		}
		return env.serve(ctx, r, o)
	})
	m.add(env, cmd.Flags())
	cmd.Flags().StringArrayVar(&o.AllowHosts, "allow-host", nil, "also answer requests for this host name, for a reverse proxy on this machine; repeatable")
	cmd.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:8080", "address to listen on, as host:port; port 0 picks a free port")
	cmd.Flags().StringVar(&tokenFile, "serve-token-file", "", "answer only requests with the token in this file")
	return cmd
}

// serveToken returns the token that requests must have; empty without a file.
func serveToken(file string) (model.Secret, error) {
	if file == "" {
		return model.Secret{}, nil
	}
	return tokenIn(file, "the file of --serve-token-file")
}

// metricsFlags choose what serve tells to machines.
type metricsFlags struct{ on, names bool }

func (f *metricsFlags) add(e *Env, flags *pflag.FlagSet) {
	flags.BoolVar(&f.on, "metrics", false, "also serve /metrics for Prometheus, and /healthz")
	flags.BoolVar(&f.names, "metrics-names", false, "with --metrics, also tell the names and the tenants of runs")
	addPrices(e, flags)
}

// options returns how to describe the source; nil: not at all.
func (f *metricsFlags) options(e *Env) (*model.MetricsOptions, error) {
	switch {
	case f.on:
		return &model.MetricsOptions{Names: f.names, Prices: e.prices, Version: e.Version, Now: e.Now}, nil
	case f.names:
		return nil, usagef("--metrics-names needs --metrics")
	case e.conf.given["prices"]:
		return nil, usagef("--prices needs --metrics")
	}
	return nil, nil
}

// serve serves a source until ctx is done, and reports requests that fail.
func (e *Env) serve(ctx context.Context, r request, o model.ServeOptions) error {
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return usagef("--listen is host:port, such as 127.0.0.1:8080")
	}
	for _, name := range o.AllowHosts {
		if name == "" || strings.ContainsAny(name, "/:*@ ") {
			return usagef("--allow-host is the name of a host, such as lab.example.org, without a port")
		}
	}
	o.Version = e.Version
	o.Found = func(tenants []text.Text, missing error) {
		if missing != nil {
			e.tell(model.Explain(missing).String())
		}
		e.tell("the experiments are " + ofTenants(tenants))
	}
	o.Failed = func(f model.FailedRequest) { e.tell(failure(f)) }
	return e.Serve(ctx, r.src, o, func(url string) {
		e.tell(fmt.Sprintf("serving %s on %s", r.src.Info().Address, url))
		switch {
		case loopback(host):
		case o.Token.Empty():
			e.tell("anyone who can reach this address can read all of it: there is no password")
		default:
			e.tell("the token travels unencrypted: let a reverse proxy add TLS, or use a tunnel")
		}
	})
}

// failure describes a request that failed.
func failure(f model.FailedRequest) string {
	how := fmt.Sprint(f.Status)
	if f.Status == 0 {
		how = "cut in the middle"
	}
	return fmt.Sprintf("%s: %s: %s", f.Request, how, model.Explain(f.Err))
}

// loopback reports whether only this machine reaches a host.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}
