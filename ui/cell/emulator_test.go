package cell

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"

	"societop/model/text"
)

// fence stands after a text on the screen: where it is, the rest of the row would be.
const fence = "|"

// glass is a screen of one row, cell by cell.
type glass func(x int) *uv.Cell

// usual is an emulator of one row with room for most of what is drawn: to make one takes a
// millisecond.
var usual = vt.NewEmulator(600, 1)

// byClusters draws a row on an emulator that counts grapheme clusters.
func byClusters(row string, w int) glass {
	screen := usual
	if w > screen.Width() {
		screen = vt.NewEmulator(w, 1)
	}
	_, _ = screen.WriteString("\x1b[H\x1b[K" + row + "\x1b[m") // at the end what is held back for marks to come is drawn
	return func(x int) *uv.Cell { return screen.CellAt(x, 0) }
}

// byCharacters draws a row on an emulator that gets one character at a time, so that it can
// count nothing else.
func byCharacters(row string, w int) glass {
	var apart strings.Builder
	for _, r := range row {
		apart.WriteRune(r)
		apart.WriteString("\x1b[m")
	}
	return byClusters(apart.String(), w)
}

// byBuffer draws a row into the buffer that Bubble Tea draws with, which counts the widths of
// characters unless the terminal has asked for another way.
func byBuffer(row string, w int) glass {
	screen := uv.ScreenBuffer{RenderBuffer: uv.NewRenderBuffer(w, 1), Method: ansi.WcWidth}
	uv.NewStyledString(row).Draw(screen, screen.Bounds())
	return func(x int) *uv.Cell { return screen.CellAt(x, 0) }
}

// checkDrawn fails unless a clean line takes its width on every emulator, with each of its
// characters in the cell where they all have it, and nothing after it out of its place.
func checkDrawn(t *testing.T, line string) {
	t.Helper()
	for i := range len(line) {
		if line[i] < ' ' || line[i] == 0x7F {
			t.Fatalf("a control character is in %q", line)
		}
	}
	w := Width(line)
	for name, draw := range map[string]func(string, int) glass{"by clusters": byClusters, "by characters": byCharacters, "in the buffer": byBuffer} {
		screen := draw(line+fence, w+2)
		if at := screen(w); at == nil || at.Content != fence {
			t.Fatalf("%s: %q has %d cells, and behind them is %+v", name, line, w, at)
		}
		x := 0
		for _, r := range line {
			n := Width(string(r))
			if n == 0 { // a mark over the character before
				continue
			}
			if at := screen(x); at == nil || !strings.HasPrefix(at.Content, string(r)) || at.Width != n {
				t.Fatalf("%s: in cell %d of %+q is %+v, not %q", name, x, line, at, r)
			}
			x += n
		}
		if x != w {
			t.Fatalf("%q has %d cells, its characters %d", line, w, x)
		}
	}
}

