package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/clipperhouse/uax29/v2/graphemes"
	"github.com/mattn/go-runewidth"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// Text is one line of text from a source that is safe to draw: no control character, no
// escape, no bidirectional override, no line break, in NFC, and made only of characters on
// whose width terminals agree. Only Clean makes one; the zero value is empty. Texts are
// comparable with ==.
type Text struct {
	s string // the clean text, then the raw one where it differs
	n int    // bytes of the clean text
}

// Lines is text of several lines from a source, as safe to draw as Text is. Only CleanLines
// makes one; the zero value is empty.
type Lines struct {
	s string
	n int
}

// MaxText is the most bytes that a Text shows; what is longer ends in "…".
const MaxText = 4096

// Clean makes one line of raw, which may hold anything. What is dropped from the words of
// the source shows as U+FFFD; line breaks and tabs become one space.
func Clean(raw string) Text {
	if len(raw) <= MaxText && alreadyClean(raw, false) {
		return Text{raw, len(raw)}
	}
	s, n := joined(raw, Clip(scrub(Clip(raw, 4*MaxText), false), MaxText))
	return Text{s, n}
}

// CleanLines makes lines of raw, which may hold anything. Lines end in "\n", "\r\n" or "\r";
// a tab becomes four spaces; what else is dropped shows as U+FFFD.
func CleanLines(raw string) Lines {
	if alreadyClean(raw, true) {
		return Lines{raw, len(raw)}
	}
	s, n := joined(raw, scrub(raw, true))
	return Lines{s, n}
}

// CleanLinesOf makes lines that show one text, and have another as that of the source: a log
// without its colours, a config without its secrets.
func CleanLinesOf(shown, raw string) Lines {
	s, n := joined(raw, CleanLines(shown).String())
	return Lines{s, n}
}

// String is the clean text.
func (t Text) String() string { return t.s[:t.n] }

// Raw is the text as the source had it. It is for stores and for comparing, never for a
// terminal, a title, a clipboard or a message.
func (t Text) Raw() string { return raw(t.s, t.n) }

// Empty reports whether the source had no text at all.
func (t Text) Empty() bool { return t.s == "" }

// String is the clean text, its lines separated by "\n".
func (l Lines) String() string { return l.s[:l.n] }

// Raw is the text as the source had it, under the conditions of Text.Raw.
func (l Lines) Raw() string { return raw(l.s, l.n) }

// Empty reports whether the source had no text at all.
func (l Lines) Empty() bool { return l.s == "" }

// Split returns the lines one by one, without their ends. A last line end begins no line
// of its own.
func (l Lines) Split() []Text {
	if l.n == 0 {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(l.String(), "\n"), "\n")
	out := make([]Text, len(lines))
	for i, line := range lines {
		out[i] = Text{line, len(line)}
	}
	return out
}

func raw(s string, n int) string {
	if n < len(s) {
		return s[n:]
	}
	return s
}

// joined packs the clean and the raw text in one string.
func joined(raw, clean string) (string, int) {
	if clean == raw {
		return raw, len(raw)
	}
	return clean + raw, len(clean)
}

// Clip cuts s to at most limit bytes, at the edge of a character.
func Clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// alreadyClean reports whether s is clean as it stands, judged by characters that are clean
// whatever their neighbours are. A false answer only means that scrub has to look.
func alreadyClean(s string, lines bool) bool {
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if (b < ' ' && (!lines || b != '\n')) || b == 0x7F {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isSingleCluster(r) {
			return false
		}
		i += size
	}
	return true
}

// span is a range of characters.
type span struct{ first, last rune }

// plainSpans are characters that isSingleCluster lets through, the most frequent first.
var plainSpans = [...]span{
	{0x4E00, 0x9FFC},   // Han
	{0xC0, 0x17F},      // Latin
	{0x3001, 0x3020},   // CJK punctuation
	{0xFF01, 0xFF5E},   // full-width forms
	{0x2018, 0x2026},   // quotes, dots
	{0x2012, 0x2016},   // dashes
	{0xAC00, 0xD7A3},   // Hangul syllables
	{0x3041, 0x3096},   // Hiragana
	{0x30A1, 0x30FA},   // Katakana
	{0x0410, 0x044F},   // Cyrillic
	{0x2500, 0x259F},   // boxes, blocks
	{0x1F680, 0x1F6A4}, // transport emoji
	{0x1F400, 0x1F43E}, // animal emoji
	{0x1F300, 0x1F320}, // weather emoji
	{0x1F4A0, 0x1F4FC}, // object emoji
}

// isSingleCluster reports whether r is a printing character in NFC that is a cluster of its own and has
// one width everywhere, as long as its neighbours are such characters or ASCII.
func isSingleCluster(r rune) bool {
	for _, s := range plainSpans {
		if r >= s.first && r <= s.last {
			return true
		}
	}
	return false
}

// scrub is the slow way: cluster by cluster.
func scrub(s string, lines bool) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "�"))
	var b strings.Builder
	b.Grow(len(s))
	it := graphemes.FromString(s)
	for it.Next() {
		writeCluster(&b, it.Value(), lines)
	}
	// Clusters that were mended may now be next to marks that they compose with.
	return norm.NFC.String(b.String())
}

