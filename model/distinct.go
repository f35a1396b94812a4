package model

// Distinct is rows without those that a source has a second time, in their order: AgentSociety
// writes some rows of talk and answers twice. A row is all that it says, when it was created
// included, so that who says the same words twice is heard twice. It may change the list.
func Distinct[T comparable](all []T) []T {
	if len(all) < 2 {
		return all
	}
	seen := make(map[T]struct{}, len(all))
	out := all[:0]
	for _, row := range all {
		if _, twice := seen[row]; !twice {
			seen[row] = struct{}{}
			out = append(out, row)
		}
	}
	return out
}