// kinds of text on which terminals are known to differ, or which are never to be drawn.
var kinds = map[string]string{
	"ASCII":               "Polarization baseline 0001234 ~!@#$%^&*()",
	"Chinese":             "北京早高峰通勤模拟，第 7 步「上班」",
	"Japanese, Korean":    "ｱｲｳ カタカナ ひらがな 한국어 시뮬레이션",
	"accents":             "Zoë Çağlar Nguyễn Łódź Ångström",
	"Cyrillic and Greek":  "Привет мир, Ελληνικά",
	"emoji":               "🚇 🌀 😀 📋 💤 🧪 🦠 ⌚ ⏰ ⭐ ✅ ❌",
	"VS16":                "⚠️ ❤️ ☀️ ✈️ ©️ ™️ ‼️ ㊗️ 1️ #️",
	"VS15":                "⌚︎ ⭐︎ 😀︎",
	"ZWJ families":        "👨\u200d👩\u200d👧\u200d👦 👩\u200d❤️\u200d💋\u200d👨 🏳️\u200d🌈 👩🏽\u200d🚀 🐻\u200d❄️ a\u200db",
	"skin tones":          "👍🏽 👋🏿 🏽 ✊🏻",
	"flags":               "🇨🇳 🇺🇸🇩 🇨 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
	"keycaps":             "1️⃣ #️⃣ *⃣ 9⃣",
	"Thai":                "ที่นี่ น้ำ กำ เปิ้ล",
	"Lao":                 "ນ້ຳ ເຂົ້າ",
	"Devanagari":          "नमस्ते क्षत्रिय हिन्दी की कौ कः कँ क़ र्\u200dय क्\u200cष",
	"Gujarati, Punjabi":   "ગુજરાતી ક્ષ ਪੰਜਾਬੀ ਸ੍ਰੀ",
	"Telugu, Kannada":     "తెలుగు క్ష్మి ಕನ್ನಡ ಕ್ಷೌ",
	"Malayalam, Sinhala":  "മലയാളം ക്ഷ സിංහල ක්\u200dෂ",
	"Oriya":               "ଓଡ଼ିଆ କ୍ଷେ త్ౕళ0",
	"Tamil, Bengali":      "தமிழ் நி বাংলা ক্ষ",
	"Myanmar, Khmer":      "မြန်မာ ភាសាខ្មែរ",
	"Arabic, Hebrew":      "العربية ﷽ שָׁלוֹם",
	"decomposed":          "e\u0301 o\u0302\u0323 n\u0303 か\u3099",
	"decomposed Hangul":   "\u1112\u1161\u11ab\u1100\u1173\u11af \u1112 \u1161\u11ab \ua960 \ud7b0",
	"the newest emoji":    "🫩 🪾 🫆 🪉 🪏 🫟 🫪 🫯 🛸 🩷 🫨",
	"symbols":             "… — “ ” ‣ ⁂ ★ ☆ ♥ ♫ ⚀ ⚑ ✂ ✓ ➜ ▲ █ ▏ ░ ╭ ⠿ ⏸ ⏏ ① ㊀ ㈱ № ℃",
	"ambiguous":           "α ° ± § × ÷ ¿ ® ¶ → ⇒ ∀ ∞ ○ ● ◎",
	"wide punctuation":    "　、。〈〉〜～！？：；",
	"soft hyphens":        "co\u00adop\u00ad\u00ad",
	"zero width":          "a\u200bb\u200cc\u200dd\u2060e\ufeff\u180e\u034f",
	"marks alone":         "\u0301\u20dd \u0e31 \u3099 \u0483",
	"enclosing marks":     "a\u20dd b\u20e3 \u0488",
	"bidi":                "\u202eabc\u202c \u2066x\u2069 \u200e\u200f\u061c",
	"separators":          "a\u2028b\u2029c\u0085d\u00a0e\u2003f\u3000g",
	"C0":                  "\x00\x07\x08\x0b\x0c\x0e\x0f\x1a\x1b\x7f",
	"C1":                  "\u0080\u0084\u008d\u0090\u009b\u009c\u009d\u009e\u009f",
	"C1 in one byte":      "\x9b31m \x9d0;x\x9c \x90q\x9c \x84",
	"CSI, OSC, DCS, APC":  "\x1b[2J\x1b]0;x\x07\x1b]52;c;QQ==\x1b\\\x1bPq\x1b\\\x1b_x\x1b\\\x1b^y\x1b\\\x1bc",
	"surrogates":          "\xed\xa0\x80\xed\xb0\x80 \xed\xbf\xbf",
	"invalid":             "\xff\xfe \xc0\xaf \xf8\x88\x80\x80\x80 \xe4\xb8 \xf4\x90\x80\x80",
	"private, none":       "\ue0b0 \uf8ff \U000f0000 \ufffe \uffff \ufdd0 \U0001ffff",
	"annotation, tags":    "\ufff9a\ufffab\ufffb \U000e0041 \U000e0001 \U000e0100",
	"line ends":           "a\r\nb\rc\nd\te",
	"replacement":         "\ufffd\ufffc",
	"a flood of marks":    "a" + strings.Repeat("\u0301\u0489\u20dd", 200),
	"a flood of nothing":  strings.Repeat("\u200b\u200d\ufeff", 200) + "x",
	"a flood of joins":    strings.Repeat("👩\u200d", 60),
	"variants":            "葛\U000e0100 ㇻ゚ ｶﾞ ﾊﾟ",
	"musical, math":       "𝄞 𝕏 𝟘 𝔘 𐍈 𒀀 𓀀",
	"unassigned":          "\u0378 \U0001fbfa \U0001f8ff \U000323af \u2fe0",
	"prepended":           "\u0600\u06dd \U000110bd a\u0d4e",
	"Hangul filler":       "\u115f\u1160\u3164\uffa0",
	"braille, box, block": "⠀⣿ ─│┌╔ ▀▄█▌▐░▒▓▖▟ 🮇 🬀",
}

func TestEveryKindOfTextTakesItsWidth(t *testing.T) {
	for name, raw := range kinds {
		t.Run(name, func(t *testing.T) {
			for _, s := range []string{raw, "北" + raw + "京", strings.ReplaceAll(raw, " ", "")} {
				checkDrawn(t, text.Clean(s).String())
				for _, line := range text.CleanLines(s).Split() {
					checkDrawn(t, line.String())
				}
			}
		})
	}
}

// TestEveryCharacterTakesItsWidth draws whatever of each character is left, between others. A
// row holds many of them, and is drawn one by one only where it is wrong.
func TestEveryCharacterTakesItsWidth(t *testing.T) {
	var row strings.Builder
	const many = 256
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) {
			fmt.Fprintf(&row, "a%c界%c", r, r)
		}
		if r%many == many-1 && row.Len() > 0 {
			if r < 0x30000 || r >= 0xE0000 && r < 0xE1000 || r%0x1000 == many-1 { // the rest is all of one kind
				for _, line := range text.CleanLines(row.String()).Split() {
					checkDrawn(t, line.String())
				}
			}
			row.Reset()
		}
	}
}

// mixture is characters of all kinds next to each other.
func mixture(dice *rand.Rand) string {
	var b strings.Builder
	for range 1 + dice.IntN(30) {
		kind := pool[dice.IntN(len(pool))]
		b.WriteString(kind[dice.IntN(len(kind))])
	}
	return b.String()
}

// pool is the kinds, each in its characters and in what no character is.
var pool = func() (all [][]string) {
	for _, text := range kinds {
		var one []string
		for i := 0; i < len(text); {
			_, size := utf8.DecodeRuneInString(text[i:])
			one = append(one, text[i:i+size])
			i += size
		}
		all = append(all, one)
	}
	return all
}()

func TestMixedTextTakesItsWidth(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		checkDrawn(t, text.Clean(mixture(dice)).String())
	}
}

func FuzzDrawing(f *testing.F) {
	for _, raw := range kinds {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		checkDrawn(t, text.Clean(raw).String())
		for _, line := range text.CleanLines(raw).Split() {
			checkDrawn(t, line.String())
		}
	})
}
