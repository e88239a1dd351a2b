// Command renew brings tables of the catalogue up to date with what public Git
// repositories have of AWS, EKS, Kubernetes and Domino:
//
//	go run ./schema/catalog/renew                 # each table, its date and how it is renewed
//	go run ./schema/catalog/renew eks-versions    # renews one
//	go generate -tags renew ./schema/catalog      # renews all, and derives what follows
//
// It clones what it reads, by git and without credentials, and cites the commit in
// the table. So it needs the network, which plain go generate does not: that only
// derives. What a source has replaces what a table says of the same thing; a row that
// the source lacks stays, and a source that is older than its table is refused. Read
// the difference before it is committed: it is what dominoc believes from then on.
//
// Tables without a program here say on their line "renew" where a person reads what.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"

	"github.com/dominoc/dominoc/schema/catalog"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "schema/catalog/data", "`folder` of the tables")
	from := flag.String("from", "https://github.com", "`URL` or folder below which repositories are, as OWNER/NAME")
	flag.Parse()
	if err := run(os.Stdout, *data, *from, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

// renewal is a table that has a program, which is given the table, where repositories
// are and the folder of the other tables.
type renewal struct {
	table string
	renew func(*table, repositories, string) error
}

// renewals are in the order in which they are done: some are derived from those before.
var renewals = []renewal{
	{"eks-versions", renewVersions},
	{"addons", renewAddons},
	{"autoscaler-releases", renewAutoscaler},
	{"calico-releases", renewCalico},
	{"domino-kubernetes", renewDomino},
	{"regions", renewRegions},
	{"ec2-instance-types", renewInstanceTypes},
	{"ec2-offerings", renewOfferings},
	{"default-instance-types", deriveDefaultTypes},
}

// run renews the named tables, all of them for "all", and prints what each table is
// and how it is renewed for none.
func run(out io.Writer, data, from string, names []string) error {
	if len(names) == 0 {
		for _, t := range catalog.Tables() {
			fmt.Fprintf(out, "%s  %s, %s\n", t.File, t.Date, t.What)
			for _, source := range t.Sources {
				fmt.Fprintf(out, "  source: %s\n", source)
			}
			fmt.Fprintf(out, "  renew: %s\n", t.Renewal)
		}
		return nil
	}
	chosen := renewals
	if !slices.Equal(names, []string{"all"}) {
		for _, name := range names {
			if !slices.ContainsFunc(renewals, func(r renewal) bool { return r.table == name }) {
				return fmt.Errorf("%q is not a table with a program; without arguments renew tells how each is renewed", name)
			}
		}
		chosen = slices.DeleteFunc(slices.Clone(renewals), func(r renewal) bool { return !slices.Contains(names, r.table) })
	}
	var failed []error
	for _, r := range chosen {
		if err := r.run(out, data, from); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", r.table, err)) // the others have sources of their own
		}
	}
	return errors.Join(failed...)
}

// run writes the table if anything of it is new.
func (r renewal) run(out io.Writer, data, from string) error {
	t, err := open(data, r.table)
	if err != nil {
		return err
	}
	old := t.bytes()
	if err := r.renew(t, repositories{from}, data); err != nil {
		return err
	}
	file := fileOf(data, r.table)
	if bytes.Equal(t.bytes(), old) {
		fmt.Fprintf(out, "%s: nothing new\n", file)
		return nil
	}
	fmt.Fprintf(out, "%s: renewed\n", file)
	return os.WriteFile(file, t.bytes(), 0o644)
}
