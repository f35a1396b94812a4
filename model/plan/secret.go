package plan

import (
	"regexp"
	"slices"
	"strings"

	"societop/model/text"
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
// number of lines. Secrets are looked for in the clean text: of the raw text, a line that has
// one becomes the masked clean line.
func MaskSecrets(config text.Lines) text.Lines {
	clean, raw := config.String(), config.Raw()
	if !hinted(clean) {
		return config
	}
	lines := strings.Split(clean, "\n")
	masked := maskLines(lines)
	all := strings.Join(masked, "\n")
	if raw == clean {
		return text.CleanLines(all)
	}
	return text.CleanLinesOf(all, maskRaw(raw, lines, masked, all))
}

// maskLines masks the lines of a clean config.
func maskLines(clean []string) []string {
	lines := slices.Clone(clean)
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
		masked, secret := maskLine(line)
		if masked != line {
			lines[i] = text.CleanLines(masked).String() // what is cut may leave a mark without its letter
		}
		if secret {
			below = strings.IndexFunc(line, func(r rune) bool { return r != ' ' && r != '-' })
		}
	}
	return lines
}

// maskRaw replaces the lines of a raw config whose clean line was masked. One whose lines are
// not those of the clean config gives way to all, which is masked.
func maskRaw(raw string, clean, masked []string, all string) string {
	ends := lineEnd.FindAllStringIndex(raw, -1)
	if len(ends) != len(clean)-1 || len(clean) != len(masked) {
		return all
	}
	ends = append(ends, []int{len(raw), len(raw)})
	var b strings.Builder
	at := 0
	for i, end := range ends {
		if masked[i] != clean[i] {
			b.WriteString(masked[i])
		} else {
			b.WriteString(raw[at:end[0]])
		}
		b.WriteString(raw[end[0]:end[1]])
		at = end[1]
	}
	return b.String()
}

// lineEnd is what ends a line of a raw text.
var lineEnd = regexp.MustCompile("\r\n|\r|\n")

// hints is the parts of which every secret, or its key, has one, by their first bytes: the
// expressions above take a millisecond for each kilobyte, and most lines have none of these.
// The last two are letters that count as an s and a k where case does not.
var hints = func() (by [256][]string) {
	for _, h := range []string{
		"key", "secret", "passw", "pwd", "token", "credential", "authorization", "://",
		"sk-", "sk_", "pk-", "pk_", "ak-", "ak_", "ghp-", "ghp_", "hf-", "hf_", "xox", "\u017f", "\u212a",
	} {
		by[h[0]] = append(by[h[0]], h)
		if upper := strings.ToUpper(h[:1]); upper != h[:1] {
			by[upper[0]] = append(by[upper[0]], h)
		}
	}
	return by
}()

// hinted reports whether there may be a secret in a text.
func hinted(text string) bool {
	for i := range len(text) {
		for _, h := range hints[text[i]] {
			if len(text)-i >= len(h) && strings.EqualFold(text[i:i+len(h)], h) {
				return true
			}
		}
	}
	return false
}

// maskLine masks one line, and reports whether it is a secret's key whose value may go on
// below.
func maskLine(line string) (masked string, secret bool) {
	if !hinted(line) {
		return line, false
	}
	return maskHinted(line)
}

// maskHinted is maskLine for a line that may have a secret. It looks for a key more generously than
// the pane Config does, which reads keys as YAML has them: "'token: x", whose quote does not end,
// has no key there and a secret here.
func maskHinted(line string) (masked string, secret bool) {
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

// empty reports whether a scalar holds nothing that could be a secret.
func empty(scalar string) bool {
	switch strings.TrimSpace(scalar) {
	case `""`, `''`, "null", "~", "None", "|", ">", "|-", ">-":
		return true
	}
	return false
}
