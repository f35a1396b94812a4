package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

func TestClean(t *testing.T) {
	for name, tc := range map[string]struct{ raw, want string }{
		"plain":                {"UBI policy", "UBI policy"},
		"Chinese":              {"北京早高峰通勤模拟 🚇", "北京早高峰通勤模拟 🚇"},
		"CSI":                  {"a\x1b[31mb", "a�[31mb"},
		"OSC 52":               {"\x1b]52;c;AAAA\x07", "�]52;c;AAAA�"},
		"C1":                   {"a\u009b31mb", "a�31mb"},
		"C1 in one byte":       {"a\x9b31m", "a�31m"},
		"NUL, DEL, BS":         {"a\x00b\x7fc\bd", "a�b�c�d"},
		"line breaks":          {"a\nb\r\nc\rd\te", "a b c d e"},
		"line separator":       {"a\u2028b", "a�b"},
		"bidi override":        {"abc\u202ecba", "abc�cba"},
		"bidi isolate":         {"a\u2066b\u2069", "a�b�"},
		"zero width":           {"a\u200bb\u2060c\ufeffd", "abcd"},
		"soft hyphen":          {"co\u00adop", "coop"},
		"decomposed":           {"e\u0301", "é"},
		"decomposed Hangul":    {"\u1112\u1161\u11ab", "한"},
		"VS16 emoji":           {"⚠️ hot ❤️", "⚠ hot ❤"},
		"family":               {"👨‍👩‍👧 x", "👨 x"},
		"skin tone":            {"👍🏽", "👍"},
		"flag":                 {"🇨🇳!", "CN!"},
		"keycap":               {"1️⃣", "1"},
		"Thai":                 {"ที่", "ที่"},
		"a flood of accents":   {"a" + strings.Repeat("\u0332", 500), "a"},
		"two accents":          {"x\u0302\u0323", "x\u0323\u0302"},
		"a lone accent":        {"\u0301", "�"},
		"private use":          {"\ue0b0", "�"},
		"a surrogate":          {"\xed\xa0\x80", "�"},
		"no UTF-8":             {"a\xffb", "a�b"},
		"tags":                 {"a\U000e0041b", "ab"},
		"text style":           {"⌚\ufe0e", "⌚"},
		"VS16 on signs":        {"©️™️", "©™"},
		"families":             {"👨‍👩‍👧‍👦🏳️‍🌈👩‍❤️‍💋‍👨", "👨🏳👩"},
		"skin tones":           {"✊🏻👍🏿 👩🏽‍🚀", "✊👍 👩"},
		"a lone skin tone":     {"\U0001f3fd", "�"},
		"flags":                {"🇨🇳🇺🇸🇩", "CNUSD"},
		"a flag of tags":       {"🏴\U000e0067\U000e0062\U000e007f", "🏴"},
		"keycaps":              {"#️⃣ *\u20e3 9\u20e3", "# * 9"},
		"Thai words":           {"น้ำ กำ", "น้\u0e4dา ก\u0e4dา"},
		"Devanagari":           {"नमस्ते क्ष", "नमस्\u200cते क्\u200cष"},
		"Hindi vowels":         {"हिन्दी की कः कं कू क़", "हइन्\u200cदई कई क: कं कू क़"},
		"Bengali":              {"বাংলা", "বআঙলআ"},
		"Sinhala":              {"කා කො සිංහල", "කආ කඔ සිඞහල"},
		"Telugu":               {"తెలుగు", "తెలఉగఉ"},
		"Lao":                  {"ນ້ຳ", "ນ້\u0ecdາ"},
		"a flood of vowels":    {"क" + strings.Repeat("\u0941", 500), "क\u0941\u0941\u0941\u0941"},
		"a lone vowel":         {"\u0941 \u093f", "� "},
		"Tamil":                {"தமிழ்", "தமஇழ்"},
		"kana, decomposed":     {"か\u3099", "が"},
		"lone jamo":            {"\u1112 \u1161", "� �"},
		"emoji of 2020":        {"🥸", "🥸"},
		"the newest emoji":     {"🫠🫩🪾", "���"},
		"unassigned":           {"\u0378\U0001fbfa", "��"},
		"trigram, hexagram":    {"☰ ䷀ ㉈", "� � �"},
		"an enclosing mark":    {"a\u20dd", "a"},
		"an ideograph's form":  {"葛\U000e0100", "葛"},
		"a flood of nothing":   {strings.Repeat("\u200b\u200d\ufeff", 500) + "x", "x"},
		"a flood of joiners":   {"👩" + strings.Repeat("\u200d👩", 500), "👩"},
		"all of bidi":          {"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c", strings.Repeat("�", 12)},
		"all of C0":            {"\x01\x07\x08\x0b\x0c\x0e\x0f\x1a\x1b", strings.Repeat("�", 9)},
		"C1, two bytes":        {"\u0080\u0085\u0090\u009b\u009d\u009f", strings.Repeat("�", 6)},
		"DCS, APC, PM, RIS":    {"\x1bPq\x1b\\\x1b_x\x07\x1b^y\x1bc", "�Pq�\\�_x��^y�c"},
		"a pair of surrogates": {"\xed\xa0\xbd\xed\xb8\x80!", "�!"},
		"too long, cut short":  {"\xc0\xaf!\xf8\x88\x80\x80\x80!\xe4\xb8", "�!�!�"},
	} {
		t.Run(name, func(t *testing.T) {
			got := Clean(tc.raw)
			if got.String() != tc.want {
				t.Errorf("Clean(%q) = %q, want %q", tc.raw, got, tc.want)
			}
			if got.Raw() != tc.raw {
				t.Errorf("Raw() = %q, want %q", got.Raw(), tc.raw)
			}
		})
	}
}

