package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/edit"
	"github.com/dominoc/dominoc/cmd/dominoc/promote"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// promoting is the command with its own flags.
type promoting struct {
	*options
	to   string
	from string
}

// newPromote is `dominoc promote`.
func newPromote(o *options) *cobra.Command {
	p := &promoting{options: o}
	c := &cobra.Command{
		Use:   "promote RING [field]...",
		Short: "Move a ring to the revision of the ring before it",
		Long: `Promote edits the revision of a ring in environments/gitops to that of the ring before
it, or to --to: a tag, or a commit. The ring before the first is the branch. Then run
dominoc build; dominoc diff shows what the move does in AWS.

With fields, promote carries decisions instead: the environments of the ring get the
values that those of the ring before have, such as cluster.version, an add-on or the
image of a pool. --from names the environment that decides.

Promote changes no other byte of a file. Where it cannot, it prints the edit, and
changes nothing; the exit code is 1.`,
		Example:           "  dominoc promote staging\n  dominoc promote prod --to v1.4.0\n  dominoc promote prod cluster.version addons.coredns\n  dominoc promote prod pools.default.amiReleaseVersion --from staging-eu",
		ValidArgsFunction: p.rings,
		Args:              takesSome,
		RunE:              func(c *cobra.Command, args []string) error { return p.run(c, args[0], args[1:]) },
	}
	c.Flags().StringVar(&p.to, "to", "", "`revision` to move to: a tag or a commit")
	c.Flags().StringVar(&p.from, "from", "", "`environment` whose values are carried; default: all of the ring before, which must agree")
	completeBy(c, "from", func() []string { names, _ := p.workspace().Names(); return names })
	complete(c, "to", nil)
	return c
}

func takesSome(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrong(errors.New("promote takes a ring, which environments/gitops names"))
	}
	return nil
}

// rings completes the first argument.
func (p *promoting) rings(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, ring := range p.workspace().DeliveryValues().Rings {
			names = append(names, ring.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (p *promoting) run(c *cobra.Command, ring string, fields []string) error {
	switch {
	case p.to != "" && len(fields) > 0:
		return wrong(errors.New("--to moves the ring to a revision, and fields are carried: state one of them"))
	case p.from != "" && len(fields) == 0:
		return wrong(errors.New("--from is for fields: name those that are carried"))
	}
	said, found := p.workspace().Delivery()
	if found.HasErrors() {
		return p.conclude(found)
	}
	place, err := promote.Place(said, ring)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return p.carry(c, said, place, fields)
	}
	move, err := promote.To(c.Context(), p.workspace(), said, place, p.to)
	if refusal := (*edit.Refusal)(nil); errors.As(err, &refusal) {
		if err := p.refused(refusal.Lines, refusal); err != nil {
			return err
		}
		return problems()
	}
	if err != nil {
		return err
	}
	if len(move.Lines) == 0 {
		fmt.Fprintf(p.streams.Err, "ring %s is at %s already\n", ring, move.Former)
		return nil
	}
	if err := move.Write(p.root); err != nil {
		return err
	}
	if err := p.lines(move.Lines); err != nil {
		return err
	}
	for _, note := range move.Notes {
		fmt.Fprintln(p.streams.Err, "note: "+note)
	}
	fmt.Fprintln(p.streams.Err, "run dominoc build; dominoc diff shows what the move does")
	return nil
}

// carry edits the environments of a ring, all of them or none.
func (p *promoting) carry(c *cobra.Command, said *load.GitOps, place int, names []string) error {
	var fields []diag.Path
	for _, name := range names {
		path, ok := diag.ParsePath(name)
		if !ok || len(path) == 0 {
			return wrong(fmt.Errorf("%q is not a field, such as cluster.version", name))
		}
		fields = append(fields, path)
	}
	selected, err := p.workspace().Find(nil)
	if err != nil {
		return err
	}
	results, found, err := p.workspace().LoadAll(c.Context(), selected.Folders)
	if err != nil {
		return err
	}
	if found.HasErrors() {
		return p.conclude(found)
	}
	ring := said.Values.Rings[place].Name
	to := promote.In(results, ring)
	from, err := promote.From(results, said.Values.Rings, place, p.from)
	switch {
	case err != nil:
		return err
	case len(to) == 0:
		return wrong(fmt.Errorf("ring %s has no environment", ring))
	}
	if err := promote.Known(fields, append(from, to...)); err != nil {
		return err
	}
	carried, err := promote.Decisions(p.workspace(), from, to, fields)
	if err != nil {
		return err
	}
	if err := p.write(carried); err != nil {
		return err
	}
	if at := said.Values.Rings[place]; sync.Pinned(at) {
		fmt.Fprintf(p.streams.Err, "note: ring %s is at %s: the edits are applied when the ring moves to a revision that has them\n", ring, cmp.Or(at.Tag, at.Commit))
	}
	return nil
}

func (p *promoting) write(carried []promote.Carried) error {
	refused := false
	for _, c := range carried {
		refused = refused || c.Refused != nil
	}
	for _, c := range carried {
		switch {
		case c.Refused != nil:
			if err := p.refused(c.Lines, c.Refused); err != nil {
				return err
			}
			continue
		case len(c.Lines) == 0:
			fmt.Fprintf(p.streams.Err, "%s decides this already\n", c.Environment)
			continue
		case !refused:
			if err := c.File.Write(p.root); err != nil {
				return err
			}
		}
		if err := p.lines(c.Lines); err != nil {
			return err
		}
	}
	if refused {
		fmt.Fprintln(p.streams.Err, "nothing was written: make these edits by hand, in one change")
		return problems()
	}
	return nil
}

// refused prints the edit that a person has to make, and why.
func (p *promoting) refused(lines []edit.Line, why error) error {
	if err := p.lines(lines); err != nil {
		return err
	}
	fmt.Fprintf(p.streams.Err, "%s; make the edit by hand\n", why)
	return nil
}

func (p *promoting) lines(lines []edit.Line) error {
	for _, line := range lines {
		if err := p.print(line.String() + "\n"); err != nil {
			return err
		}
	}
	return nil
}
