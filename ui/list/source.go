package list

import (
	"path"
	"strings"

	"societop/model"
	"societop/ui/cell"
)

// placed is the columns of the list on the screen, and the names of sources as they are in theirs.
type placed struct {
	columns
	sources map[string]string
}

// cutNames cuts each of some names that is longer than w cells, so that as many as can be stay different:
// in its middle, else without the extension that all of them have, else elsewhere.
func cutNames(names []string, w int) map[string]string {
	ways := []func(string) string{func(s string) string { return cell.Middle(s, w) }}
	if ext := commonExt(names); ext != "" {
		ways = append(ways, func(s string) string {
			if cell.Width(s) > w {
				s = strings.TrimSuffix(s, ext)
			}
			return cell.Middle(s, w)
		})
	}
	ways = append(ways, func(s string) string { return cell.Tail(s, w) }, func(s string) string { return cell.Cut(s, w) })
	var best map[string]string
	most := 0
	for _, way := range ways {
		cut, different := make(map[string]string, len(names)), make(map[string]bool, len(names))
		for _, name := range names {
			cut[name] = way(name)
			different[cut[name]] = true
		}
		if len(different) > most {
			best, most = cut, len(different)
		}
	}
	return best
}

// commonExt returns the extension that all of some names of files have; "" if there is none.
func commonExt(names []string) string {
	ext := ""
	for i, name := range names {
		if i == 0 {
			ext = path.Ext(name)
		}
		if !strings.HasSuffix(name, ext) || len(name) == len(ext) {
			return ""
		}
	}
	return ext
}

// sourceWidth returns the cells of the longest name of a source; 0 if there is only one.
func sourceWidth(lab *model.Lab) int {
	if !lab.Sources().Several() {
		return 0
	}
	n := len(allColumns[sourceColumn].head)
	for _, name := range lab.Sources().Names() {
		n = max(n, cell.Width(name))
	}
	return min(n, maxSource)
}
