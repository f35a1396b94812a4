package storagetest

import (
	"os"
	"testing"
)

// Soak skips a test that takes minutes, unless `make soak` runs it.
func Soak(t *testing.T) {
	t.Helper()
	if os.Getenv("SOCIETOP_SOAK") == "" {
		t.Skip("takes minutes: make soak")
	}
}
