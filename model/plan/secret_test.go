package plan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"societop/model/text"
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
	got := MaskSecrets(text.CleanLines(config)).String()
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

func TestHintsMissNoSecret(t *testing.T) {
	parts := []string{
		"api_key", "ApiKey", "SECRET", "\u017fecret", "to\u212aen", "passwd", "PWD", "my.token", "credentials_id", "authorization", "private_key", "max_tokens",
		": ", ":", "://", "u:p@h", "sk-", "hf_", "xoxb-", "ghp_", "ABCDEF123456789", "- ", "{", "}", ",", "\"", "'", " ", "x", "长", "|", "_", "-",
	}
	missed, random := 0, rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		var line string
		for range 1 + random.IntN(5) {
			line += parts[random.IntN(len(parts))]
		}
		masked, secret := maskHinted(line)
		if hinted(line) {
			continue
		}
		if missed++; masked != line || secret {
			t.Fatalf("%q becomes %q (%v), and there is no hint of it", line, masked, secret)
		}
	}
	if missed < 1000 {
		t.Errorf("only %d lines without a hint", missed)
	}
}

// BenchmarkMaskSecrets masks a config of the size that AgentSociety writes, of which one
// line is a secret.
func BenchmarkMaskSecrets(b *testing.B) {
	config := "llm:\n- api_key: hunter2\n" + strings.Repeat("    - 12\n    type: survey\n  - intervene_message: '台风预警 hurricane alert: please stay at home.'\n", 250)
	lines := text.CleanLines(config)
	b.SetBytes(int64(len(config)))
	for b.Loop() {
		MaskSecrets(lines)
	}
}