// writeCluster writes what of one grapheme cluster may be drawn.
func writeCluster(b *strings.Builder, c string, lines bool) {
	switch c {
	case "\n", "\r\n", "\r":
		if lines {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
		return
	case "\t":
		if lines {
			b.WriteString("    ")
		} else {
			b.WriteByte(' ')
		}
		return
	}
	r, size := utf8.DecodeRuneInString(c)
	switch {
	case flagLetter(r):
		writeFlag(b, c)
	case invisible(r):
		// Soft hyphens, joiners and lone selectors carry no words.
	case !drawable(r):
		b.WriteRune(utf8.RuneError)
	case marked(r):
		writeMarked(b, c)
	case agreed(c):
		b.WriteString(c)
	default:
		keepApart(b, r)
		b.WriteString(c[:size])
	}
}

// agreed reports whether terminals that count characters and terminals that count clusters
// give c, of several characters, the same width: a base with at most maxMarks accents.
func agreed(c string) bool {
	first, size := utf8.DecodeRuneInString(c)
	if !latinLike(first) {
		return false
	}
	marks := 0
	for _, r := range c[size:] {
		if r < 0x300 || r > 0x36F || r == 0x34F {
			return false
		}
		if marks++; marks > maxMarks {
			return false
		}
	}
	return true
}

// maxMarks is how many accents that do not compose are left on a letter.
const maxMarks = 2

// latinLike reports whether r is of a script whose accents terminals draw over it.
func latinLike(r rune) bool {
	return (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') || (r >= 0xC0 && r <= 0x52F) || (r >= 0x1E00 && r <= 0x1FFF)
}

// drawable reports whether r may be written to a terminal.
func drawable(r rune) bool {
	switch {
	case r < ' ', r >= 0x7F && r < 0xA0: // C0, DEL, C1
		return false
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, // bidi overrides, isolates
		r == 0x200E, r == 0x200F, r == 0x061C: // bidi marks
		return false
	case r >= 0xFFF9 && r <= 0xFFFB, r >= 0x2028 && r <= 0x2029: // annotation, separators
		return false
	case r >= 0xE000 && r <= 0xF8FF, r >= 0xF0000: // private use, tags, non-characters
		return false
	case r >= 0xE0000: // tags and selectors outside of a cluster
		return false
	case r&0xFFFE == 0xFFFE: // non-characters
		return false
	}
	return stableWidth(r)
}

// stableWidth reports whether r stands by itself with a width that terminals agree on, whether
// they count by character or by cluster.
func stableWidth(r rune) bool {
	if unicode.In(r, unicode.M, unicode.Cf, unicode.Cs) || jamo(r) || joins(r) { // parts of clusters
		return false
	}
	if resized(r) || !unicode.Is(settledUnicode, r) {
		return false
	}
	n := byCharacter.RuneWidth(r)
	return n > 0 && n == displaywidth.Rune(r)
}

// settledUnicode is the characters of the Unicode of 2020. Terminals draw newer ones, and what
// is no character yet, 0, 1 or 2 cells wide, by the age of their tables.
var settledUnicode = rangetable.Assigned("13.0.0")

// resized reports whether r has one width in some editions of Unicode or libraries and another
// in others: trigrams and hexagrams, counting rods, circled numbers on black squares.
func resized(r rune) bool {
	return (r >= 0x2630 && r <= 0x2637) || (r >= 0x268A && r <= 0x268F) || (r >= 0x3248 && r <= 0x324F) ||
		(r >= 0x4DC0 && r <= 0x4DFF) || (r >= 0x1D300 && r <= 0x1D376)
}

// jamo reports whether r is a part of a Hangul syllable; whole ones are in NFC by now.
func jamo(r rune) bool {
	return (r >= 0x1100 && r <= 0x11FF) || (r >= 0xA960 && r <= 0xA97F) || (r >= 0xD7B0 && r <= 0xD7FF)
}

// joins reports whether r makes one cluster with a letter before or after it.
func joins(r rune) bool {
	var b [2 + utf8.UTFMax]byte
	n := 1 + utf8.EncodeRune(b[1:], r)
	b[0], b[n] = 'a', 'a'
	clusters := 0
	for it := graphemes.FromBytes(b[:n+1]); it.Next(); {
		clusters++
	}
	return clusters < 3
}

// byCharacter is the width of characters as terminals count them that know no clusters. It
// does not look at the locale, as the package's default does.
var byCharacter = &runewidth.Condition{StrictEmojiNeutral: true}

// invisible reports whether r is a character without width or meaning on a terminal.
func invisible(r rune) bool {
	switch {
	case r == 0xAD, r == 0x200B, r == 0x200C, r == 0x200D, r == 0x2060, r == 0xFEFF, r == 0x034F, r == 0x180E:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x2061 && r <= 0x2064, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}

func flagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// writeFlag writes the letters of a flag: terminals draw flags 1, 2 or 4 cells wide.
func writeFlag(b *strings.Builder, c string) {
	for _, r := range c {
		if flagLetter(r) {
			b.WriteRune('A' + r - 0x1F1E6)
		}
	}
}
