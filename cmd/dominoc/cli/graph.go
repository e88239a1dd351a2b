package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/graph"
	"github.com/dominoc/dominoc/schema/diag"
)

// graphFormats are the values of --format.
var graphFormats = []string{"svg", "mermaid"}

// newGraph is `dominoc graph`.
func newGraph(o *options) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "graph environment",
		Short: "Draw an environment",
		Long: `Graph draws an environment: its VPC with the subnets and their ranges, the node
pools of each zone, the control plane, the ways in and out, and what stands beside
them: storage, images, the key and the roles, the certificate.

As SVG it is one file that needs no other, on a light or a dark ground as the
reader prefers. As Mermaid it goes into a pull request, in a block of ` + "```mermaid" + `.`,
		Example:           "  dominoc graph prod-us > prod-us.svg\n  dominoc graph prod-us --format mermaid",
		Args:              oneEnvironment,
		ValidArgsFunction: o.environments,
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains(graphFormats, format) {
				return wrong(fmt.Errorf("unknown format %q: must be %s", format, strings.Join(graphFormats, ", ")))
			}
			picture, err := o.draw(c.Context(), args[0])
			if err != nil {
				return err
			}
			return o.printPicture(picture, format)
		},
	}
	c.Flags().StringVar(&format, "format", graphFormats[0], "of the picture: "+strings.Join(graphFormats, ", "))
	complete(c, "format", graphFormats)
	return c
}

// draw is the picture of one environment.
func (o *options) draw(ctx context.Context, name string) (graph.Picture, error) {
	folders, err := o.find([]string{name})
	switch {
	case err != nil:
		return graph.Picture{}, err
	case len(folders) > 1:
		return graph.Picture{}, wrong(errors.New(name + " names several environments"))
	}
	results, found, err := o.check(ctx, folders)
	if err != nil {
		return graph.Picture{}, err
	}
	states, more, err := compositions.States(inputs(results))
	if err != nil {
		return graph.Picture{}, failed(fmt.Errorf("a bug of dominoc: %w", err))
	}
	if err := o.conclude(append(found, more...), diag.Text); err != nil {
		return graph.Picture{}, err
	}
	return graph.Draw(*states[0].Spec), nil
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
