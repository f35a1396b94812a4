package storage

import (
	"context"
	"errors"
	"testing"

	"societop/model"
)

func TestOpenFindsTheSourceByItsScheme(t *testing.T) {
	for _, path := range []string{"lab.db", "/var/lib/lab.db", "./http://lab", "C:\\lab.db", "a:b", "-"} {
		src, err := Open(context.Background(), path, model.Access{})
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		if info := src.Info(); info.Kind != "lab file" || info.Address.String() != path || !info.Local {
			t.Errorf("%q: %+v", path, info)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, address := range []string{"", "http://lab-7:8080", "https://lab", "HTTP://lab", "ftp://lab", "file:///lab.db", "postgres+ssl://x"} {
		if src, err := Open(context.Background(), address, model.Access{}); !errors.Is(err, model.ErrUsage) {
			t.Errorf("%q: %v, %v; want %v", address, src, err, model.ErrUsage)
		}
	}
}
