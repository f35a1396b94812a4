package postgres

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/jackc/pgservicefile"
	"github.com/jackc/pgx/v5/pgconn"

	"societop/model"
)

// schemes begin the address of a database. The last is what AgentSociety's own configuration has.
var schemes = regexp.MustCompile(`^(?i:postgres|postgresql|postgresql\+asyncpg)://`)

// IsAddress reports whether an address is that of a database of PostgreSQL.
func IsAddress(address string) bool { return schemes.MatchString(address) }

// address is the parts of an address; what it does not say is empty.
type address struct {
	user, password, hosts, database string
	options                         map[string]string
}

// parseAddress takes an address apart. Its errors do not quote it: what is in the wrong place may be
// a password.
func parseAddress(s string) (a address, err error) {
	rest := s[len(schemes.FindString(s)):]
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		a.user, a.password, authority = user, password, authority[at+1:]
	}
	a.hosts, a.database = authority, path
	for _, part := range []*string{&a.user, &a.password, &a.hosts, &a.database} {
		if *part, err = url.PathUnescape(*part); err != nil {
			return a, fmt.Errorf("a %% in it is not followed by two hexadecimal digits; write %%25 for one that stands for itself")
		}
	}
	if strings.ContainsAny(a.database, "@/") {
		return a, fmt.Errorf("write /, @, : and ? in a user or a password as %%2F, %%40, %%3A and %%3F")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return a, fmt.Errorf("what follows the ? is no list of name=value")
	}
	a.options = make(map[string]string)
	for name := range values {
		canonical := name
		if name == "dbname" {
			canonical = "database"
		}
		if !allowed[canonical] {
			return a, fmt.Errorf("it has the unknown parameter %q; a source is only read, and its connection has no settings but those of TLS and login", name)
		}
		a.options[canonical] = values.Get(name)
	}
	return a, nil
}

// allowed are the parameters that an address may have. Others would be settings of the session, which
// pgbouncer refuses.
var allowed = map[string]bool{
	"host": true, "port": true, "database": true, "user": true, "password": true, "passfile": true, "service": true, "servicefile": true,
	"connect_timeout": true, "application_name": true, "target_session_attrs": true, "sslmode": true, "sslrootcert": true, "sslcert": true,
	"sslkey": true, "sslpassword": true, "sslsni": true, "sslnegotiation": true, "sslcertmode": true, "channel_binding": true, "require_auth": true,
}

// variables are those of the environment that count, by the parameter that they stand for.
var variables = map[string]string{
	"PGHOST": "host", "PGPORT": "port", "PGDATABASE": "database", "PGUSER": "user", "PGPASSWORD": "password", "PGPASSFILE": "passfile",
	"PGSERVICE": "service", "PGSERVICEFILE": "servicefile", "PGCONNECT_TIMEOUT": "connect_timeout", "PGTARGETSESSIONATTRS": "target_session_attrs",
	"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert", "PGSSLCERT": "sslcert", "PGSSLKEY": "sslkey", "PGSSLPASSWORD": "sslpassword",
	"PGSSLSNI": "sslsni", "PGSSLNEGOTIATION": "sslnegotiation", "PGSSLCERTMODE": "sslcertmode", "PGCHANNELBINDING": "channel_binding", "PGREQUIREAUTH": "require_auth",
}

// settings are what a connection is made with: the address stands above the service, and that above
// the environment, as with PostgreSQL's own programs.
func (a address) settings(access model.Access) (map[string]string, error) {
	s := make(map[string]string)
	if home := model.Getenv(access.Environ, "HOME"); home != "" {
		s["passfile"], s["servicefile"] = filepath.Join(home, ".pgpass"), filepath.Join(home, ".pg_service.conf")
	}
	s["sslrootcert"] = access.CAFile
	for variable, name := range variables {
		if v := model.Getenv(access.Environ, variable); v != "" {
			s[name] = v
		}
	}
	own := a.own()
	service, file := s["service"], s["servicefile"]
	if own["service"] != "" {
		service = own["service"]
	}
	if own["servicefile"] != "" {
		file = own["servicefile"]
	}
	delete(s, "service")
	delete(s, "servicefile")
	delete(own, "service")
	delete(own, "servicefile")
	if service != "" {
		if err := addService(s, file, service); err != nil {
			return nil, err
		}
	}
	for name, v := range own {
		s[name] = v
	}
	return s, nil
}