func TestCleanBoundsALine(t *testing.T) {
	for _, raw := range []string{strings.Repeat("x", 10<<20), strings.Repeat("长", 10<<20/3), strings.Repeat("\x1b", 10<<20)} {
		got := Clean(raw)
		if len(got.String()) > MaxText || !strings.HasSuffix(got.String(), "…") || got.Raw() != raw {
			t.Errorf("%d bytes became %d", len(raw), len(got.String()))
		}
	}
}

func TestCleanLines(t *testing.T) {
	got := CleanLines("Traceback:\r\n\tFile \"x\"\rend\x1b[2J\n\n")
	want := "Traceback:\n    File \"x\"\nend�[2J\n\n"
	if got.String() != want {
		t.Errorf("CleanLines = %q, want %q", got, want)
	}
	if lines := got.Split(); len(lines) != 4 || lines[1].String() != "    File \"x\"" || lines[3].String() != "" {
		t.Errorf("Split = %q", lines)
	}
	if (Lines{}).Split() != nil {
		t.Error("no text has lines")
	}
}

func TestTextsAreComparable(t *testing.T) {
	if Clean("a\x1b") == Clean("a\x07") {
		t.Error("texts that differ only raw are equal")
	}
	if Clean("a\x1b") != Clean("a\x1b") || !Clean("").Empty() {
		t.Error("equal texts differ")
	}
}

// TestLoneCharactersAreClean proves the fast way against the slow one, character by
// character, and pair by pair with the neighbours that could compose with it.
func TestLoneCharactersAreClean(t *testing.T) {
	for r := rune(0x80); r < 0x20000; r++ {
		if !isSingleCluster(r) {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r) + "a", string(r) + string(r), "가" + string(r) + "ア"} {
			if got := scrub(s, false); got != s {
				t.Fatalf("%U in %q: the slow way makes %q of it", r, s, got)
			}
		}
		if byCharacter.RuneWidth(r) != ansi.StringWidth(string(r)) {
			t.Fatalf("%U: %d cells by character, %d by cluster", r, byCharacter.RuneWidth(r), ansi.StringWidth(string(r)))
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"plain", "北京🚇", "\x1b]0;x\x07", "👨‍👩‍👧", "e\u0301\u0301", "\u202eabc", "ที่", "हिन्दी क्ष", "క్ష్మి", "1️⃣", "🇨🇳🇨", "a\r\nb\tc", "\xed\xa0\x80", "\u1112\u1161\u11ab", "a\u00ad\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		text, lines := Clean(raw), CleanLines(raw)
		if text.Raw() != raw || lines.Raw() != raw {
			t.Fatalf("the raw text is lost: %q", raw)
		}
		checkClean(t, text.String(), false)
		checkClean(t, lines.String(), true)
		if again := CleanLines(lines.String()); again.String() != lines.String() {
			t.Fatalf("cleaning %q again gives %q", lines, again)
		}
	})
}

// checkClean fails unless s can be drawn on any terminal.
func checkClean(t *testing.T, s string, lines bool) {
	t.Helper()
	if !utf8.ValidString(s) || !norm.NFC.IsNormalString(s) {
		t.Fatalf("%q is not normal", s)
	}
	for line := range strings.SplitSeq(s, "\n") {
		if !lines && line != s {
			t.Fatalf("%q has several lines", s)
		}
		byRune := 0
		for _, r := range line {
			if r < ' ' || (r >= 0x7F && r < 0xA0) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069) {
				t.Fatalf("%U is in %q", r, line)
			}
			if !unicode.Is(unicode.Mn, r) && r != zwnj { // which take no cell anywhere, whatever the library says
				byRune += byCharacter.RuneWidth(r)
			}
		}
		if byCluster := ansi.StringWidth(line); byCluster != byRune {
			t.Fatalf("%q: %d cells by cluster, %d by character", line, byCluster, byRune)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{"ascii": "Polarization baseline 0001234", "cjk": "北京早高峰通勤模拟 🚇 0001234", "slow": "flag 🇨🇳 e\u0301 ⚠️"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Clean(s)
			}
		})
	}
}
