package model

import (
	"regexp"
	"strings"
)

// Mask stands for a secret.
const Mask = "••••••••"

var (
	// secretKey is a key of a config whose value is a secret. Counts of tokens are none.
	secretKey = regexp.MustCompile(`(?i)^["']?(?:[\w.-]*[_.-])?(?:api_?key|secret|password|passwd|pwd|token|access_?key|private_?key|credentials?|authorization)(?:_id|_key)?["']?$`)
	// pair is a key and its value, in block or in flow style.
	pair = regexp.MustCompile(`(["']?[A-Za-z_][\w.-]*["']?)(\s*:\s+|:)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,{}\[\]"'][^,{}\n]*)`)
	// login is the password in a URL; providerKey is how providers begin their keys.
	login       = regexp.MustCompile(`(://[^/\s:@]*:)[^/\s@]+@`)
	providerKey = regexp.MustCompile(`\b(sk|pk|ak|ghp|hf|xox[bp])[-_][A-Za-z0-9_-]{12,}`)
)

// MaskSecrets returns a config, YAML or JSON, with the values of keys that name secrets,
// passwords in URLs and keys of providers masked. It keeps every other character and the
// number of lines. The result has no raw text.
func MaskSecrets(config Lines) Lines {
	lines := strings.Split(config.String(), "\n")
	below := -1 // the indent of a secret whose value stands on the lines below it
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if below >= 0 && (indent > below || strings.TrimSpace(line) == "") {
			if strings.TrimSpace(line) != "" {
				lines[i] = line[:indent] + Mask
			}
			continue
		}
		below = -1
		var secret bool
		if lines[i], secret = maskLine(line); secret {
			below = strings.IndexFunc(line, func(r rune) bool { return r != ' ' && r != '-' })
		}
	}
	return CleanLines(strings.Join(lines, "\n"))
}

// maskLine masks one line, and tells whether it is a secret's key whose value may go on
// below.
func maskLine(line string) (masked string, secret bool) {
	key, _, _ := splitKey(strings.TrimLeft(line, " -"))
	secret = secretKey.MatchString(key)
	line = pair.ReplaceAllStringFunc(line, func(s string) string {
		m := pair.FindStringSubmatch(s)
		if !secretKey.MatchString(m[1]) || empty(m[3]) {
			return s
		}
		return m[1] + m[2] + Mask
	})
	line = login.ReplaceAllString(line, "${1}"+Mask+"@")
	return providerKey.ReplaceAllString(line, "${1}-"+Mask), secret
}

// empty tells whether a scalar holds nothing that could be a secret.
func empty(scalar string) bool {
	switch strings.TrimSpace(scalar) {
	case `""`, `''`, "null", "~", "None", "|", ">", "|-", ">-":
		return true
	}
	return false
}
