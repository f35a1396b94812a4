package input

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// The keys of the layout that commands are named after, row by row, without and with Shift.
const (
	latinRows   = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
	latinShifts = `~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?`
)

// layouts are the characters of other layouts on the same keys, without and, if that is not the
// capital letter, with Shift. If a letter is on different keys of two layouts, the first one
// counts. ASCII characters mean themselves. Terminals that report the key itself need no table.
var layouts = []struct{ plain, shifted string }{
	{plain: "ёйцукенгшщзхъфывапролджэячсмитьбю "},                                // Russian
	{plain: " йцукенгшщзхїфівапролджєячсмитьбю "},                                // Ukrainian
	{plain: " йцукенгшўзх фывапролджэячсмітьбю "},                                // Belarusian
	{plain: " љњертзуиопшђасдфгхјклчћ џцвбнм   "},                                // Serbian
	{plain: "  ςερτυθιοπ  ασδφγηξκλ  ζχψωβνμ   "},                                // Greek
	{plain: "   έ  ύ ίό   ά   ή          ώ     "},                                // with accents
	{plain: "   קראטוןםפ  שדגכעיחלךף זסבהנמצתץ "},                                // Hebrew
	{plain: "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤر ىةوزظ"},                                // Arabic
	{"„ქწერტყუიოპ  ასდფგჰჯკლ  ზხცვბნმ   ", "  ჭ ღთ        შ    ჟ    ძ ჩ       "}, // Georgian
	{" ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ  ㅁㄴㅇㄹㅎㅗㅓㅏㅣ  ㅋㅌㅊㅍㅠㅜㅡ   ", " ㅃㅉㄸㄲㅆ   ㅒㅖ                       "}, // Korean
	{" ๆไำพะัีรนยบลฟหกดเ้่าสวงผปแอิืทมใฝ", "   ฎฑธํ๊ณฯญฐ ฤฆฏโฌ็๋ษศซ   ฉฮฺ์ ฒฬฦ"}, // Thai
}

// signs are characters of input methods that replace one of ASCII.
var signs = strings.NewReplacer(
	"\u3000", " ", "、", "/", "。", ".", "・", "/", "·", "`", "「", "[", "」", "]", "【", "[", "】", "]", "『", "{", "』", "}", "《", "<", "》", ">",
	"〈", "<", "〉", ">", "‘", "'", "’", "'", "“", `"`, "”", `"`, "—", "_", "￥", "$", "№", "#", "؟", "?", "،", ",", "؛", ";",
)

// latin maps characters to those on the same key of the Latin layout.
var latin = func() map[rune]rune {
	all := map[rune]rune{}
	add := func(from, to rune) {
		if _, known := all[from]; !known && from >= utf8.RuneSelf {
			all[from] = to
		}
	}
	for _, l := range layouts {
		shifted := []rune(l.shifted)
		for i, r := range []rune(l.plain) {
			if i < len(shifted) {
				add(shifted[i], rune(latinShifts[i]))
			}
			add(r, rune(latinRows[i]))
			add(unicode.ToUpper(r), rune(latinShifts[i]))
		}
	}
	for i := range rune(10) { // Arabic and Persian digits
		add('٠'+i, '0'+i)
		add('۰'+i, '0'+i)
	}
	return all
}()

// Latin returns a key as it is on the Latin layout: the command that it means, in any layout or
// input method. A key with ASCII on it means that.
func Latin(k tea.Key) tea.Key {
	r, base := k.Code, k.BaseCode
	if k.Text != "" && base == 0 { // else it may be that of the other layout
		r, _ = utf8.DecodeRuneInString(k.Text)
	}
	k.BaseCode = 0 // of a Latin layout that is another one, as Dvorak's, its letter counts and not its place
	to := toLatin(r)
	switch {
	case r < utf8.RuneSelf || r > unicode.MaxRune || utf8.RuneCountInString(k.Text) > 1:
		return k
	case base > ' ' && base < utf8.RuneSelf && !wide(r):
		if to = base; k.Text != "" && k.Mod&tea.ModShift != 0 {
			to = withShift(base)
		}
	case to == 0:
		return k
	}
	k.Code, k.ShiftedCode = withoutShift(to), 0
	if k.Text != "" {
		k.Text = string(to)
	}
	return k
}

// wide reports whether a character is a full-width form.
func wide(r rune) bool { return r >= 0xFF01 && r <= 0xFF5E || r == '\u3000' }

// toLatin returns the meaning of a character of another layout, 0 if unknown.
func toLatin(r rune) rune {
	if r >= 0xFF01 && r <= 0xFF5E { // ASCII in full width
		return r - 0xFF01 + '!'
	}
	if to := latin[r]; to != 0 {
		return to
	}
	if to := signs.Replace(string(r)); len(to) == 1 {
		return rune(to[0])
	}
	return 0
}

// The digits' row without and with Shift.
const (
	digits      = "1234567890-=\\"
	digitShifts = "!@#$%^&*()_+|"
)

// withShift returns a key of the Latin layout with Shift.
func withShift(r rune) rune {
	if i := strings.IndexRune(latinRows+digits, r); i >= 0 {
		return rune((latinShifts + digitShifts)[i])
	}
	return r
}

// withoutShift returns the key of a character.
func withoutShift(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return r
}
