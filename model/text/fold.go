package text

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold is the form of a text in which case does not count.
func Fold(s string) string { return strings.Map(FoldRune, s) }

// ContainsFold reports whether hay, whatever its case, holds a folded needle.
func ContainsFold(hay, needle string) bool {
	if needle == "" {
		return true
	}
	first, _ := utf8.DecodeRuneInString(needle)
	for i, r := range hay {
		if FoldRune(r) == first && HasPrefixFold(hay[i:], needle) {
			return true
		}
	}
	return false
}

// HasPrefixFold reports whether s, whatever its case, begins with a folded prefix.
func HasPrefixFold(s, prefix string) bool {
	for _, want := range prefix {
		r, size := utf8.DecodeRuneInString(s)
		if size == 0 || FoldRune(r) != want {
			return false
		}
		s = s[size:]
	}
	return true
}

// CompareFold orders strings by their characters, capitals as small letters.
func CompareFold(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0x80 || y >= 0x80 {
			return strings.Compare(strings.ToLower(a[i:]), strings.ToLower(b[i:]))
		}
		if x, y = lowerASCII(x), lowerASCII(y); x != y {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lowerASCII(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// FoldRune is the one form of a character that stands for its capitals and small letters.
func FoldRune(r rune) rune {
	if r < 0x80 {
		return rune(lowerASCII(byte(r)))
	}
	return unicode.ToLower(unicode.ToUpper(r))
}

// HalfWidth is the usual form of a full-width character.
func HalfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000':
		return ' '
	}
	return r
}

// Narrow is a value of a fixed form, whatever its case and the width of its characters.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune { return FoldRune(HalfWidth(r)) }, s)
}
