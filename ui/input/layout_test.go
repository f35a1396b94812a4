package input

import (
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// decoded returns the key of a sequence, as Bubble Tea decodes it.
func decoded(t *testing.T, s string) tea.Key {
	t.Helper()
	var d uv.EventDecoder
	n, event := d.Decode([]byte(s))
	press, ok := event.(uv.KeyPressEvent)
	if !ok || n != len(s) {
		t.Fatalf("%q is %T of %d bytes", s, event, n)
	}
	return tea.Key(press)
}

func TestKeysOfOtherLayouts(t *testing.T) {
	for s, want := range map[string]string{
		"j": "j", "J": "J", "?": "?", " ": "space", "\x03": "ctrl+c", "\x1b[A": "up", "\r": "enter",
		// Cyrillic, typed
		"й": "q", "Й": "Q", "с": "c", "о": "j", "л": "k", "ь": "m", "х": "[", "Ъ": "}", "Ю": ">", "ё": "`", "і": "s", "ї": "]", "ґ": "ґ", "ў": "o", "љ": "q", "№": "#",
		// with Ctrl: kitty, with the key of the usual layout and without, and xterm
		"\x1b[1089;5u": "ctrl+c", "\x1b[1089::99;5u": "ctrl+c", "\x1b[27;5;1089~": "ctrl+c", "\x1b[1103;5u": "ctrl+z", "\x1b[27;5;1074~": "ctrl+d",
		"\x1b[1057;6u": "ctrl+shift+c", "\x1b[1089;69u": "ctrl+c", "\x1b[1089;133u": "ctrl+c",
		// what no table has, but the terminal tells
		"\x1b[1329::97;5u": "ctrl+a", "\x1b[1377::106u": "j", "\x1b[1377:1329:106;2u": "J", "\x1b[1377::47;2u": "?",
		// the letter of a Latin layout counts, not its place: Dvorak, AZERTY
		"\x1b[99::105;5u": "ctrl+c", "\x1b[97::113;5u": "ctrl+a", "\x1b[113::97u": "q",
		// Greek, Hebrew, Arabic, Georgian, Korean, Thai
		"ξ": "j", "Κ": "K", "ς": "w", "ά": "a", "\x1b[968;5u": "ctrl+c", "ח": "j", "ל": "k", "\x1b[1489;5u": "ctrl+c", "ت": "j", "ن": "k", "ظ": "/", "ჯ": "j", "შ": "S", "ㅓ": "j", "ㅂ": "q", "ㅃ": "Q", "่": "j", "็": "H",
		"٣": "3", "۴": "4",
		// input methods
		"ｑ": "q", "Ｑ": "Q", "／": "/", "？": "?", "！": "!", "　": "space", "１": "1", "［": "[", "【": "[", "》": ">", "、": "/", "。": ".", "，": ",",
		// what means nothing stays as it is
		"北": "北", "é": "é", "ß": "ß", "🚇": "🚇",
	} {
		if got := Latin(decoded(t, s)).String(); got != want {
			t.Errorf("%q is the key %q, want %q", s, got, want)
		}
	}
}

// TestLayoutsHaveAKeyForEachLetter: the rows of the tables are as long as the keyboard.
func TestLayoutsHaveAKeyForEachLetter(t *testing.T) {
	if len(latinRows) != len(latinShifts) || len(digits) != len(digitShifts) {
		t.Fatal("the Latin rows differ")
	}
	for _, l := range layouts {
		for _, row := range []string{l.plain, l.shifted} {
			if n := utf8.RuneCountInString(row); n != len(latinRows) && row != "" {
				t.Errorf("%q has %d keys, not %d", row, n, len(latinRows))
			}
		}
	}
}
