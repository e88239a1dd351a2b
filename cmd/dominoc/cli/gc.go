package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/compositions/output"
	"github.com/dominoc/dominoc/compositions/tables"
	"github.com/dominoc/dominoc/schema/words"
)

// gc is the command with its own flags.
type gc struct {
	*options
	where  live.Where
	out    string
	format string
	yes    bool
	young  time.Duration
}

// newGC is `dominoc gc`.
func newGC(o *options) *cobra.Command {
	g := &gc{options: o}
	c := &cobra.Command{
		Use:   "gc",
		Short: "Remove unused Compositions",
		Long: `Gc lists dominoc's Compositions in the management cluster that no composite resource
uses, directly or through the Compositions that it composes, and that the output of
the build no longer has, which has those of every ring's revision. On a terminal it then asks whether to remove them; with
--yes it removes them without asking. Their revisions are removed with them. Flux and
Argo CD never remove Compositions, because one may still be in use.

Before each removal gc reads again which Compositions are used; one that is used or
changed by then stays. A Composition younger than --older-than stays too: its
composite resource may not exist yet.`,
		Example: "  dominoc gc\n  dominoc gc --yes --context management",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return g.run(c.Context()) },
	}
	clusterFlags(c, &g.where)
	_ = c.Flags().MarkHidden("namespace") // Compositions have none
	formatFlag(c, &g.format, "of the table: text, json", tables.Formats())
	c.Flags().StringVarP(&g.out, "out", "o", "rendered", "folder of the manifests")
	c.Flags().BoolVar(&g.yes, "yes", false, "remove the listed Compositions without asking")
	c.Flags().DurationVar(&g.young, "older-than", time.Hour, "minimum age of a removed Composition")
	_ = c.MarkFlagDirname("out")
	return c
}

func (g *gc) run(ctx context.Context) error {
	written, err := output.WrittenCompositions(g.workspace().Path(g.out))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrong(fmt.Errorf("--out %s: holds no output of a build; what it has must not be removed, so run dominoc build", g.out))
	case err != nil:
		return err
	}
	cluster, err := connect(g.where)
	if err != nil {
		return err
	}
	unused := func() ([]unstructured.Unstructured, error) {
		return cluster.Unused(ctx, func(name string) bool { return written[name] }, time.Now().Add(-g.young))
	}
	listed, err := unused()
	if err != nil {
		return err
	}
	if err := unusedTable(listed).Print(g.streams.Out, g.format); err != nil {
		return err
	}
	if len(listed) == 0 {
		fmt.Fprintf(g.streams.Err, "nothing to remove from the management cluster at %s\n", cluster.Server)
		return nil
	}
	if agreed, err := g.agreed(ctx, cluster, len(listed)); err != nil || !agreed {
		return err
	}
	return g.remove(ctx, cluster, listed, unused)
}

// agreed reports whether the listed Compositions are to be removed. With JSON no person
// has seen the list, so no question is asked.
func (g *gc) agreed(ctx context.Context, cluster *live.Cluster, n int) (bool, error) {
	if g.yes {
		return true, nil
	}
	found := fmt.Sprintf("%s in the management cluster at %s", words.CountOf(n, "Composition is not needed", "Compositions are not needed"), cluster.Server)
	if !g.asks() || g.format != "text" {
		fmt.Fprintf(g.streams.Err, "%s; --yes removes what is listed\n", found)
		return false, nil
	}
	said, err := g.ask(ctx, bufio.NewReader(g.streams.In), found+". Remove what is listed, yes or no?", "no")
	if err != nil && !errors.Is(err, errNoAnswer) {
		return false, err
	}
	agreed := slices.Contains([]string{"y", "yes"}, strings.ToLower(said))
	if !agreed {
		fmt.Fprintln(g.streams.Err, "nothing was removed")
	}
	return agreed, nil
}

// remove deletes the listed Compositions that are still unused, each as it was read.
func (g *gc) remove(ctx context.Context, cluster *live.Cluster, listed []unstructured.Unstructured, unused func() ([]unstructured.Unstructured, error)) error {
	removed := 0
	for _, composition := range listed {
		now, err := unused()
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(now, func(c unstructured.Unstructured) bool { return c.GetUID() == composition.GetUID() }) {
			fmt.Fprintf(g.streams.Err, "%s is used now, and stays\n", composition.GetName())
			continue
		}
		if err := cluster.Delete(ctx, &composition); err != nil {
			return fmt.Errorf("%s, after %d removed: %w", composition.GetName(), removed, err)
		}
		removed++
	}
	fmt.Fprintf(g.streams.Err, "%d removed from the management cluster at %s\n", removed, cluster.Server)
	return nil
}

// unusedRow is a row of the table for programs.
type unusedRow struct {
	Composition string `json:"composition"`
	Kind        string `json:"kind"` // of its composite resources
	Created     string `json:"created"`
}

func unusedTable(unused []unstructured.Unstructured) tables.Table {
	rows := []unusedRow{}
	for _, c := range unused {
		kind, _, _ := unstructured.NestedString(c.Object, "spec", "compositeTypeRef", "kind")
		rows = append(rows, unusedRow{c.GetName(), kind, c.GetCreationTimestamp().UTC().Format(time.RFC3339)})
	}
	return tables.Table{Rows: rows, Text: func(w io.Writer) {
		for i, r := range rows {
			if i == 0 {
				tables.Row(w, "COMPOSITION", "OF", "CREATED")
			}
			tables.Row(w, r.Composition, r.Kind, r.Created)
		}
	}}
}
