package console

import (
	"os"
	"regexp"
	"strings"
)

// passwords are the places of an address that hold one: of a URL, or of pairs as in "user=u password=p".
var passwords = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*://[^/?#:@]*:([^/?#]*)@|[?&](?:ssl)?password=([^&]*)|(?i:(?:^|\s)(?:ssl)?password\s*=\s*('(?:\\.|[^'\\])*'?|(?:\\.|[^\s\\])*))`)

// Args returns the arguments of the process, and overwrites the passwords in addresses among them where
// other users of the machine see them, as far as the system allows that.
func Args() []string {
	args := make([]string, 0, len(os.Args))
	for _, arg := range os.Args[1:] {
		args = append(args, strings.Clone(arg))
		for _, at := range passwords.FindAllStringSubmatchIndex(arg, -1) {
			for i := 2; i+1 < len(at); i += 2 {
				if at[i] >= 0 {
					overwrite(arg[at[i]:at[i+1]])
				}
			}
		}
	}
	return args
}
