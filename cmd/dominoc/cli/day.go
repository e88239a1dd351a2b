package cli

import (
	"cmp"
	"errors"
	"time"
)

// day is the value of --date, YYYY-MM-DD; empty if none is given.
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

// day returns the date on which the run judges the support of versions.
func (o *options) day() string { return cmp.Or(string(o.date), o.streams.Today) }
