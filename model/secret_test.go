package model

import (
	"strings"
	"testing"
)

func TestMaskSecrets(t *testing.T) {
	config := `llm:
- api_key: sk-1234567890abcdef
  base_url: https://user:hunter2@host/v1
  max_tokens: 4096
  provider: qwen
- {"api_key": "s3cr\"et", "model": "m"}
env:
  db:
    pg_dsn: postgresql://me:hunter2@db:5432/x
  s3:
    access_key: AKIAHUNTER2
    secret_key: 'hunter2'
    password:
    token: ""
  private_key: |
    hunter2
    hunter2
  name: x
  note: it said sk-abcdefghijklmnopqrstuvwxyz there
`
	got := MaskSecrets(CleanLines(config)).String()
	for _, secret := range []string{"hunter2", "HUNTER2", "sk-1234", `s3cr`, "abcdefghij"} {
		if strings.Contains(got, secret) {
			t.Errorf("%q is still there:\n%s", secret, got)
		}
	}
	for _, plain := range []string{"max_tokens: 4096", "provider: qwen", `"model": "m"`, "name: x", `token: ""`, "postgresql://me:"} {
		if !strings.Contains(got, plain) {
			t.Errorf("%q is gone:\n%s", plain, got)
		}
	}
	if strings.Count(got, "\n") != strings.Count(config, "\n") {
		t.Errorf("the number of lines changed:\n%s", got)
	}
}
