package model

import (
	"errors"
	"strings"
	"testing"
)

func TestKeywords(t *testing.T) {
	there := func(string) bool { return true }
	gone := func(string) bool { return false }
	for address, want := range map[string]bool{
		"host=127.0.0.1 user=lab password=topSecret99 dbname=labdb": true,
		"password=topSecret99":                     true,
		"dbname = labdb  PASSWORD = 'topSecret99'": true,
		"dbname=labdb":                             true,
		"host=h user=topSecret99":                  true,
		"user=topSecret99 port=5432":               true,
		"lab.db":                                   false,
		"/data/user=ann/lab.db":                    false,
		"user=ann":                                 false,
		"runs/host=h.db":                           false,
		"postgres://u@h/db?user=x&password=y":      false,
		"postgres:///db?x= host=h user=u":          false,
		"":                                         false,
	} {
		if got := IsKeywords(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
		err := RefuseKeywords(address, gone)
		if (err != nil) != want || want && (!errors.Is(err, ErrUsage) || strings.Contains(err.Error(), "topSecret99")) {
			t.Errorf("%s: %v", address, err)
		}
		if err := RefuseKeywords(address, there); err != nil {
			t.Errorf("%s, which exists: %v", address, err)
		}
	}
}
