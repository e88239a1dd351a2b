package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/compositions/sync"
	"github.com/dominoc/dominoc/compositions/xr"
)

// gc is the command with its own flags.
type gc struct {
	*options
	where  live.Where
	out    string
	format string
	yes    bool
	young  time.Duration
	now    func() time.Time
}

// newGC is `dominoc gc`.
func newGC(o *options) *cobra.Command {
	g := &gc{options: o, now: time.Now}
	c := &cobra.Command{
		Use:   "gc",
		Short: "Remove Compositions that nothing needs any more",
		Long: `Gc lists the Compositions of dominoc in the management cluster that no composite
resource leads to, by itself or by what its Composition composes, and that the
output of the build no longer has. On a terminal it then asks whether to remove
them, with --yes it removes them without; their revisions go with them. Flux and
Argo CD never do, because one that is still used must not go.

Before each removal it is asked again who uses the Composition, and one that
changed meanwhile is left alone. What is younger than --older-than is left as well:
its composite resource may be on its way.`,
		Example: "  dominoc gc\n  dominoc gc --yes --context management",
		Args:    noArguments,
		RunE:    func(c *cobra.Command, _ []string) error { return g.run(c.Context()) },
	}
	clusterFlags(c, &g.where)
	_ = c.Flags().MarkHidden("namespace") // Compositions have none
	tableFlag(c, &g.format)
	c.Flags().StringVarP(&g.out, "out", "o", "rendered", "folder of the manifests")
	c.Flags().BoolVar(&g.yes, "yes", false, "remove what is listed, and do not ask")
	c.Flags().DurationVar(&g.young, "older-than", time.Hour, "least age of what is removed")
	_ = c.MarkFlagDirname("out")
	return c
}

func (g *gc) run(ctx context.Context) error {
	if err := checkTableFormat(g.format); err != nil {
		return err
	}
	output, err := g.written()
	if err != nil {
		return err
	}
	cluster, err := connect(g.where)
	if err != nil {
		return err
	}
	unused, err := g.unused(ctx, cluster, output)
	if err != nil {
		return failed(err)
	}
	rows := g.rows(unused)
	if err := g.printTable(g.format, rows, func(w io.Writer) { unusedText(w, rows) }); err != nil {
		return err
	}
	if len(unused) == 0 {
		fmt.Fprintf(g.streams.Err, "nothing to remove from the management cluster at %s\n", cluster.Server)
		return nil
	}
	if agreed, err := g.agreed(ctx, cluster, len(unused)); err != nil || !agreed {
		return err
	}
	return g.remove(ctx, cluster, output, unused)
}

// agreed tells whether what is listed is to go. What a program reads is no list
// that somebody looked at, so nobody is asked about it.
func (g *gc) agreed(ctx context.Context, cluster *live.Cluster, n int) (bool, error) {
	if g.yes {
		return true, nil
	}
	found := fmt.Sprintf("%s in the management cluster at %s", unneeded(n), cluster.Server)
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

// written are the names of the Compositions in the output.
func (g *gc) written() (map[string]bool, error) {
	out := g.out
	if !filepath.IsAbs(out) {
		out = filepath.Join(g.root, out)
	}
	entries, err := os.ReadDir(filepath.Join(out, "platform", "compositions"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrong(fmt.Errorf("--out %s: holds no output of a build; what it has must not be removed, so run dominoc build", g.out))
	case err != nil:
		return nil, failed(err)
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[strings.TrimSuffix(e.Name(), ".yaml")] = true
	}
	return names, nil
}

var compositionKind = schema.GroupVersionKind{Group: "apiextensions.crossplane.io", Version: "v1", Kind: "Composition"}

// unused are the Compositions that nothing needs and that are old enough. Who
// uses one is asked after what there is, so that nobody is missed.
func (g *gc) unused(ctx context.Context, cluster *live.Cluster, output map[string]bool) ([]unstructured.Unstructured, error) {
	compositions, err := cluster.List(ctx, compositionKind, "")
	if err != nil {
		return nil, err
	}
	var composites []sync.Object
	for _, kind := range xr.Kinds() {
		found, err := cluster.List(ctx, schema.GroupVersionKind{Group: xr.Group, Version: xr.Version, Kind: kind.Name}, "")
		if err != nil {
			return nil, err
		}
		composites = append(composites, contents(found)...)
	}
	slices.SortFunc(compositions, func(a, b unstructured.Unstructured) int { return strings.Compare(a.GetName(), b.GetName()) })
	names := map[string]bool{}
	for _, o := range sync.Unused(contents(compositions), composites, func(name string) bool { return output[name] }) {
		names[(&unstructured.Unstructured{Object: o}).GetName()] = true
	}
	return slices.DeleteFunc(compositions, func(c unstructured.Unstructured) bool {
		return !names[c.GetName()] || g.now().Sub(c.GetCreationTimestamp().Time) < g.young
	}), nil
}

func contents(all []unstructured.Unstructured) []sync.Object {
	out := make([]sync.Object, len(all))
	for i, o := range all {
		out[i] = o.Object
	}
	return out
}

// remove deletes what is still unused, each as it was read.
func (g *gc) remove(ctx context.Context, cluster *live.Cluster, output map[string]bool, listed []unstructured.Unstructured) error {
	removed := 0
	for _, composition := range listed {
		now, err := g.unused(ctx, cluster, output)
		if err != nil {
			return failed(err)
		}
		if !slices.ContainsFunc(now, func(c unstructured.Unstructured) bool { return c.GetUID() == composition.GetUID() }) {
			fmt.Fprintf(g.streams.Err, "%s is used now, and stays\n", composition.GetName())
			continue
		}
		if err := cluster.Delete(ctx, &composition); err != nil {
			return failed(fmt.Errorf("%s, after %d removed: %w", composition.GetName(), removed, err))
		}
		removed++
	}
	fmt.Fprintf(g.streams.Err, "%d removed from the management cluster at %s\n", removed, cluster.Server)
	return nil
}

// unusedRow is a line of the table for programs.
type unusedRow struct {
	Composition string `json:"composition"`
	Kind        string `json:"kind"` // of its composite resources
	Created     string `json:"created"`
}

func (g *gc) rows(unused []unstructured.Unstructured) []unusedRow {
	rows := []unusedRow{}
	for _, c := range unused {
		kind, _, _ := unstructured.NestedString(c.Object, "spec", "compositeTypeRef", "kind")
		rows = append(rows, unusedRow{c.GetName(), kind, c.GetCreationTimestamp().UTC().Format(time.RFC3339)})
	}
	return rows
}

func unusedText(w io.Writer, rows []unusedRow) {
	if len(rows) == 0 {
		return
	}
	row(w, "COMPOSITION", "OF", "CREATED")
	for _, r := range rows {
		row(w, r.Composition, r.Kind, r.Created)
	}
}

func unneeded(n int) string {
	if n == 1 {
		return "1 Composition is not needed"
	}
	return fmt.Sprintf("%d Compositions are not needed", n)
}
