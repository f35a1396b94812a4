package storage

import (
	"context"
	"errors"
	"testing"

	"societop/model"
)

func TestOpenFindsTheSourceByItsScheme(t *testing.T) {
	for _, path := range []string{"lab.db", "/var/lib/lab.db", "./http://lab", "C:\\lab.db", "a:b", "-"} {
		src, err := openOne(context.Background(), path, model.Access{})
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
	for address, want := range map[string]string{"http://lab-7:8080": "http://lab-7:8080", "https://lab/": "https://lab", "HTTP://Lab/a/b/": "http://lab/a/b", "http://[::1]:80": "http://[::1]:80"} {
		src, err := openOne(context.Background(), address, model.Access{})
		if err != nil {
			t.Errorf("%q: %v", address, err)
			continue
		}
		if info := src.Info(); info.Kind != "endpoint" || info.Address.String() != want || info.Local {
			t.Errorf("%q: %+v", address, info)
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
	src, err := openOne(context.Background(), "SSH://ann@lab-7:22/~/lab%20b.db", model.Access{Write: true})
	if err != nil {
		t.Fatal(err)
	}
	if info := src.Info(); info.Kind != "ssh" || info.Address.String() != "ssh://ann@lab-7:22/~/lab b.db" || info.Local {
		t.Errorf("%+v", info)
	}
	if _, ok := src.(model.Controller); ok {
		t.Error("it can be written to")
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"ssh://-x", "ssh://", "ssh://ann:geheim@lab", "", "lab-7:8080", "localhost:8080/labs", "ftp://lab", "file:///lab.db", "postgres+ssl://x", "http:/x", "http:x", "https:/lab:80/", "HTTP:lab-7", "http//lab-7", "htp:/lab", "http://", "http://a:b@lab", "http://lab?x", "http://lab#x", "http://lab:99999", "http://lab:x"} {
		if src, err := openOne(context.Background(), address, model.Access{}); !errors.Is(err, model.ErrUsage) {
			t.Errorf("%q: %v, %v; want %v", address, src, err, model.ErrUsage)
		}
	}
}

// TestEverySchemeOpens: the configuration refuses all others.
func TestEverySchemeOpens(t *testing.T) {
	for _, scheme := range model.Schemes {
		src, err := openOne(context.Background(), scheme+"://lab/x", model.Access{})
		if err != nil {
			t.Errorf("%s: %v", scheme, err)
			continue
		}
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestOtherwise: what is meant is said, also of a path as scp has it.
func TestOtherwise(t *testing.T) {
	const address = "an address begins with http://, https:// or ssh://"
	for given, want := range map[string]string{
		"lab.db": "", "./a:/b": "", "/a:/b": "", "a:b": "", `C:\lab.db`: "", "a@b": "", "北@lab:x": "",
		"lab-7:8080": address, "http:/lab": address, "ssh:lab-7": address, "ssh:/lab-7/x": address, "SSH://": address,
		"lab-7:/data/lab.db": "for a file on another machine, write ssh://lab-7/data/lab.db",
		"ann@lab-7:lab.db":   "for a file on another machine, write ssh://ann@lab-7/~/lab.db",
		"ann@lab-7:/lab.db":  "for a file on another machine, write ssh://ann@lab-7/lab.db",
	} {
		if got := otherwise(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}
