package link

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"societop/model"
)

// parseAddress reads the address of an endpoint: http or https, a host, perhaps a port, and
// a path that is kept as a prefix. A user, a password, a query and a fragment are refused
// without being repeated, for they may be secrets.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, usage("the address of the endpoint", "it is no URL")
	}
	shown := u.Scheme + "://" + u.Host
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, usage(shown, "an endpoint begins with http:// or https://")
	case u.User != nil:
		return nil, usage(shown, "put no user or password into the address; a token belongs into $SOCIETOP_TOKEN")
	case u.Hostname() == "":
		return nil, usage(shown, "there is no host in the address")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, usage(shown, "the address may have a path, but no ? and no #")
	}
	if port := u.Port(); port != "" {
		if _, err := net.LookupPort("tcp", port); err != nil || port == "0" {
			return nil, usage(shown, fmt.Sprintf("there is no port %s", port))
		}
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

func usage(address, why string) error {
	return &model.Error{Op: "open", Address: address, Err: model.ErrUsage, Detail: why}
}
