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
	cmd := onLab(&cobra.Command{
		Use:   "serve LAB",
		Short: "Serve a lab file through AgentSociety's web API",
		Long: `Serve a lab file through the read-only routes of AgentSociety's web API, for societop and other
clients. Secrets in configs are masked. The lab file may be compressed with gzip. The server runs
until it is interrupted.

With --metrics, it also has /metrics in Prometheus' text format, and /healthz, which answers 200
while the lab file is live and otherwise 503 with a sentence.`,
		Example: `  societop serve lab.db
  societop http://127.0.0.1:8080       watch it from another terminal
  ssh -L 8080:127.0.0.1:8080 lab-7     watch it from another machine, through a tunnel
  societop serve --metrics lab.db`,
	}, func(ctx context.Context, _ []string, path string) (err error) {
		if o.Metrics, err = m.options(env); err != nil {
			return err
		}
		return env.serve(ctx, path, o)
	})
	m.add(env, cmd.Flags())
	addTenants(cmd.Flags(), &o.Tenants)
	cmd.Flags().StringArrayVar(&o.AllowHosts, "allow-host", nil, "also answer requests for this host name, for a reverse proxy on this machine; repeatable")
	cmd.Flags().StringVar(&o.Listen, "listen", "127.0.0.1:8080", "address to listen on, as host:port; port 0 picks a free port")
	return cmd
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
	case e.prices != nil:
		return nil, usagef("--prices needs --metrics")
	}
	return nil, nil
}

// serve serves a lab file until ctx is done, and reports requests that fail.
func (e *Env) serve(ctx context.Context, path string, o model.ServeOptions) error {
	host, _, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return usagef("--listen is host:port, such as 127.0.0.1:8080")
	}
	for _, name := range o.AllowHosts {
		if name == "" || strings.ContainsAny(name, "/:*@ ") {
			return usagef("--allow-host is the name of a host, such as lab.example.org, without a port")
		}
	}
	o.Found = func(tenants []text.Text, missing error) {
		if missing != nil {
			e.tell(model.Explain(missing).String())
		}
		e.tell("the experiments are " + ofTenants(tenants))
	}
	o.Failed = func(f model.FailedRequest) { e.tell(failure(f)) }
	return e.Serve(ctx, path, o, func(url string) {
		e.tell(fmt.Sprintf("serving %s on %s", text.Clean(path), url))
		if !loopback(host) {
			e.tell("anyone who can reach this address can read the whole lab: there is no password")
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
