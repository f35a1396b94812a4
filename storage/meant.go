package storage

import (
	"regexp"
	"strings"
)

// hostPort is what is rather meant as the address of an endpoint than as a path.
var hostPort = regexp.MustCompile(`^[A-Za-z0-9.-]+:[0-9]{2,5}(/.*)?$`)

// mistyped is what begins nearly as the address of an endpoint, or like that of another scheme.
var mistyped = regexp.MustCompile(`^((?i:https?|ssh)(:|//)|[A-Za-z][A-Za-z0-9+.-]+:/)`)

// copied is a file on another machine as scp names it.
var copied = regexp.MustCompile(`^([A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9._][A-Za-z0-9._-]*):(.*)$|^([A-Za-z0-9._][A-Za-z0-9._-]+):(/.*)$`)

// otherwise is what to write instead of an address that is no path, if it can be told; else it is empty.
func otherwise(address string) string {
	scheme, _, _ := strings.Cut(strings.ToLower(address), ":")
	switch m := copied.FindStringSubmatch(address); {
	case hostPort.MatchString(address):
	case m == nil || scheme == "http" || scheme == "https" || scheme == "ssh":
		if !mistyped.MatchString(address) {
			return ""
		}
	case strings.HasPrefix(m[2], "/"):
		return "for a file on another machine, write ssh://" + m[1] + m[2]
	case m[1] != "":
		return "for a file on another machine, write ssh://" + m[1] + "/~/" + m[2]
	default:
		return "for a file on another machine, write ssh://" + m[3] + m[4]
	}
	return "an address begins with http://, https:// or ssh://"
}
