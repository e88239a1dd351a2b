package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
	"github.com/dominoc/dominoc/compositions/externalname"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
	"github.com/dominoc/dominoc/schema/v1alpha1"
	"github.com/dominoc/dominoc/schema/words"
)

// ids is the command with its own flags.
type ids struct {
	*options
	where live.Where
	check bool
}

// newIDs is `dominoc ids`.
func newIDs(o *options) *cobra.Command {
	i := &ids{options: o}
	c := &cobra.Command{
		Use:   "ids [pattern]...",
		Short: "Write the ids that AWS made beside an environment's file",
		Long: `Ids reads environments from the management cluster and writes the ids that AWS
made for them into ` + load.IDsName + ` beside their file. Committed there, build gives them to
Crossplane, and a management cluster that is rebuilt from Git takes up what
exists in place of making a second VPC.

An id is taken from a resource that is ready, and of which the provider knows
that it was created once. An id that is committed and that the cluster does not
confirm is reported and stays: take it out by hand when it is wrong. Without a
cluster, and of an environment that is another one there, nothing is written.

The exit code is 1 when an id is missing or differs.`,
		Example:           "  dominoc ids prod-us\n  dominoc ids './environments/prod-*'\n  dominoc ids --check",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return i.run(c, args) },
	}
	clusterFlags(c, &i.where)
	c.Flags().BoolVar(&i.check, "check", false, "compare with the committed ids, write nothing")
	return c
}

func (i *ids) run(c *cobra.Command, args []string) error {
	folders, err := i.find(args)
	if err != nil {
		return err
	}
	results, found, err := i.options.check(c.Context(), folders)
	if err != nil {
		return err
	}
	fleet, _, found, err := compiled(bare(results), found)
	switch {
	case err != nil:
		return err
	case fleet == nil:
		return i.conclude(found, diag.Text)
	}
	cluster, err := connect(i.where)
	if err != nil {
		return err
	}
	readings, err := i.readAll(c.Context(), cluster, fleet, results)
	if err != nil {
		return err
	}
	var said diag.List
	for _, r := range readings {
		wrong, err := i.keep(r)
		if err != nil {
			return err
		}
		said = append(said, wrong...)
	}
	return i.conclude(said.Sorted(), diag.Text)
}

// idReading is what an environment's file and a cluster say of its ids.
type idReading struct {
	load.Result
	ids      health.IDs // to commit
	findings []health.IDFinding
	refused  *diag.Diagnostic // why the cluster is not asked
}

// readAll reads all environments before the first file is written: without the
// cluster nothing changes.
func (i *ids) readAll(ctx context.Context, cluster *live.Cluster, fleet *compositions.Fleet, results []load.Result) ([]idReading, error) {
	p := newProgress(i.streams.Err)
	defer p.end()
	readings := make([]idReading, len(results))
	for n, r := range results {
		p.at("reading", n, len(results))
		wanted, err := fleet.Identities(r.Environment.Name)
		if err != nil {
			return nil, failed(err)
		}
		if readings[n], err = readIDs(ctx, cluster, r, wanted); err != nil {
			return nil, failed(err)
		}
	}
	return readings, nil
}

func readIDs(ctx context.Context, cluster *live.Cluster, r load.Result, wanted []compositions.Identity) (idReading, error) {
	reading := idReading{Result: r}
	environment, err := cluster.Environment(ctx, r.Environment.Name)
	if err != nil {
		return reading, err
	}
	if reading.refused = another(r, environment, cluster); reading.refused != nil {
		return reading, nil
	}
	identities := make([]health.Identity, len(wanted))
	for n, w := range wanted {
		identities[n] = health.Identity(w)
	}
	reading.ids, reading.findings = health.Reconcile(environment, identities, committed(r.Environment), fits)
	return reading, nil
}

func committed(env *v1alpha1.Environment) health.IDs {
	all := health.IDs{}
	for component, keys := range env.IDs {
		all[component] = keys
	}
	return all
}

func fits(kind, id string) bool {
	rule, _ := externalname.Of(kind)
	return rule.Fits(id)
}

// another says that the cluster does not have the environment, or has another one
// of its name.
func another(r load.Result, environment *health.Environment, cluster *live.Cluster) *diag.Diagnostic {
	env := r.Environment
	d := diag.Diagnostic{Severity: diag.Error, Code: "id-cluster", Pos: r.Source.At(diag.Path{"name"}), Path: "name"}
	if environment == nil {
		d.Message = absent(cluster, env.Name)
		return &d
	}
	report := health.Judge(environment, time.Time{})
	if report.Account == env.Account && report.Region == env.Region {
		return nil
	}
	d.Message = fmt.Sprintf("%q in the management cluster at %s is in account %s and region %s, not in %s and %s",
		env.Name, cluster.Server, report.Account, report.Region, env.Account, env.Region)
	d.Hint = "is it the right cluster? --context chooses another"
	return &d
}

