package health

import (
	"strings"
	"time"
)

// line is a line of a log.
type line struct {
	at      time.Time // as the log has it, without a zone: in UTC; zero without a time
	level   string    // DEBUG, INFO, WARNING, ERROR; empty if it names none
	worker  bool      // another process wrote it, and Ray passed it on
	message string
}

// readLine reads a line as AgentSociety 1 and 2, Ray and Python's logging write it.
func readLine(s string) line {
	s = strings.TrimSpace(withoutEscapes(s))
	var l line
	if strings.HasPrefix(s, "(") {
		if end := strings.Index(s, ") "); end > 0 && strings.Contains(s[:end], "pid=") {
			s, l.worker = strings.TrimSpace(s[end+2:]), true
		}
	}
	s = strings.TrimPrefix(s, "[")
	if at, rest, ok := timeOf(s); ok {
		l.at, s = at, rest
	}
	l.level, l.message = levelOf(s)
	return l
}

// timeOf reads the time at the beginning of a line.
func timeOf(s string) (at time.Time, rest string, ok bool) {
	const layout = "2006-01-02 15:04:05"
	if len(s) < len(layout) || s[4] != '-' || s[10] != ' ' && s[10] != 'T' {
		return time.Time{}, s, false
	}
	at, err := time.Parse(layout, s[:10]+" "+s[11:len(layout)])
	return at, s[len(layout):], err == nil
}

// levels are the words for levels, and what they are called here.
var levels = map[string]string{
	"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARNING", "WARN": "WARNING",
	"ERROR": "ERROR", "CRITICAL": "ERROR", "FATAL": "ERROR",
}

// levelReach is how far from the beginning of a line, after its time, its level stands at most.
const levelReach = 60

// levelOf cuts a line after the word for its level.
func levelOf(s string) (level, message string) {
	for i := 0; i < len(s) && i < levelReach; {
		n := 0
		for i+n < len(s) && s[i+n] >= 'A' && s[i+n] <= 'Z' {
			n++
		}
		if level := levels[s[i:i+n]]; level != "" && (i == 0 || !letter(s[i-1])) && (i+n == len(s) || !letter(s[i+n])) {
			return level, strings.TrimLeft(s[i+n:], " \t-:]")
		}
		i += max(n, 1)
	}
	return "", strings.TrimLeft(s, " \t,.0123456789]-:")
}

func letter(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' }

// withoutEscapes removes what colours a terminal.
func withoutEscapes(s string) string {
	if !strings.Contains(s, "\x1b[") {
		return s
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		end := strings.IndexFunc(after, func(r rune) bool { return r >= 0x40 && r <= 0x7e })
		if end < 0 {
			return b.String()
		}
		s = after[end+1:]
	}
}
