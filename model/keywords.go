package model

import (
	"regexp"
	"strings"
)

// keyword is one of the pairs by which PostgreSQL's own programs are told where to connect.
var keyword = regexp.MustCompile(`(?i)(?:^|\s)(host|hostaddr|port|dbname|user|password|passfile|service|sslmode)\s*=`)

// IsKeywords reports whether an address looks like pairs as in "host=h dbname=d", which may hold a
// password and are not to be shown.
func IsKeywords(address string) bool {
	if strings.Contains(address, "://") {
		return false
	}
	has := map[string]bool{}
	for _, m := range keyword.FindAllStringSubmatch(address, -1) {
		has[strings.ToLower(m[1])] = true
	}
	return has["password"] || len(has) > 1 || len(has) == 1 && keyword.FindStringIndex(address)[0] == 0 && (has["dbname"] || has["host"] || has["service"])
}

// RefuseKeywords is an ErrUsage where an address IsKeywords, and is no file.
func RefuseKeywords(address string, exists func(path string) bool) error {
	if !IsKeywords(address) || exists(address) {
		return nil
	}
	return Usagef("a database is not named by pairs as in host=…; give it as postgres://user@host/db, and its password in $PGPASSWORD or ~/.pgpass")
}