// keep writes the ids of one environment, or compares, and gives what is wrong.
func (i *ids) keep(r idReading) (diag.List, error) {
	if r.refused != nil {
		return diag.List{*r.refused}, nil
	}
	name := path.Join(r.Folder.Shown, load.IDsName)
	found := i.told(name, r)
	if i.check {
		return found, nil
	}
	written, err := writeIDs(i.root, r)
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", name, err))
	}
	said := "up to date"
	if written {
		said = gained(r.findings)
	}
	fmt.Fprintf(i.streams.Err, "%s: %s, %s\n", name, words.Count(r.ids.Len(), "id"), said)
	return found, nil
}

// gained counts what a written file has more and less.
func gained(findings []health.IDFinding) string {
	n := map[health.Verdict]int{}
	for _, f := range findings {
		n[f.Verdict]++
	}
	return fmt.Sprintf("%d new, %d taken out", n[health.Added], n[health.Dropped])
}

// writeIDs writes the file of an environment's ids in one step, unless it is as it
// should be. One that somebody else wrote is left alone.
func writeIDs(root string, r idReading) (bool, error) {
	content, err := load.IDsFile(r.Environment, r.ids)
	if err != nil {
		return false, err
	}
	file := filepath.Join(r.Folder.Dir, load.IDsName)
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && r.ids.Len() == 0:
		return false, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return false, err
	case err == nil && !bytes.HasPrefix(old, []byte(load.IDsHeader)):
		return false, fmt.Errorf("dominoc did not write this file: move it away, or begin it with %q", load.IDsHeader)
	case bytes.Equal(old, content):
		return false, nil
	}
	return true, emit.Replace(root, path.Join(r.Folder.Shown, load.IDsName), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// told is what is wrong with an environment's ids. Those that are not known yet
// are one diagnostic: there may be a hundred.
func (i *ids) told(name string, r idReading) diag.List {
	var found diag.List
	var missing []health.IDFinding
	for _, f := range r.findings {
		switch f.Verdict {
		case health.Changed, health.Gone:
			found = append(found, unconfirmed(r, f))
		case health.Missing:
			missing = append(missing, f)
		case health.Added, health.Dropped:
			if i.check {
				found = append(found, undone(name, r, f))
			}
		}
	}
	if len(missing) > 0 {
		found = append(found, incomplete(r, missing))
	}
	return found
}

// unconfirmed is a committed id that the cluster does not have.
func unconfirmed(r idReading, f health.IDFinding) diag.Diagnostic {
	at := diag.Path{"ids", f.Component, f.Key}
	d := diag.Diagnostic{Severity: diag.Error, Code: "id-changed", Pos: r.Source.At(at), Path: at.String()}
	d.Message = fmt.Sprintf("%q is committed, and the management cluster has %q for this %s", f.Committed, f.Has, f.Kind)
	d.Hint = "the committed id stays. If AWS has the resource under the cluster's id only, take the line out and run dominoc ids again; if it has both, one was made a second time"
	if f.Verdict == health.Gone {
		d.Code = "id-gone"
		d.Message = fmt.Sprintf("%q is committed, and the management cluster has no %s with an id here", f.Committed, f.Kind)
		d.Hint = "the committed id stays: with it goes the last trace of what AWS has. Is what build wrote applied?"
	}
	return d
}

// undone is what a run without --check would write.
func undone(name string, r idReading, f health.IDFinding) diag.Diagnostic {
	at := diag.Path{"ids", f.Component, f.Key}
	d := diag.Diagnostic{
		Severity: diag.Error, Code: "id-uncommitted", Pos: diag.Pos{File: name}, Path: at.String(),
		Message: fmt.Sprintf("the management cluster has %q, which is not committed", f.Has),
		Hint:    "run dominoc ids " + r.Environment.Name + " and commit what it writes",
	}
	if f.Verdict == health.Dropped {
		d.Pos, d.Message = r.Source.At(at), fmt.Sprintf("%q is committed, and the environment has no such resource", f.Committed)
	}
	return d
}

func incomplete(r idReading, missing []health.IDFinding) diag.Diagnostic {
	const most = 3
	var some []string
	for _, f := range missing[:min(most, len(missing))] {
		some = append(some, f.Component+"/"+f.Key+" "+f.Why)
	}
	if more := len(missing) - len(some); more > 0 {
		some = append(some, fmt.Sprintf("and %d more", more))
	}
	return diag.Diagnostic{
		Severity: diag.Error, Code: "id-missing", Pos: r.Source.At(diag.Path{"name"}), Path: "ids",
		Message: words.CountOf(len(missing), "id is", "ids are") + " not known yet: " + strings.Join(some, ", "),
		Hint:    "dominoc status " + r.Environment.Name + " says what they wait for; run dominoc ids again then",
	}
}

// bare are results whose environments have no ids, so that one that is wrong is in
// nobody's way.
func bare(results []load.Result) []load.Result {
	out := make([]load.Result, len(results))
	for n, r := range results {
		if r.Environment != nil {
			environment := *r.Environment
			environment.IDs = nil
			r.Environment = &environment
		}
		out[n] = r
	}
	return out
}
