package link

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jdx/go-netrc"

	"societop/model"
)

// login is how a Client proves who it is: by a token, or by a user and a password.
type login struct {
	token, password model.Secret
	user            string
}

// loginFor is the login for an endpoint: the token, or else the user that was named, or else the
// one that ~/.netrc has for exactly this host. It fails with ErrUsage where a user has no password.
func loginFor(base *url.URL, access model.Access) (login, error) {
	get := func(name string) string { return model.Getenv(access.Environ, name) }
	switch {
	case strings.Contains(access.User, ":"):
		return login{}, usage("--user", "it is only the name; the password is in ~/.netrc, or in $SOCIETOP_PASSWORD")
	case access.User != "" && !access.Token.Empty():
		return login{}, usage(base.String(), "give a token or --user, not both")
	case !access.Token.Empty():
		return login{token: access.Token}, nil
	}
	if password := get("SOCIETOP_PASSWORD"); access.User != "" && password != "" {
		return login{user: access.User, password: model.NewSecret(password)}, nil
	}
	path := get("NETRC")
	if home := get("HOME"); path == "" && filepath.IsAbs(home) {
		path = filepath.Join(home, ".netrc")
	}
	found, err := inNetrc(path, base.Hostname(), access.User)
	switch {
	case err != nil && access.User != "":
		return login{}, usage("~/.netrc", err.Error())
	case access.User != "" && found.password.Empty():
		return login{}, usage(base.String(), fmt.Sprintf("there is no password for %s: ~/.netrc has none for this host and user, and $SOCIETOP_PASSWORD is not set", access.User))
	}
	return found, nil
}

// maxNetrc is the most that is read of a netrc file.
const maxNetrc = 1 << 20

// inNetrc is the login that a netrc file has for a host, and for a user where one is named. Without
// a file, or such a host in it, it is empty. What stands under "default" is for every host, and so
// for none that nobody thought of.
func inNetrc(path, host, user string) (found login, err error) {
	defer func() {
		if r := recover(); r != nil { // go-netrc does not expect a file that is cut
			found, err = login{}, fmt.Errorf("it is no netrc file")
		}
	}()
	file, err := os.Open(path)
	if err != nil {
		return login{}, nil
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, maxNetrc))
	if err != nil {
		return login{}, fmt.Errorf("it can't be read: %s", reason(err))
	}
	all, err := netrc.ParseString(string(raw))
	if err != nil {
		return login{}, fmt.Errorf("it is no netrc file")
	}
	for _, m := range all.Machines() {
		name, password := m.Get("login"), m.Get("password")
		if m.IsDefault || !strings.EqualFold(m.Name, host) || password == "" || (user != "" && name != user) {
			continue
		}
		return login{user: name, password: model.NewSecret(password)}, nil
	}
	return login{}, nil
}

// empty reports whether there is nothing to prove anything by.
func (l *login) empty() bool { return l.token.Empty() && l.password.Empty() }

// name is what is secret of it.
func (l *login) name() string {
	if l.token.Empty() {
		return "password"
	}
	return "token"
}

// sign puts it into a request.
func (l *login) sign(r *http.Request) {
	switch {
	case !l.token.Empty():
		r.Header.Set("Authorization", "Bearer "+l.token.Reveal())
	case !l.password.Empty():
		r.SetBasicAuth(l.user, l.password.Reveal())
	}
}

// secrets is all that nobody may read, in every form in which it is sent.
func (l *login) secrets() (all []model.Secret) {
	if !l.token.Empty() {
		all = append(all, l.token)
	}
	if !l.password.Empty() {
		sent := base64.StdEncoding.EncodeToString([]byte(l.user + ":" + l.password.Reveal()))
		all = append(all, model.NewSecret(sent), l.password)
	}
	return all
}
