package human

import "societop/model"

// State returns what is to be known of a dataset: that it is empty, or what is wrong with it.
func State(d *model.Dataset) (all []string) {
	if d.Rows == 0 {
		all = append(all, "empty")
	}
	if d.Damaged > 0 {
		all = append(all, Count(d.Damaged)+" damaged")
	}
	if d.Ambiguous > 0 {
		all = append(all, Count(d.Ambiguous)+" ambiguous")
	}
	return all
}
