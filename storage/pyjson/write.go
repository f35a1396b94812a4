package pyjson

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// shortEscapes are the characters that have an escape of two characters.
const shortEscapes = "\"\"\\\\\nn\rr\tt\bb\ff"

// AppendText appends a JSON text: in UTF-8, escaped where it has to be. Bytes that are not UTF-8 stay
// as they are.
func AppendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if at := strings.IndexByte(shortEscapes, c); at >= 0 && at%2 == 0 {
			b = append(b, '\\', shortEscapes[at+1])
		} else {
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(append(b, s[start:]...), '"')
}

// Number is a float as Python prints it.
func Number(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	short := strconv.FormatFloat(f, 'e', -1, 64)
	if exp, _ := strconv.Atoi(short[strings.IndexByte(short, 'e')+1:]); exp < -4 || exp >= 16 {
		return short
	}
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	return plain
}
