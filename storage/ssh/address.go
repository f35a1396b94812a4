package ssh

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"societop/model"
)

// Scheme begins every address.
const Scheme = "ssh://"

// Address is a source on another machine.
type Address struct {
	User string // empty: as the configuration of ssh says
	Host string // an IPv6 address is without brackets
	Port int    // 0: as the configuration of ssh says
	Path string // absolute, or below the home directory there: "~" or "~/…"; empty: the default source there
}

// A name of a user or a host can't be taken for an option, and means nothing to a shell.
var (
	userName = regexp.MustCompile(`^[A-Za-z0-9._][A-Za-z0-9._-]*$`)
	hostName = userName
)

// Parse reads an address of the form ssh://[user@]host[:port][/path]. The path is
// percent-decoded. Below "/~/" it is relative to the home directory. Parse fails with
// model.ErrUsage, and never repeats what may be a password.
func Parse(address string) (Address, error) {
	if len(address) < len(Scheme) || !strings.EqualFold(address[:len(Scheme)], Scheme) {
		return Address{}, usage("an address of another machine", "it begins with "+Scheme)
	}
	authority, path, _ := strings.Cut(address[len(Scheme):], "/")
	host := authority
	var a Address
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		a.User, host = authority[:at], authority[at+1:]
		switch {
		case strings.Contains(a.User, ":"):
			return Address{}, usage(Scheme+"…", "put no password into the address; ssh logs in with a key")
		case !userName.MatchString(a.User):
			return Address{}, usage(Scheme+"…@", "the name of a user holds only letters, digits and . _ -, and does not begin with -")
		}
	}
	if err := a.setHost(host); err != nil {
		return Address{}, err
	}
	if err := a.setPath(path); err != nil {
		return Address{}, err
	}
	return a, nil
}

// setHost reads a host with or without a port.
func (a *Address) setHost(s string) error {
	host, port, colon := strings.Cut(s, ":")
	if strings.HasPrefix(s, "[") {
		var after string
		var closed bool
		host, after, closed = strings.Cut(s[1:], "]")
		port, colon = strings.CutPrefix(after, ":")
		ip, err := netip.ParseAddr(host)
		if !closed || err != nil || !ip.Is6() || ip.Zone() != "" || (after != "" && !colon) {
			return usage(Scheme+"…", "in brackets there is an IPv6 address, as in ssh://[2001:db8::7]:22/lab.db")
		}
	} else if !hostName.MatchString(host) {
		return usage(Scheme+"…", "the name of a host holds only letters, digits and . _ -, and does not begin with -")
	}
	if strings.Contains(port, ":") && !strings.HasPrefix(s, "[") {
		return usage(Scheme+"…", "an IPv6 address is put into brackets, as in ssh://[2001:db8::7]/lab.db")
	}
	a.Host = host
	if !colon {
		return nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 || port[0] == '+' {
		return usage(Scheme+host, "the port is a number from 1 to 65535")
	}
	a.Port = int(n)
	return nil
}

// setPath decodes a path, of which the first slash is missing.
func (a *Address) setPath(s string) error {
	home := s == "~" || strings.HasPrefix(s, "~/")
	path, ok := decode(s)
	switch shown := Scheme + a.Host + "/…"; {
	case !ok:
		return usage(shown, "in the path, a percent sign is followed by two hexadecimal digits; write %25 for a percent sign")
	case strings.ContainsRune(path, 0):
		return usage(shown, "no path holds a NUL")
	case len(path) > maxPath:
		return usage(shown, fmt.Sprintf("the path is longer than %d bytes", maxPath))
	case home:
		a.Path = path
	case path != "":
		a.Path = "/" + path
	}
	return nil
}

// maxPath is the most bytes of a path.
const maxPath = 8 << 10

// decode replaces percent signs with two digits by the byte that they stand for.
func decode(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+3 > len(s) {
			return "", false
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), true
}

// String is the address as Parse reads it. In the path only what could not be read otherwise is
// percent-encoded.
func (a Address) String() string { return Scheme + a.authority() + a.path() }

// authority is the address without scheme and path.
func (a Address) authority() string {
	s := a.Host
	if strings.Contains(s, ":") {
		s = "[" + s + "]"
	}
	if a.User != "" {
		s = a.User + "@" + s
	}
	if a.Port != 0 {
		s = fmt.Sprintf("%s:%d", s, a.Port)
	}
	return s
}

// path is the path as it stands in an address.
func (a Address) path() string {
	if a.Path == "" {
		return ""
	}
	path, literal := strings.CutPrefix(a.Path, "/")
	var b strings.Builder
	b.WriteByte('/')
	for i := 0; i < len(path); {
		r, n := utf8.DecodeRuneInString(path[i:])
		switch {
		case r == '%', r < ' ', r == 0x7f, r == utf8.RuneError && n == 1,
			literal && i == 0 && (path == "~" || strings.HasPrefix(path, "~/")):
			fmt.Fprintf(&b, "%%%02X", path[i])
			n = 1
		default:
			b.WriteString(path[i : i+n])
		}
		i += n
	}
	return b.String()
}

// arguments are those of ssh that run a command on the machine.
func (a Address) arguments(command []string) []string {
	args := []string{"-T", "-o", "BatchMode=yes"}
	if a.Port != 0 {
		args = append(args, "-p", strconv.Itoa(a.Port))
	}
	if a.User != "" {
		args = append(args, "-l", a.User)
	}
	return append(append(args, "--", a.Host), command...)
}

// byHand is what a person types to log in.
func (a Address) byHand() string {
	s := "ssh "
	if a.Port != 0 {
		s += fmt.Sprintf("-p %d ", a.Port)
	}
	if a.User != "" {
		s += a.User + "@"
	}
	return s + a.Host
}

func usage(address, why string) error {
	return &model.Error{Op: "open", Address: address, Err: model.ErrUsage, Detail: why}
}
