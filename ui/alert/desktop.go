package alert

import (
	"fmt"
	"strings"

	"societop/model/text"
)

// Protocols are the sequences with which terminals show notifications of the desktop: that of
// iTerm2, which most terminals know, that of rxvt, and that of kitty.
var Protocols = []string{"9", "777", "99"}

// ProtocolOf is the one that a terminal probably knows, by its environment.
func ProtocolOf(getenv func(string) string) string {
	term := getenv("TERM")
	switch {
	case getenv("KITTY_WINDOW_ID") != "" || strings.Contains(term, "kitty"):
		return "99"
	case strings.HasPrefix(term, "rxvt") || strings.HasPrefix(term, "foot") || strings.Contains(term, "ghostty") || getenv("GHOSTTY_RESOURCES_DIR") != "":
		return "777"
	}
	return "9"
}

// Notification is what makes a terminal show a text as a notification of the desktop, by one of
// Protocols. tmux says that it stands between, and has to pass it on.
func Notification(protocol, title, body string, tmux bool) string {
	title, body = words(title), words(body)
	var s string
	switch protocol {
	case "777":
		s = fmt.Sprintf("\x1b]777;notify;%s;%s\x1b\\", strings.ReplaceAll(title, ";", ","), strings.ReplaceAll(body, ";", ","))
	case "99":
		s = fmt.Sprintf("\x1b]99;i=societop:d=0;%s\x1b\\\x1b]99;i=societop:p=body;%s\x1b\\", title, body)
	default:
		s = fmt.Sprintf("\x1b]9;%s: %s\x1b\\", title, body)
	}
	if tmux {
		s = "\x1bPtmux;" + strings.ReplaceAll(s, "\x1b", "\x1b\x1b") + "\x1b\\"
	}
	return s
}

// maxNotice is how many bytes of a text a notification shows.
const maxNotice = 256

// words is a text as a notification may hold it: clean, and short.
func words(s string) string { return text.Clip(text.Clean(s).String(), maxNotice) }
