package model

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestASecretNeverShows(t *testing.T) {
	a := Access{Token: NewSecret("sesame")}
	j, _ := json.Marshal(a.Token)
	for _, s := range []string{fmt.Sprint(a), fmt.Sprintf("%v %+v %#v %q %s %x", a, a, a, a.Token, a.Token, a.Token), string(j)} {
		if strings.Contains(s, "sesame") || strings.Contains(s, "736573616d65") {
			t.Errorf("%s", s)
		}
	}
	if a.Token.Reveal() != "sesame" {
		t.Error("a secret that can't be used")
	}
}
