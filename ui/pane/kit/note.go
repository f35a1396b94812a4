package kit

import "societop/ui/pane"

// Explain returns the note that a pane shows instead of its data, and why the data is not newer.
// nothing is the note for data that was read and is empty.
func Explain(v *pane.View, n pane.Need, empty bool, nothing string) (note, trouble string) {
	trouble = v.Trouble(n).String()
	switch {
	case v.Has(n) && empty:
		return nothing, ""
	case v.Has(n):
		return "", trouble
	case trouble != "":
		return trouble, ""
	}
	return pane.Reading, ""
}

// Trouble returns why the first of some needs can't be read, or "".
func Trouble(v *pane.View, needs ...pane.Need) string {
	for _, n := range needs {
		if t := v.Trouble(n).String(); t != "" {
			return t
		}
	}
	return ""
}

// Lacks is pane.Optional's for a pane that shows a need which not every run has.
func Lacks(v *pane.View, n pane.Need) (why string, known bool) {
	absent, known := v.Lacks(n)
	if known && !absent {
		return "", true
	}
	return Explained(v, n), known
}

// Explained returns why a need is not in a view.
func Explained(v *pane.View, n pane.Need) string {
	if t := v.Trouble(n).String(); t != "" {
		return t
	}
	return pane.Reading
}