// own is what the address itself says.
func (a address) own() map[string]string {
	s := make(map[string]string)
	for name, v := range a.options {
		s[name] = v
	}
	var hosts, ports []string
	some := false
	for _, one := range strings.Split(a.hosts, ",") {
		host, port, err := net.SplitHostPort(one)
		if err != nil {
			host, port = strings.Trim(one, "[]"), ""
		}
		hosts, ports, some = append(hosts, host), append(ports, port), some || port != ""
	}
	for name, v := range map[string]string{"user": a.user, "password": a.password, "database": a.database, "host": strings.Join(hosts, ",")} {
		if v != "" {
			s[name] = v
		}
	}
	if some {
		s["port"] = strings.Join(ports, ",")
	}
	return s
}

// withoutOpenPassfile takes the file of passwords from settings where others than its owner may read it,
// as PostgreSQL's own programs do, and returns why.
func withoutOpenPassfile(s map[string]string) (ignored string) {
	path := s["passfile"]
	if path == "" || runtime.GOOS == "windows" {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return ""
	}
	s["passfile"] = os.DevNull // without any, the driver would look for one itself
	return fmt.Sprintf("%s is ignored: its mode is %04o, and must be 0600", path, info.Mode().Perm())
}

// addService adds what the file of services says of one.
func addService(s map[string]string, path, name string) error {
	file, err := pgservicefile.ReadServicefile(path)
	if err != nil {
		return fmt.Errorf("the service %q can't be looked up in %s", name, path)
	}
	service, err := file.GetService(name)
	if err != nil {
		return fmt.Errorf("%s has no service %q", path, name)
	}
	for key, v := range service.Settings {
		if key == "dbname" {
			key = "database"
		}
		if allowed[key] {
			s[key] = v
		}
	}
	return nil
}

// config is what the driver needs to connect.
func config(s map[string]string) (*pgconn.Config, error) {
	var b strings.Builder
	for name, v := range s {
		if v != "" {
			fmt.Fprintf(&b, "%s='%s' ", name, escapes.Replace(v))
		}
	}
	c, err := pgconn.ParseConfig(b.String())
	if err != nil {
		return nil, reason(err)
	}
	// pgbouncer refuses all parameters but this and few others, so the rest is set in each transaction.
	c.RuntimeParams = map[string]string{"application_name": "societop"}
	if name := s["application_name"]; name != "" {
		c.RuntimeParams["application_name"] = name
	}
	if c.ConnectTimeout == 0 || c.ConnectTimeout > connectLimit {
		c.ConnectTimeout = connectLimit
	}
	c.MaxProtocolMessageBodyLen = messageLimit
	return c, nil
}

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// reason is why settings are of no use, without the settings.
func reason(err error) error {
	s := err.Error()
	if i := strings.LastIndex(s, "`: "); i >= 0 {
		s = s[i+len("`: "):]
	}
	return fmt.Errorf("%s", s)
}

// shown is the address without secrets: who connects where, as far as it says so itself.
func (a address) shown() string {
	u := url.URL{Scheme: "postgres", Host: a.hosts, Path: "/" + a.database}
	if a.user != "" {
		u.User = url.User(a.user)
	}
	if a.database == "" {
		u.Path = "/" + a.options["database"]
	}
	more := url.Values{}
	if host := a.options["host"]; a.hosts == "" && host != "" { // mostly the directory of a socket
		more.Set("host", host)
	}
	if service := a.options["service"]; service != "" {
		more.Set("service", service)
	}
	u.RawQuery = more.Encode()
	return u.String()
}
