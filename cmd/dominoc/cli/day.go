package cli

import (
	"errors"
	"time"
)

// day is the value of --date, YYYY-MM-DD; empty where none is given. The clock is no
// default: equal files get equal answers on every day.
type day string

func (d *day) String() string { return string(*d) }

// Type names the value in help.
func (d *day) Type() string { return "day" }

// Set is called for each --date.
func (d *day) Set(s string) error {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return errors.New("must be a day such as 2027-01-31")
	}
	*d = day(s)
	return nil
}
