package model

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"unique"

	"societop/model/text"
)

// SourceName is the name of one of several sources, as it stands in keys: that in the configuration,
// else its address without secrets. The zero value is that of an only source, which needs none.
// Names are comparable with ==, and take eight bytes, because there is one in every key.
type SourceName struct{ h unique.Handle[text.Text] }

// NewSourceName is the name of a source. What is no UTF-8 in it is replaced.
func NewSourceName(name string) SourceName {
	if name == "" {
		return SourceName{}
	}
	return SourceName{unique.Make(text.Clean(strings.ToValidUTF8(name, "\ufffd")))}
}

// Text is the name as a text.
func (n SourceName) Text() text.Text {
	if n.Empty() {
		return text.Text{}
	}
	return n.h.Value()
}

// String is the name, safe to draw.
func (n SourceName) String() string { return n.Text().String() }

// Raw is the name as it was given.
func (n SourceName) Raw() string { return n.Text().Raw() }

// Empty reports whether the name is that of an only source.
func (n SourceName) Empty() bool { return n == SourceName{} }

// Called reports whether a source is meant by a name: its own, or a short one that ShortNames may give it.
func (n SourceName) Called(name string) bool {
	return name != "" && !n.Empty() && (slices.Contains(nameForms(n.String()), name) || n.Raw() == name)
}

// ShortNames returns for each of several sources a name that is as short as can be and differs from
// those of the others: of a file its base name, of a URL its host, and more of the address where
// that is not enough. A name that is no address stays as it is. Of a source within a lab that recorded
// several it is that of the source, with the lab's in front of it where need be.
func ShortNames(names []SourceName) []string {
	short, at := make([]string, len(names)), make([]int, len(names))
	forms := make([][]string, len(names))
	for i, n := range names {
		forms[i] = nameForms(n.String())
		short[i] = forms[i][0]
	}
	for again := true; again; {
		again = false
		count := map[string]int{}
		for _, s := range short {
			count[s]++
		}
		for i := range names {
			if count[short[i]] > 1 && at[i] < len(forms[i])-1 {
				at[i]++
				short[i], again = forms[i][at[i]], true
			}
		}
	}
	return short
}

// Schemes are those of the URLs that a source may have. What has none is a path.
var Schemes = []string{"http", "https", "postgres", "postgresql", "postgresql+asyncpg", "ssh"}

// CanonicalAddress names the source at an address, the same wherever and however it is written: a URL
// by its scheme, host, port and path, without secrets, and any other address by what absolute, which
// may read the file system, makes of a path. The user of ssh stays: it decides what is read there.
func CanonicalAddress(address string, absolute func(path string) string) string {
	scheme, _, isURL := strings.Cut(address, "://")
	if !isURL {
		return absolute(address)
	}
	u, err := url.Parse(address)
	if err != nil { // it may hold a secret anywhere
		return strings.ToLower(scheme) + "://…"
	}
	u.Scheme, _, _ = strings.Cut(strings.ToLower(u.Scheme), "+") // postgresql+asyncpg
	u.Scheme = cmp.Or(map[string]string{"postgresql": "postgres"}[u.Scheme], u.Scheme)
	host, port := u.Hostname(), u.Port()
	if u.Scheme == "postgres" && host == "" { // a socket is named by its directory
		host, port = u.Query().Get("host"), cmp.Or(port, u.Query().Get("port"))
	}
	if port == defaultPorts[u.Scheme] {
		port = ""
	}
	name := u.Scheme + "://"
	if user := u.User.Username(); u.Scheme == "ssh" && user != "" {
		name += user + "@"
	}
	if host = strings.ToLower(host); strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	name += host
	if port != "" {
		name += ":" + port
	}
	return name + strings.TrimRight(u.Path, "/")
}

// defaultPorts are the ports that a URL of a scheme need not name.
var defaultPorts = map[string]string{"http": "80", "https": "443", "postgres": "5432", "ssh": "22"}

// nameForms is the names by which a source may be called, from the shortest to its name itself.
func nameForms(name string) []string {
	lab, inner := withinLab(name)
	if lab == "" {
		return formsOf(name)
	}
	forms := formsOf(inner)
	for _, l := range formsOf(lab) {
		forms = append(forms, l+"/"+formsOf(inner)[0])
	}
	return append(forms, name)
}

// withinLab cuts the name of a source within a lab, LAB/INNER, where that can be seen; else lab is empty.
func withinLab(name string) (lab, inner string) {
	if at := strings.LastIndex(name, "://"); at >= 0 {
		if slash := strings.LastIndexByte(name[:at], '/'); slash >= 0 && !strings.HasSuffix(name[:slash], "/") {
			return name[:slash], name[slash+1:]
		}
	}
	for at, rest := 0, name; ; { // an absolute path after another, or after a URL
		next := strings.Index(rest, "//")
		if next < 0 {
			return "", name
		}
		if at += next; at > 0 && name[at-1] != ':' {
			return name[:at], name[at+1:]
		}
		at += 2
		rest = name[at:]
	}
}

// formsOf is nameForms of a source that is not within a lab.
func formsOf(name string) (forms []string) {
	if scheme, rest, isURL := strings.Cut(name, "://"); isURL {
		_, rest, _ = cutUser(rest)
		hostPort, pathOf, _ := strings.Cut(rest, "/")
		if pathOf = strings.TrimPrefix(path.Clean("/"+pathOf), "/"); pathOf != "" {
			pathOf = "/" + pathOf
		}
		forms = append(forms, cmp.Or(hostOnly(hostPort), path.Base(pathOf)), hostPort, hostPort+pathOf, scheme+"://"+hostPort+pathOf)
	} else {
		for at := len(name); at > 0; {
			at = strings.LastIndexAny(name[:at], `/\`)
			forms = append(forms, name[at+1:])
			at = max(at, 0)
		}
	}
	return append(slices.DeleteFunc(forms, func(f string) bool { return f == "" }), name)
}

// cutUser cuts the user from the rest of a URL after its scheme.
func cutUser(rest string) (user, after string, found bool) {
	slash := strings.IndexByte(rest+"/", '/')
	if at := strings.LastIndexByte(rest[:slash], '@'); at >= 0 {
		return rest[:at], rest[at+1:], true
	}
	return "", rest, false
}

// hostOnly is a host without its port.
func hostOnly(hostPort string) string {
	if at := strings.LastIndexByte(hostPort, ':'); at >= 0 && !strings.HasSuffix(hostPort, "]") {
		return hostPort[:at]
	}
	return hostPort
}
