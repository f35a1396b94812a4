//go:build !race

package eta

// runs is how many runs of each law are forecast.
const runs = 300
