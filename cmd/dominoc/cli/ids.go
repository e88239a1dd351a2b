package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/ids"
	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/load"
)

// identifying is the command with its own flags.
type identifying struct {
	*options
	where live.Where
	check bool
}

// newIDs is `dominoc ids`.
func newIDs(o *options) *cobra.Command {
	i := &identifying{options: o}
	c := &cobra.Command{
		Use:   "ids [pattern]...",
		Short: "Write AWS's ids next to an environment's file",
		Long: `Ids reads environments from the management cluster and writes the ids of their AWS
resources to ` + load.IDsName + ` next to the environment's file. Once committed, build gives them to
Crossplane, and a management cluster that is rebuilt from Git adopts the existing
resources instead of creating a second VPC.

An id is taken only from a ready resource whose creation the provider completed. A
committed id that the cluster does not confirm is reported and kept: remove it
yourself if it is wrong. Nothing is written without a cluster, or if the cluster has
another environment of that name.

The exit code is 1 if an id is missing or differs.`,
		Example:           "  dominoc ids prod-us\n  dominoc ids './environments/prod-*'\n  dominoc ids --check",
		ValidArgsFunction: o.environments,
		RunE:              func(c *cobra.Command, args []string) error { return i.run(c, args) },
	}
	clusterFlags(c, &i.where)
	c.Flags().BoolVar(&i.check, "check", false, "compare with the committed ids, write nothing")
	return c
}

func (i *identifying) run(c *cobra.Command, args []string) error {
	selected, err := i.workspace().Find(args)
	if err != nil {
		return err
	}
	results, found, err := i.workspace().LoadAll(c.Context(), selected.Folders)
	if err != nil {
		return err
	}
	compiled, err := i.workspace().CompileResults(selected, ids.Bare(results), found)
	switch {
	case err != nil:
		return err
	case compiled.Fleet == nil:
		return i.conclude(compiled.Found)
	}
	cluster, err := connect(i.where)
	if err != nil {
		return err
	}
	// All environments are read before the first file is written: without the cluster
	// nothing changes.
	readings := make([]ids.Reading, len(results))
	progress := newProgress(i.streams.Err, "reading")
	defer progress.at(len(results), len(results))
	for n, r := range results {
		progress.at(n, len(results))
		wanted, err := compiled.Fleet.Identities(r.Environment.Name)
		if err != nil {
			return err
		}
		environment, err := cluster.Environment(c.Context(), r.Environment.Name)
		if err != nil {
			return err
		}
		readings[n] = ids.Read(r, environment, wanted, ids.Cluster{Server: cluster.Server, Lacks: cluster.Lacks})
	}
	progress.at(len(results), len(results))
	var wrong diag.List
	for _, r := range readings {
		wrong = append(wrong, r.Wrong(!i.check)...)
		if i.check {
			continue
		}
		said, err := r.Write(i.root)
		if err != nil {
			return err
		}
		if said != "" {
			fmt.Fprintln(i.streams.Err, said)
		}
	}
	return i.conclude(wrong.Sorted())
}
