package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
	"societop/storage/bolt/claim"
)

// TestNoDirectoryIsMade: one that is not there is a mistake in the name of the lab.
func TestNoDirectoryIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sub")
	s := Open(filepath.Join(dir, "lab.db"), Options{Write: true})
	_, claimed := s.Claim("test", claim.State{})
	for _, err := range []error{claimed, s.Update(context.Background(), func(*Batch) error { return nil })} {
		if !errors.Is(err, model.ErrReadOnly) || !strings.Contains(err.Error(), "there is no directory "+dir) {
			t.Errorf("error %v", err)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("directory: %v", err)
	}
}
