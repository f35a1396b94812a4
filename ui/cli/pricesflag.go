package cli

import (
	"errors"
	"fmt"

	"societop/model/price"
	"societop/model/text"

	"github.com/spf13/pflag"
)

// addPrices is the flag of the commands that show what runs cost.
func addPrices(e *Env, flags *pflag.FlagSet) {
	flags.Var(&pricesFlag{env: e}, "prices", "show costs by the prices of models in this TOML `FILE`")
}

// pricesFlag reads prices from the file that it is set to.
type pricesFlag struct {
	env  *Env
	path string
}

// String is the name of the file.
func (f *pricesFlag) String() string { return f.path }

// Type is what the value is.
func (f *pricesFlag) Type() string { return "file" }

// Set reads the file.
func (f *pricesFlag) Set(path string) error {
	if path == "" {
		return errors.New("give the name of a file")
	}
	data, err := readAtMost(path, price.MaxFile+1)
	if err == nil {
		f.env.prices, err = price.Parse([]byte(data))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", text.Clean(path), err)
	}
	f.path = path
	return nil
}
