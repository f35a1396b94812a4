package rundirtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"societop/storage/rundir/rundirtest"
)

func TestUnpack(t *testing.T) {
	root := rundirtest.Unpack(t)
	raw, _ := rundirtest.Expected(t)
	if len(raw) != len(rundirtest.Names) {
		t.Errorf("%d runs are expected, %d named", len(raw), len(rundirtest.Names))
	}
	for _, name := range rundirtest.Names[:len(rundirtest.Names)-1] {
		if _, ok := raw[name]; !ok {
			t.Errorf("nothing is known of %s", name)
		}
		if _, err := os.Stat(filepath.Join(root, name, "pid.json")); err != nil {
			t.Error(err)
		}
	}
	one := rundirtest.Run(t, "2.9.2-killed")
	if others, _ := filepath.Glob(filepath.Join(filepath.Dir(one), "*")); len(others) != 1 {
		t.Errorf("one run was unpacked as %v", others)
	}
}
