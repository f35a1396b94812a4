//go:build race

package eta

// runs is how many runs of each law are forecast; the race detector makes each ten times as slow.
const runs = 30
