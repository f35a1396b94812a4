package alert

import (
	"strings"
	"testing"
)

func TestNotifications(t *testing.T) {
	const hostile = "a;b\x1b\\\x07\x1b]52;c;x\x07\u009d\n"
	for _, protocol := range Protocols {
		s := Notification(protocol, "failed", hostile, false)
		if strings.Count(s, "\x1b") != map[string]int{"9": 2, "777": 2, "99": 4}[protocol] || strings.ContainsAny(s, "\x07\n\u009d") || protocol == "777" && strings.Count(s, ";") != 3 {
			t.Errorf("%s: %q", protocol, s)
		}
		inner := strings.TrimSuffix(strings.TrimPrefix(Notification(protocol, "failed", hostile, true), "\x1bPtmux;"), "\x1b\\")
		if strings.ReplaceAll(inner, "\x1b\x1b", "\x1b") != s {
			t.Errorf("%s through tmux: %q", protocol, inner)
		}
		if long := Notification(protocol, strings.Repeat("语", 1000), strings.Repeat("语", 100000), false); len(long) > 2*maxNotice+64 {
			t.Errorf("%s: %d bytes", protocol, len(long))
		}
	}
	for env, want := range map[string]string{"TERM=xterm-256color": "9", "TERM=xterm-kitty": "99", "KITTY_WINDOW_ID=1": "99", "TERM=foot": "777", "TERM=rxvt-unicode": "777", "TERM=xterm-ghostty": "777", "": "9"} {
		key, value, _ := strings.Cut(env, "=")
		if got := ProtocolOf(func(k string) string {
			if k == key {
				return value
			}
			return ""
		}); got != want {
			t.Errorf("%s: %s", env, got)
		}
	}
}
