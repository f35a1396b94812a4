package cli

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/config"

	"github.com/spf13/pflag"
)

// accessFlags are the flags of the commands that open a source.
type accessFlags struct {
	tokenFile, caFile, user string
	tenants                 []string
	write                   bool // of the commands that change something
}

func (f *accessFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.tokenFile, "token-file", "", "read the endpoint's token from this file instead of $SOCIETOP_TOKEN")
	flags.StringVar(&f.user, "user", "", "log in to the endpoint as this user; the password comes from ~/.netrc or $SOCIETOP_PASSWORD")
	flags.StringVar(&f.caFile, "ca-file", "", "also trust the PEM certificates in this file")
	addTenants(flags, &f.tenants)
}

// addTenants is the flag that chooses whose experiments a command works on.
func addTenants(flags *pflag.FlagSet, tenants *[]string) {
	flags.StringArrayVar(tenants, "tenant", nil, "only experiments of this tenant, which may be \"\"; repeatable")
}

// ofTenants names tenants for people: of tenant "default", of the tenants "" and "default".
func ofTenants(all []text.Text) string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = strconv.Quote(t.String())
	}
	switch n := len(names); n {
	case 0:
		return "of no tenant: there are none"
	case 1:
		return "of tenant " + names[0]
	default:
		return "of the tenants " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

// access returns what opening a source may need in addition to its address.
func (f *accessFlags) access(e *Env) (model.Access, error) {
	token, err := f.token(e)
	return model.Access{Token: token, User: f.user, CAFile: f.caFile, Environ: e.Environ, Now: e.Now, Write: f.write, LostAfter: lostAfter(e)}, err
}

// lostAfter returns the setting lost_after.
func lostAfter(e *Env) time.Duration {
	d, _ := config.ParseLapse(e.conf.layers.Get("lost_after").Text) // it was checked
	return d
}

// token returns the token in the file or else in the environment.
func (f *accessFlags) token(e *Env) (model.Secret, error) {
	if f.tokenFile != "" {
		return tokenIn(f.tokenFile, "the file of --token-file")
	}
	return tokenOf(e.getenv("SOCIETOP_TOKEN"), "$SOCIETOP_TOKEN")
}

// tokenIn returns the token in a file. Its errors contain neither the token nor the name of the file,
// which may be a token that was put there by mistake, but from, which says which file it is.
func tokenIn(file, from string) (model.Secret, error) {
	raw, err := readAtMost(file, maxToken+1)
	if err != nil {
		return model.Secret{}, usagef("%s can't be read: %v", from, err)
	}
	token, err := tokenOf(raw, from)
	if err == nil && token.Empty() {
		err = usagef("%s is empty", from)
	}
	return token, err
}

// tokenOf returns the token in a text that comes from somewhere.
func tokenOf(raw, from string) (model.Secret, error) {
	token := strings.TrimSpace(raw)
	switch {
	case len(raw) > maxToken:
		return model.Secret{}, usagef("%s is larger than 64 KiB, so it is not a token", from)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return model.Secret{}, usagef("%s holds more than a token: a space, or a character that no token has", from)
	}
	return model.NewSecret(token), nil
}

// maxToken is the most bytes of a token.
const maxToken = 64 << 10

// readAtMost reads a file, but no more than so many bytes. Its error does not name the file.
func readAtMost(path string, bytes int64) (string, error) {
	file, err := os.Open(path)
	if err == nil {
		defer file.Close()
		var raw []byte
		raw, err = io.ReadAll(io.LimitReader(file, bytes))
		if err == nil {
			return string(raw), nil
		}
	}
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return "", err
}
