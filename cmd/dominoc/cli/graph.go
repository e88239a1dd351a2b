package cli

import (
	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/graph"
)

// newGraph is `dominoc graph`.
func newGraph(o *options) *cobra.Command {
	var format, base string
	c := &cobra.Command{
		Use:   "graph environment",
		Short: "Draw an environment",
		Long: `Graph draws an environment: its VPC with the subnets and their ranges, the node
pools of each zone, the control plane, the ways in and out, and what is around them:
storage, images, the key, the roles and the certificate.

The SVG is a single file that follows the reader's light or dark theme. The Mermaid
diagram is for a pull request, in a ` + "```mermaid" + ` block.

With --base graph shows what changes: what is added, changed or removed, what stays in
AWS without being managed, and what is stuck because AWS cannot change it in place. A
base is a git revision or a folder of manifests, as for dominoc diff.`,
		Example: "  dominoc graph prod-us > prod-us.svg\n  dominoc graph prod-us --format mermaid\n" +
			"  dominoc graph prod-us --base origin/main > change.svg",
		Args:              takes(1, 1, oneEnvironment),
		ValidArgsFunction: o.environments,
		RunE: func(c *cobra.Command, args []string) error {
			picture, err := o.picture(c, args[0], base)
			if err != nil {
				return err
			}
			if format == "mermaid" {
				return o.print(picture.Mermaid())
			}
			return o.print(picture.SVG())
		},
	}
	formatFlag(c, &format, "of the picture: svg, mermaid", []string{"svg", "mermaid"})
	c.Flags().StringVar(&base, "base", "", "show what changes since `base`: a revision of git, or a folder of manifests")
	return c
}

// picture returns the picture of an environment, with the changes since a base if one is
// given.
func (o *options) picture(c *cobra.Command, name, base string) (graph.Picture, error) {
	if base == "" {
		return o.draw(c, name)
	}
	p, wrong, err := o.comparison("rendered", false, nil).One(c.Context(), c.Name(), base, name)
	switch {
	case err != nil:
		return graph.Picture{}, err
	case wrong.HasErrors():
		return graph.Picture{}, o.conclude(wrong)
	case p == nil: // nothing changes
		picture, err := o.draw(c, name)
		picture.Change = true
		return picture, err
	}
	return graph.Compare(p.States()), nil
}

// draw returns the picture of an environment as it is.
func (o *options) draw(c *cobra.Command, name string) (graph.Picture, error) {
	state, found, err := o.workspace().State(c.Context(), c.Name(), name)
	if err != nil {
		return graph.Picture{}, err
	}
	if err := o.conclude(found); err != nil {
		return graph.Picture{}, err
	}
	return graph.Draw(*state.Spec), nil
}
