package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Letters of the scripts of India and its neighbours are written with marks: vowels, and a virama
// where there is none. Terminals agree that marks without a width have none, and keep them. They
// do not agree on vowel signs that have a width, which are drawn here as the letters of the same
// vowels; nor on letters joined by a virama, which a character of no width keeps apart.

// zwnj keeps letters apart that would be joined.
const zwnj = '\u200c'

// maxVowels is how many marks without a width are left on a letter of such a script.
const maxVowels = 4

// Where the letters of the scripts are that are ordered as Devanagari is, a block of 128 each.
const (
	firstIndic, lastIndic = 0x0900, 0x0D7F
	indicBlock            = 0x80
)

// marked reports whether r is a letter, or a mark, of a script whose marks are kept.
func marked(r rune) bool {
	return r >= firstIndic && r <= 0x0DFF || // up to Sinhala
		r >= 0x0E01 && r <= 0x0E5B || r >= 0x0E81 && r <= 0x0EDF // Thai, Lao
}

// virama reports whether r is the mark of a letter without a vowel that joins it with the next one
// in what is counted as one character.
func virama(r rune) bool {
	switch r {
	case 0x094D, 0x09CD, 0x0ACD, 0x0B4D, 0x0C4D, 0x0D4D:
		return true
	}
	return false
}

// joining reports whether s ends in a letter that joins the next one.
func joining(s string) bool {
	for s != "" {
		r, size := utf8.DecodeLastRuneInString(s)
		switch {
		case virama(r):
			return true
		case !unicode.Is(unicode.Mn, r):
			return false
		}
		s = s[:len(s)-size]
	}
	return false
}

// keepApart writes what keeps a letter from being joined with the one before it, where one would.
func keepApart(b *strings.Builder, r rune) {
	if r > firstIndic && unicode.Is(unicode.L, r) && joining(b.String()) {
		b.WriteRune(zwnj)
	}
}

// sinhala is the letters of vowel signs of a width, from U+0DCF on.
var sinhala = [...]rune{0x0D86, 0x0D87, 0x0D88, 0, 0, 0, 0, 0, 0, 0x0D8D, 0x0D91, 0x0D92, 0x0D93, 0x0D94, 0x0D95, 0x0D96, 0x0D8F}

// spelled is what stands for a mark that has a width: the letter of the vowel, or what looks
// like the sign; 0 where there is nothing.
func spelled(r rune) rune {
	const (
		aa, au    = 0x3E, 0x4C // the vowel signs in a block
		toLetter  = 0x38       // from a vowel's sign back to its letter
		anusvara  = 0x02
		visarga   = 0x03
		nga       = 0x19 // the letter that an anusvara sounds like
		avagraha  = 0x3D
		sinhalaAA = 0x0DCF
	)
	switch place := r % indicBlock; {
	case r >= sinhalaAA && int(r-sinhalaAA) < len(sinhala):
		return sinhala[r-sinhalaAA]
	case r == 0x0D82:
		return 0x0D9E
	case r == 0x0D83:
		return ':'
	case r < firstIndic || r > lastIndic:
		return 0
	case place >= aa && place <= au:
		return r - toLetter
	case place == anusvara:
		return r - anusvara + nga
	case place == visarga:
		return ':'
	case place == avagraha:
		return r
	}
	return 0
}

// markedWriter writes letters with their marks.
type markedWriter struct {
	b     *strings.Builder
	marks int // that the last letter has
}

// letter writes a letter, if it can be drawn.
func (w *markedWriter) letter(r rune) {
	if r == 0 || !drawable(r) {
		return
	}
	keepApart(w.b, r)
	w.b.WriteRune(r)
	if w.marks = 0; !marked(r) { // it takes none
		w.marks = maxVowels
	}
}

// mark writes a mark without a width, unless there are too many.
func (w *markedWriter) mark(r rune) {
	if w.marks < maxVowels {
		w.b.WriteRune(r)
	}
	w.marks++
}

// writeMarked writes a cluster of a script whose marks are kept: each letter with its marks as a
// cluster of its own.
func writeMarked(b *strings.Builder, c string) {
	const sign, thai, lao = 0x0E4D, 0x0E33, 0x0EB3
	w := markedWriter{b: b}
	for _, r := range c {
		switch {
		case r == thai || r == lao: // a mark and a letter in one
			w.mark(r - thai + sign)
			w.letter(r - 1)
		case unicode.Is(unicode.Mn, r) && marked(r) && unicode.Is(settledUnicode, r):
			w.mark(r)
		case r == zwnj && joining(b.String()):
			b.WriteRune(zwnj)
		case unicode.Is(unicode.Mc, r):
			w.letter(spelled(r))
		default:
			w.letter(r)
		}
	}
}
