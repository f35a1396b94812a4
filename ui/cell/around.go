package cell

import "unicode/utf8"

// maxMatches bounds how many matches of a line Around returns.
const maxMatches = 100

// Around returns the part of a line that fits into so many cells of a terminal, with its first match in
// it, and where its matches are in that part. A third of the room is for what stands before the match.
func Around(line string, matches [][]int, cells int) (string, [][]int) {
	matches = matches[:min(len(matches), maxMatches)]
	start, lead := 0, ""
	if len(matches) > 0 && widthUpTo(line[:matches[0][1]], cells) >= cells {
		start = back(line, matches[0][0], cells/3)
	}
	if start > 0 {
		lead = Ellipsis
	}
	end := min(len(line), start+(cells+1)*maxCellBytes) // what is further away is not looked at
	for end < len(line) && !utf8.RuneStart(line[end]) {
		end++
	}
	shown := lead + Cut(line[start:end], cells-Width(lead))
	return shown, moved(matches, start-len(lead), commonPrefix(shown, lead+line[start:end]))
}

// maxCellBytes is more bytes than a clean text has in a cell: a letter with its accents.
const maxCellBytes = 8

// moved are matches in a part of a line that begins at shift and shows so many bytes.
func moved(matches [][]int, shift, bytes int) (out [][]int) {
	for _, m := range matches {
		if from, to := m[0]-shift, min(m[1]-shift, bytes); from < to {
			out = append(out, []int{from, to})
		}
	}
	return out
}

// commonPrefix is how many bytes two texts have in common at their beginnings, up to the edge of a
// character.
func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

// widthUpTo is the width of a text, or at least cells where it is wider; of a text of megabytes
// only the beginning is looked at.
func widthUpTo(s string, cells int) int {
	if len(s) > cells*maxCellBytes {
		return cells
	}
	return Width(s)
}

// back is where the text of so many cells before a place in a line begins.
func back(line string, at, cells int) int {
	for w := 0; at > 0; {
		_, size := utf8.DecodeLastRuneInString(line[:at])
		if w += Width(line[at-size : at]); w > cells {
			break
		}
		at -= size
	}
	return at
}
