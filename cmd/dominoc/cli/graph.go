package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/compositions/graph"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// graphFormats are the values of --format.
var graphFormats = []string{"svg", "mermaid"}

// newGraph is `dominoc graph`.
func newGraph(o *options) *cobra.Command {
	var format, base string
	c := &cobra.Command{
		Use:   "graph environment",
		Short: "Draw an environment",
		Long: `Graph draws an environment: its VPC with the subnets and their ranges, the node
pools of each zone, the control plane, the ways in and out, and what stands beside
them: storage, images, the key and the roles, the certificate.

As SVG it is one file that needs no other, on a light or a dark ground as the
reader prefers. As Mermaid it goes into a pull request, in a block of ` + "```mermaid" + `.

With --base it shows what becomes of the environment: what is added, changed or
removed, what is left in AWS and no longer managed, and what is stuck because AWS
cannot change it in place. A base is what
dominoc diff takes: a revision of git, or a folder of manifests.`,
		Example: "  dominoc graph prod-us > prod-us.svg\n  dominoc graph prod-us --format mermaid\n" +
			"  dominoc graph prod-us --base origin/main > change.svg",
		Args:              oneEnvironment,
		ValidArgsFunction: o.environments,
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(graphFormats, format) {
				return wrong(fmt.Errorf("unknown format %q: must be %s", format, strings.Join(graphFormats, ", ")))
			}
			picture, err := o.picture(c, args[0], base)
			if err != nil {
				return err
			}
			return o.printPicture(picture, format)
		},
	}
	c.Flags().StringVar(&format, "format", graphFormats[0], "of the picture: "+strings.Join(graphFormats, ", "))
	complete(c, "format", graphFormats)
	c.Flags().StringVar(&base, "base", "", "show what changes since `base`: a revision of git, or a folder of manifests")
	return c
}

// picture is that of an environment, with what changes since a base if there is
// one.
func (o *options) picture(c *cobra.Command, name, base string) (graph.Picture, error) {
	ctx := c.Context()
	if base == "" {
		return o.draw(c, name)
	}
	if now, err := load.Find(o.root, []string{name}); err == nil && len(now) > 1 { // it may have been removed
		return graph.Picture{}, several(c, name, now)
	}
	d := o.comparison("rendered", false, nil)
	if !d.Named(ctx, base) {
		return graph.Picture{}, wrong(fmt.Errorf("--base %q: neither a revision of git nor a folder of manifests", base))
	}
	from, patterns, err := d.Find(ctx, []string{base, name})
	if err != nil {
		return graph.Picture{}, compared(err)
	}
	found, err := d.Pairs(ctx, from, patterns)
	switch {
	case err != nil:
		return graph.Picture{}, compared(err)
	case found.Wrong.HasErrors():
		return graph.Picture{}, o.conclude(found.Wrong, diag.Text)
	case len(found.All) > 1:
		return graph.Picture{}, wrong(fmt.Errorf("%q matched several environments at the base; %s takes one", name, c.Name()))
	case len(found.All) == 0: // nothing changes
		picture, err := o.draw(c, name)
		picture.Change = true
		return picture, err
	}
	before, after := found.All[0].States()
	report := diff.Compare(before, after)
	if report.Fate == diff.Kept { // it stands as it stood
		picture := graph.Draw(*before.Spec)
		picture.Change = true
		return picture, nil
	}
	return graph.DrawChange(specIn(before), specIn(after), effects(report.Changes)), nil
}

// specIn is the spec of a state; nil where there is none.
func specIn(e *diff.Environment) *v1alpha1.EnvironmentSpec {
	if e == nil {
		return nil
	}
	return e.Spec
}

// effects are changes as a picture marks them. What changes nothing outside of the
// management cluster is not seen in a picture of AWS.
func effects(changes []diff.Change) []graph.Effect {
	marks := map[diff.Action]graph.Mark{
		diff.Create: graph.Added, diff.Update: graph.Changed, diff.Replace: graph.Changed,
		diff.Destroy: graph.Removed, diff.Leave: graph.Left, diff.Stuck: graph.Stuck,
	}
	var all []graph.Effect
	for _, c := range changes {
		if !c.Silent {
			why := fmt.Sprintf("%s %s/%s", c.Action, c.Component, c.Key)
			all = append(all, graph.Effect{Component: c.Component, Key: c.Key, Mark: marks[c.Action], Why: why})
		}
	}
	return all
}

// draw is the picture of one environment.
func (o *options) draw(c *cobra.Command, name string) (graph.Picture, error) {
	folder, err := o.one(c, name)
	if err != nil {
		return graph.Picture{}, err
	}
	results, found, err := o.check(c.Context(), []load.Folder{folder})
	if err != nil {
		return graph.Picture{}, err
	}
	var state *diff.Environment
	for _, in := range inputs(results) { // one, or none that is sound
		var more diag.List
		if state, more, err = output.StateOf(in); err != nil {
			return graph.Picture{}, failed(fmt.Errorf("a bug of dominoc: %w", err))
		}
		found = append(found, more...)
	}
	if err := o.conclude(found, diag.Text); err != nil {
		return graph.Picture{}, err
	}
	return graph.Draw(*state.Spec), nil
}

func (o *options) printPicture(p graph.Picture, format string) error {
	text := p.SVG()
	if format == "mermaid" {
		text = p.Mermaid()
	}
	if _, err := io.WriteString(o.streams.Out, text); err != nil {
		return failed(err)
	}
	return nil
}
